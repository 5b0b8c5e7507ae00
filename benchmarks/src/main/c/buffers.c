#include "buffers.h"

#include <errno.h>
#include <sys/mman.h>

#include "ring.h"

enum { CACHE_LINE = 64, HUGE_PAGE = 2 << 20 };

static void *map(size_t bytes) {
    void *memory = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) die("mmap of buffers", errno);
    return memory;
}

void buffers_open(struct buffers *buffers, struct io_uring *ring, int group, unsigned count, unsigned size) {
    /* Buffers a power of two apart would all begin in the same few cache sets, and small messages would throw each
     * other out of the cache: one line more between them spreads them over all sets. */
    size_t stride = size + CACHE_LINE;
    size_t bytes = (stride * count + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
    *buffers = (struct buffers){
        .ring = map(count * sizeof(struct io_uring_buf)),
        .count = count,
        .size = size,
        .stride = stride,
        .memory = map(bytes),
    };
    madvise(buffers->memory, bytes, MADV_HUGEPAGE);

    struct io_uring_buf_reg registration = {
        .ring_addr = (uintptr_t)buffers->ring,
        .ring_entries = count,
        .bgid = (uint16_t)group,
    };
    int registered = io_uring_register_buf_ring(ring, &registration, 0);
    if (registered < 0) die("registration of a buffer ring", -registered);
    for (unsigned id = 0; id < count; id++) buffers_return(buffers, id);
    buffers_publish(buffers);
}
