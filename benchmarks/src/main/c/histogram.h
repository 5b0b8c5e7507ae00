/*
 * Latencies in nanoseconds, log-linear: each power of two is cut into 64 equal steps, so a value read back is at most
 * 1.6 % off, and recording is a shift and an increment.
 */
#ifndef FLUXRING_HISTOGRAM_H
#define FLUXRING_HISTOGRAM_H

#include <stdint.h>

enum { STEP_BITS = 6, STEPS = 1 << STEP_BITS, HISTOGRAM_CELLS = (64 - STEP_BITS + 1) * STEPS };

struct histogram {
    uint64_t cells[HISTOGRAM_CELLS];
    uint64_t count;
    uint64_t max;
};

static inline void histogram_add(struct histogram *histogram, uint64_t value, uint64_t times) {
    /* The first 2 * STEPS values stand for themselves; above that the top STEP_BITS + 1 bits choose the cell. */
    int shift = value < 2 * STEPS ? 0 : 63 - __builtin_clzll(value) - STEP_BITS;
    histogram->cells[((uint64_t)shift << STEP_BITS) + (value >> shift)] += times;
    histogram->count += times;
    if (value > histogram->max) histogram->max = value;
}

/* The value that the given share (0 to 1) of all values does not exceed. */
static inline uint64_t histogram_quantile(const struct histogram *histogram, double share) {
    uint64_t wanted = (uint64_t)(share * (double)histogram->count + 0.5), seen = 0;
    for (uint64_t cell = 0; cell < HISTOGRAM_CELLS; cell++) {
        seen += histogram->cells[cell];
        if (seen < wanted || !seen) continue;
        uint64_t shift = cell < 2 * STEPS ? 0 : (cell >> STEP_BITS) - 1;
        uint64_t upper = ((cell - (shift << STEP_BITS) + 1) << shift) - 1;
        return upper < histogram->max ? upper : histogram->max;
    }
    return histogram->max;
}

#endif
