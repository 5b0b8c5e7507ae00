/* Opens a ring for one thread in the fastest way that the running kernel knows. */
#ifndef FLUXRING_RING_H
#define FLUXRING_RING_H

#include <liburing.h>
#include <stdio.h>

/*
 * Opens a ring for the calling thread, which must be the only one to use it, and registers the ring's own descriptor.
 * Ends the process with a message when no ring can be had: a yardstick has nothing else to do then.
 */
void ring_open(struct io_uring *ring, unsigned sq_entries, unsigned cq_entries);

/* Writes the setup flags that the kernel accepted, by name. */
void ring_describe(const struct io_uring *ring, FILE *out);

/* Takes a free SQE; submits what is queued when there is none. */
struct io_uring_sqe *ring_sqe(struct io_uring *ring);

/*
 * Submits what is queued and waits for `wait` completions, but no longer than `min_wait_usec` when there is at least
 * one by then (Linux 6.12). Returns how many were submitted, or -errno.
 */
int ring_submit_and_gather(struct io_uring *ring, unsigned wait, unsigned min_wait_usec);

/* Ends the process with "what: reason"; `error` is a positive errno. */
_Noreturn void die(const char *what, int error);

#endif
