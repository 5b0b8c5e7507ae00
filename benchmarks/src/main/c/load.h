/* The kinds of load, and what they share. */
#ifndef FLUXRING_LOAD_H
#define FLUXRING_LOAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct load {
    unsigned short port;
    unsigned connections;
    unsigned size;
    unsigned depth;
    double warmup;
    double seconds;
    pid_t server; /* 0: not known, its CPU time is not read */
    unsigned clients;
    unsigned concurrency;
    bool waves;
    unsigned messages;
};

/* Keeps `depth` messages outstanding on each connection; prints one JSON line. Returns the exit status. */
int closed_loop(const struct load *load);

/* Clients that come, send a line, read it back and go; prints one JSON line. Returns the exit status. */
int clients(const struct load *load);

/* Connections that have exchanged a few messages and then say nothing, until a signal ends this process. */
int idle(const struct load *load);

/* A blocking connection to the server under load; ends the process when there is none to be had. The connection's
 * number chooses the address it comes from. */
int connect_to(unsigned short port, unsigned number);

uint64_t monotonic_nanos(void);

#endif
