/*
 * Clients that come, send a line, read it back and go, as they are counted in "system calls for 1,000 clients". How
 * often a server enters the kernel for them depends on how they come, so there are two ways:
 *
 * - in waves: all of a wave connect, then all send, then all read, then all close;
 * - as a stream: each goes its own way, and the next one comes as soon as one has gone. One thread a client in flight:
 *   the simplest thing that behaves like independent clients.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"
#include "ring.h"

struct client {
    int fd;
    size_t length;
    char line[48];
};

static const struct load *plan;
static atomic_uint started, failed;

static void come(struct client *client, unsigned number) {
    client->length = (size_t)snprintf(client->line, sizeof client->line, "hello from client %u\n", number);
    client->fd = connect_to(plan->port, number);
}

static void say(const struct client *client) {
    /* A failure shows when nothing comes back. */
    if (send(client->fd, client->line, client->length, MSG_NOSIGNAL) < 0) shutdown(client->fd, SHUT_RDWR);
}

static void hear(const struct client *client) {
    char back[sizeof client->line];
    ssize_t n = recv(client->fd, back, client->length, MSG_WAITALL);
    if (n != (ssize_t)client->length || memcmp(client->line, back, client->length) != 0) atomic_fetch_add(&failed, 1);
}

static void *one_after_the_other(void *unused) {
    for (unsigned number; (number = atomic_fetch_add(&started, 1)) < plan->clients;) {
        struct client client;
        come(&client, number);
        say(&client);
        hear(&client);
        close(client.fd);
    }
    return unused;
}

static void stream(void) {
    pthread_t threads[plan->concurrency];
    for (unsigned i = 0; i < plan->concurrency; i++) {
        int error = pthread_create(&threads[i], 0, one_after_the_other, 0);
        if (error) die("pthread_create", error);
    }
    for (unsigned i = 0; i < plan->concurrency; i++) pthread_join(threads[i], 0);
}

static void waves(void) {
    struct client wave[plan->concurrency];
    for (unsigned first = 0; first < plan->clients; first += plan->concurrency) {
        unsigned left = plan->clients - first, n = left < plan->concurrency ? left : plan->concurrency;
        for (unsigned i = 0; i < n; i++) come(&wave[i], first + i);
        for (unsigned i = 0; i < n; i++) say(&wave[i]);
        for (unsigned i = 0; i < n; i++) hear(&wave[i]);
        for (unsigned i = 0; i < n; i++) close(wave[i].fd);
    }
}

int clients(const struct load *load) {
    plan = load;
    uint64_t start = monotonic_nanos();
    if (plan->waves) waves();
    else stream();
    printf("{\"clients\":%u,\"concurrency\":%u,\"failed\":%u,\"seconds\":%.3f}\n", plan->clients, plan->concurrency,
           failed, (double)(monotonic_nanos() - start) * 1e-9);
    return failed ? 1 : 0;
}
