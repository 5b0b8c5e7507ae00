/*
 * The load generator.
 *
 *   load echo    --port N [--connections N] [--size BYTES] [--depth N] [--warmup S] [--seconds S] [--server PID]
 *   load clients --port N [--clients N] [--concurrency N] [--waves]
 *   load idle    --port N [--connections N] [--messages N] [--size BYTES]
 */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ring.h"

enum { CONNECTIONS_AN_ADDRESS = 1000, LOOPBACK_ADDRESSES = 250 };

uint64_t monotonic_nanos(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

int connect_to(unsigned short port, unsigned number) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    /* An address has some 28,000 ephemeral ports to one server, and those of the last minute's connections may still
     * be in TIME_WAIT. The port is picked in connect(), which knows both ends, not in bind(). */
    struct sockaddr_in source = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK + number / CONNECTIONS_AN_ADDRESS % LOOPBACK_ADDRESSES),
    };
    if (fd < 0) die("socket", errno);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&source, sizeof source) < 0) die("bind", errno);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect", errno);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static int usage(void) {
    fprintf(stderr,
            "load echo    --port N [--connections N] [--size BYTES] [--depth N] [--warmup S] [--seconds S] "
            "[--server PID]\n"
            "load clients --port N [--clients N] [--concurrency N] [--waves]\n"
            "load idle    --port N [--connections N] [--messages N] [--size BYTES]\n");
    return 2;
}

int main(int argc, char **argv) {
    static const struct option options[] = {
        {"port", required_argument, 0, 'p'},
        {"connections", required_argument, 0, 'c'},
        {"size", required_argument, 0, 's'},
        {"depth", required_argument, 0, 'd'},
        {"warmup", required_argument, 0, 'w'},
        {"seconds", required_argument, 0, 't'},
        {"server", required_argument, 0, 'S'},
        {"clients", required_argument, 0, 'n'},
        {"concurrency", required_argument, 0, 'k'},
        {"waves", no_argument, 0, 'W'},
        {"messages", required_argument, 0, 'm'},
        {0},
    };
    struct load load = {
        .connections = 50,
        .size = 64,
        .depth = 1,
        .warmup = 1,
        .seconds = 3,
        .clients = 1000,
        .concurrency = 64,
        .messages = 1,
    };
    if (argc < 2) return usage();
    for (int o; (o = getopt_long(argc - 1, argv + 1, "", options, 0)) != -1;) {
        switch (o) {
        case 'p': load.port = (unsigned short)atoi(optarg); break;
        case 'c': load.connections = (unsigned)atoi(optarg); break;
        case 's': load.size = (unsigned)atoi(optarg); break;
        case 'd': load.depth = (unsigned)atoi(optarg); break;
        case 'w': load.warmup = atof(optarg); break;
        case 't': load.seconds = atof(optarg); break;
        case 'S': load.server = atoi(optarg); break;
        case 'n': load.clients = (unsigned)atoi(optarg); break;
        case 'k': load.concurrency = (unsigned)atoi(optarg); break;
        case 'W': load.waves = true; break;
        case 'm': load.messages = (unsigned)atoi(optarg); break;
        default: return usage();
        }
    }
    if (!load.port || !load.connections || !load.size || !load.depth || !load.concurrency) return usage();
    if (strcmp(argv[1], "echo") == 0) return closed_loop(&load);
    if (strcmp(argv[1], "clients") == 0) return clients(&load);
    if (strcmp(argv[1], "idle") == 0) return idle(&load);
    return usage();
}
