/*
 * What a trip through the ring costs when the operation itself costs nothing: fill a batch of NOPs, one enter, reap.
 *
 *   nop [--seconds S] [--warmup S] [--batches 1,8,32,128]
 *
 * One line a batch size, the same as the Java loop prints:
 *   nop batch=32 ns_per_op=71.30 ops=70123456 bytes_per_op=0.00
 */
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ring.h"

enum { SQ_ENTRIES = 256, CQ_ENTRIES = 512 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* One tick of a server's loop: prepare, enter once with GETEVENTS, look at each completion, hand them back together. */
static void batch_once(struct io_uring *ring, unsigned batch) {
    for (unsigned i = 0; i < batch; i++) {
        struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
        io_uring_prep_nop(sqe);
        io_uring_sqe_set_data64(sqe, i);
    }
    int submitted = io_uring_submit_and_wait(ring, batch);
    if (submitted < 0) die("io_uring_enter", -submitted);
    unsigned head, seen = 0;
    uint64_t sum = 0;
    struct io_uring_cqe *cqe;
    io_uring_for_each_cqe(ring, head, cqe) {
        if (cqe->res < 0) die("nop", -cqe->res);
        sum += cqe->user_data;
        seen++;
    }
    io_uring_cq_advance(ring, seen);
    if (seen != batch || sum != (uint64_t)batch * (batch - 1) / 2) die("completions lost", EPROTO);
}

static uint64_t run(struct io_uring *ring, unsigned batch, double seconds, double *elapsed) {
    /* The clock is read once in about a thousand operations, so that it costs nothing at batch 1. */
    unsigned batches_between_looks = 1024 / batch + 1;
    uint64_t ops = 0;
    double start = now();
    do {
        for (unsigned i = 0; i < batches_between_looks; i++) batch_once(ring, batch);
        ops += (uint64_t)batches_between_looks * batch;
        *elapsed = now() - start;
    } while (*elapsed < seconds);
    return ops;
}

int main(int argc, char **argv) {
    static const struct option options[] = {
        {"seconds", required_argument, 0, 's'},
        {"warmup", required_argument, 0, 'w'},
        {"batches", required_argument, 0, 'b'},
        {0},
    };
    double seconds = 1, warmup = 0.2;
    char default_batches[] = "1,8,32,128", *batches = default_batches;
    for (int o; (o = getopt_long(argc, argv, "", options, 0)) != -1;) {
        if (o == 's') seconds = atof(optarg);
        else if (o == 'w') warmup = atof(optarg);
        else if (o == 'b') batches = optarg;
        else return 2;
    }

    struct io_uring ring;
    ring_open(&ring, SQ_ENTRIES, CQ_ENTRIES);
    for (char *rest = batches; *rest;) {
        char *end;
        unsigned batch = (unsigned)strtoul(rest, &end, 10);
        if (batch < 1 || batch > SQ_ENTRIES || end == rest) die("--batches takes 1 to 256, comma between", EINVAL);
        double elapsed;
        run(&ring, batch, warmup, &elapsed);
        uint64_t ops = run(&ring, batch, seconds, &elapsed);
        printf("nop batch=%u ns_per_op=%.2f ops=%lu bytes_per_op=0.00\n", batch, elapsed * 1e9 / (double)ops, ops);
        fflush(stdout);
        rest = *end == ',' ? end + 1 : end;
    }
    return 0;
}
