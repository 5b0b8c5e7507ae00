#include "ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "newer.h"

static const struct {
    unsigned flag;
    const char *name;
} SETUP_FLAGS[] = {
    {IORING_SETUP_CQSIZE, "CQSIZE"},
    {IORING_SETUP_SUBMIT_ALL, "SUBMIT_ALL"},
    {IORING_SETUP_SINGLE_ISSUER, "SINGLE_ISSUER"},
    {IORING_SETUP_DEFER_TASKRUN, "DEFER_TASKRUN"},
    {IORING_SETUP_NO_SQARRAY, "NO_SQARRAY"},
};

void die(const char *what, int error) {
    fprintf(stderr, "%s: %s\n", what, strerror(error));
    exit(1);
}

/* Asks for all flags first, then drops the newest, one after the other, while the kernel calls them invalid. */
static int setup(unsigned entries, struct io_uring_params *params, unsigned cq_entries) {
    unsigned flags = IORING_SETUP_CQSIZE | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_SINGLE_ISSUER |
                     IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_NO_SQARRAY;
    static const unsigned newest_first[] = {
        IORING_SETUP_NO_SQARRAY,
        IORING_SETUP_DEFER_TASKRUN,
        IORING_SETUP_SINGLE_ISSUER,
        IORING_SETUP_SUBMIT_ALL,
    };
    for (size_t dropped = 0;; dropped++) {
        memset(params, 0, sizeof *params);
        params->flags = flags;
        params->cq_entries = cq_entries;
        long fd = syscall(__NR_io_uring_setup, entries, params);
        if (fd >= 0) return (int)fd;
        if (errno != EINVAL || dropped == sizeof newest_first / sizeof *newest_first) die("io_uring_setup", errno);
        flags &= ~newest_first[dropped];
    }
}

void ring_open(struct io_uring *ring, unsigned sq_entries, unsigned cq_entries) {
    struct io_uring_params params;
    int fd = setup(sq_entries, &params, cq_entries);
    int mapped = io_uring_queue_mmap(fd, &params, ring);
    if (mapped < 0) die("mmap of the ring", -mapped);
    ring->features = params.features;
    if (params.flags & IORING_SETUP_NO_SQARRAY) {
        /* liburing 2.3 knows no ring without an index array and keeps writing to it: give it one that nobody reads,
         * else it would write over the ring's head, which stands at offset 0. */
        ring->sq.array = calloc(params.sq_entries, sizeof *ring->sq.array);
        if (!ring->sq.array) die("calloc", ENOMEM);
    }
    /* Spares the kernel a look into the descriptor table at each enter; not fatal when refused. */
    io_uring_register_ring_fd(ring);
}

void ring_describe(const struct io_uring *ring, FILE *out) {
    for (size_t i = 0; i < sizeof SETUP_FLAGS / sizeof *SETUP_FLAGS; i++)
        if (ring->flags & SETUP_FLAGS[i].flag) fprintf(out, " %s", SETUP_FLAGS[i].name);
}

struct io_uring_sqe *ring_sqe(struct io_uring *ring) {
    struct io_uring_sqe *sqe;
    while (!(sqe = io_uring_get_sqe(ring))) io_uring_submit(ring);
    return sqe;
}

int ring_submit_and_gather(struct io_uring *ring, unsigned wait, unsigned min_wait_usec) {
    /* Without a time limit of its own, a wait ends with ETIME after the minimal wait, events or not. */
    static const struct __kernel_timespec an_hour = {.tv_sec = 3600};
    struct enter_argument argument = {.min_wait_usec = min_wait_usec, .timeout = (uintptr_t)&an_hour};
    unsigned flags = IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
    if (ring->enter_ring_fd != ring->ring_fd) flags |= IORING_ENTER_REGISTERED_RING;
    /* liburing 2.3 has no call for this wait. Publish the tail as its submit does; the index array needs no filling,
     * because a kernel that knows this wait also does without the array. */
    unsigned ready = io_uring_sq_ready(ring);
    ring->sq.sqe_head = ring->sq.sqe_tail;
    io_uring_smp_store_release(ring->sq.ktail, ring->sq.sqe_tail);
    long submitted = syscall(__NR_io_uring_enter, ring->enter_ring_fd, ready, wait, flags, &argument, sizeof argument);
    return submitted < 0 ? -errno : (int)submitted;
}
