/* A ring of provided buffers: the kernel picks one when data arrives, and gets it back when the data has been used. */
#ifndef FLUXRING_BUFFERS_H
#define FLUXRING_BUFFERS_H

#include <liburing.h>
#include <stddef.h>
#include <stdint.h>

struct buffers {
    struct io_uring_buf_ring *ring;
    unsigned count;
    unsigned size;
    size_t stride;
    char *memory;
    unsigned returned; /* handed back since the last buffers_publish */
};

/* Registers `count` (a power of two) buffers of `size` bytes as `group`. */
void buffers_open(struct buffers *buffers, struct io_uring *ring, int group, unsigned count, unsigned size);

static inline char *buffers_at(const struct buffers *buffers, unsigned id) {
    return buffers->memory + id * buffers->stride;
}

/* Hands a buffer back; the kernel sees it after the next buffers_publish. */
static inline void buffers_return(struct buffers *buffers, unsigned id) {
    io_uring_buf_ring_add(buffers->ring, buffers_at(buffers, id), buffers->size, (unsigned short)id,
                          (int)(buffers->count - 1), (int)buffers->returned++);
}

static inline void buffers_publish(struct buffers *buffers) {
    if (!buffers->returned) return;
    io_uring_buf_ring_advance(buffers->ring, (int)buffers->returned);
    buffers->returned = 0;
}

#endif
