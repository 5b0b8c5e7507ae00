/*
 * What a connection has received and not yet sent back: a queue of provided buffers, linked by buffer id, so that
 * queueing never allocates.
 */
#ifndef FLUXRING_OUTBOX_H
#define FLUXRING_OUTBOX_H

#include <sys/uio.h>

#include "buffers.h"

/* The part of a buffer that is still to be sent, and the buffer queued behind it. */
struct piece {
    uint32_t offset;
    uint32_t length;
    uint32_t next;
};

struct outbox {
    uint32_t first;
    uint32_t last;
    uint32_t pieces;
};

static inline void outbox_add(struct outbox *outbox, struct piece *pieces, uint32_t id, uint32_t length) {
    pieces[id] = (struct piece){.length = length};
    if (outbox->pieces++) pieces[outbox->last].next = id;
    else outbox->first = id;
    outbox->last = id;
}

/* Takes `sent` bytes from the front and hands each buffer that became empty back to the kernel. */
static inline void outbox_sent(struct outbox *outbox, struct piece *pieces, struct buffers *buffers, uint32_t sent) {
    while (sent) {
        struct piece *piece = &pieces[outbox->first];
        if (sent < piece->length) {
            piece->offset += sent;
            piece->length -= sent;
            return;
        }
        sent -= piece->length;
        buffers_return(buffers, outbox->first);
        outbox->first = piece->next;
        outbox->pieces--;
    }
}

static inline void outbox_clear(struct outbox *outbox, struct piece *pieces, struct buffers *buffers) {
    for (; outbox->pieces; outbox->pieces--) {
        buffers_return(buffers, outbox->first);
        outbox->first = pieces[outbox->first].next;
    }
}

/* Describes the first pieces, at most `max`, as a vector; returns how many. */
static inline unsigned outbox_vector(const struct outbox *outbox, const struct piece *pieces,
                                     const struct buffers *buffers, struct iovec *vector, unsigned max) {
    unsigned n = 0;
    for (uint32_t id = outbox->first; n < outbox->pieces && n < max; id = pieces[id].next, n++)
        vector[n] = (struct iovec){buffers_at(buffers, id) + pieces[id].offset, pieces[id].length};
    return n;
}

#endif
