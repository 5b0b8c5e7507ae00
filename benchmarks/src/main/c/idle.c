/*
 * Connections that are there and do nothing: what a server keeps for each of them can then be counted. Each exchanges a
 * message or more first, because a server may make a part of a connection's state at its first use.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"
#include "ring.h"

static void exchange(int fd, char *message, size_t size) {
    if (send(fd, message, size, MSG_NOSIGNAL) != (ssize_t)size) die("send", errno);
    ssize_t received = recv(fd, message, size, MSG_WAITALL);
    if (received != (ssize_t)size) die("receive", received < 0 ? errno : EPIPE);
}

int idle(const struct load *load) {
    char *message = calloc(1, load->size);
    if (!message) die("memory", ENOMEM);
    for (unsigned id = 0; id < load->connections; id++) {
        int fd = connect_to(load->port, id);
        for (unsigned i = 0; i < load->messages; i++) exchange(fd, message, load->size);
    }
    free(message);
    printf("idle\n");
    fflush(stdout);
    for (;;) pause();
}
