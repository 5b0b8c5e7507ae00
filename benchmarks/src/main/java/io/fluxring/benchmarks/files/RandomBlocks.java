package io.fluxring.benchmarks.files;

/** Positions of blocks, at random. For one thread. */
final class RandomBlocks {
    private final long blocks;
    private long state;

    RandomBlocks(Task task, int seed) {
        blocks = task.chunks();
        state = 0x9E3779B97F4A7C15L * (seed + 1);
    }

    /** The position of another one. */
    long next(int blockBytes) {
        state ^= state << 13; // xorshift
        state ^= state >>> 7;
        state ^= state << 17;
        return Long.remainderUnsigned(state, blocks) * blockBytes;
    }
}
