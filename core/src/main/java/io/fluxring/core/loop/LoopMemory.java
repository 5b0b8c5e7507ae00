package io.fluxring.core.loop;

import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.LeasePool;
import io.fluxring.core.memory.RegisteredBuffers;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.memory.owner.OwnedPool;
import io.fluxring.core.memory.owner.OwnedTable;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.ring.Ring;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The memory that a loop lends: one arena, and the pools in it. */
final class LoopMemory {
    private static final System.Logger LOG = System.getLogger(RingLoop.class.getName());

    private static final int NAMED_HOLDERS = 5;

    /** A page, so that each block serves for direct I/O. */
    private static final int LEAST_FILE_BLOCK_BYTES = 4 * 1024;

    private static final int MOST_FILE_BLOCK_BYTES = 4 * 1024 * 1024;

    /** A window of reads of one stream. */
    private static final int FIRST_FILE_BLOCKS = 4;

    private final Ring ring;
    private final RingLoopConfig config;
    private final Consumer<Runnable> signal;
    private final DeadlineQueue deadlines;
    private final Arena arena = Arena.ofShared();
    private final ScratchBlocks scratch = new ScratchBlocks(arena);
    private final List<OwnedPool<? extends LeasePool>> pools =
            new CopyOnWriteArrayList<>(); // seldom added to, and read by the flight recorder

    private @Nullable Slab sendBlocks;
    private final @Nullable Slab[] fileBlocks = new Slab[Integer.SIZE]; // by the logarithm of their size
    private @Nullable OwnedTable<RegisteredBuffers> registeredBuffers;
    private int nextGroup;

    /**
     * Memory for the operations of a ring.
     *
     * @param signal has something run on the loop's thread, from any
     */
    LoopMemory(Ring ring, RingLoopConfig config, Consumer<Runnable> signal, DeadlineQueue deadlines) {
        this.ring = ring;
        this.config = config;
        this.signal = signal;
        this.deadlines = deadlines;
    }

    SegmentAllocator allocator() {
        return arena;
    }

    ScratchBlocks scratch() {
        return scratch;
    }

    List<LeasePool> pools() {
        return pools.stream().<LeasePool>map(OwnedPool::pool).toList();
    }

    BufferRing provideBuffers(BufferRingConfig buffers) {
        RemoteRelease release = new RemoteRelease();
        return keep(BufferRing.register(ring, arena, buffers, nextGroup++, release::announce), release);
    }

    private <P extends LeasePool> P keep(OwnedPool<P> pool, RemoteRelease release) {
        release.pool = pool;
        pool.watchOutages(deadlines::schedule);
        pools.add(pool);
        return pool.pool();
    }

    /** On the ring's thread, before all else. */
    void attach() {
        if (config.registeredBuffers() > 0) {
            registeredBuffers = RegisteredBuffers.register(ring, config.registeredBuffers());
        }
    }

    @Nullable
    RegisteredBuffers registeredBuffers() {
        return registeredBuffers == null ? null : registeredBuffers.table();
    }

    /** A completion has come that is no operation's: perhaps a registered buffer is free. */
    void completed(long userData) {
        if (registeredBuffers != null) {
            registeredBuffers.completed(userData);
        }
    }

    Slab sendBlocks() {
        Slab blocks = sendBlocks;
        if (blocks == null) {
            blocks = growing(config.sendBlocks(), config.mostSendBlocks(), config.sendBlockBytes());
            sendBlocks = blocks;
        }
        return blocks;
    }

    Slab fileBlocks(int blockBytes) {
        if (blockBytes < LEAST_FILE_BLOCK_BYTES
                || blockBytes > MOST_FILE_BLOCK_BYTES
                || Integer.bitCount(blockBytes) != 1) {
            throw new IllegalArgumentException("blocks of files have a power of two between " + LEAST_FILE_BLOCK_BYTES
                    + " and " + MOST_FILE_BLOCK_BYTES + " bytes: " + blockBytes);
        }
        int size = Integer.numberOfTrailingZeros(blockBytes);
        Slab blocks = fileBlocks[size];
        if (blocks == null) {
            int most = (int) Math.max(FIRST_FILE_BLOCKS, config.mostFileBytes() / blockBytes);
            blocks = growing(FIRST_FILE_BLOCKS, most, blockBytes);
            fileBlocks[size] = blocks;
        }
        return blocks;
    }

    private Slab growing(int blocks, int mostBlocks, int blockBytes) {
        RemoteRelease release = new RemoteRelease();
        return keep(Slab.growing(ring.kernel(), arena, blocks, mostBlocks, blockBytes, release::announce), release);
    }

    /** Gives waiters what has become free. */
    void resumeWaiters(Consumer<Runnable> guard) {
        for (int i = 0; i < pools.size(); i++) {
            pools.get(i).runWaiters(guard);
        }
    }

    /** Whether waiters could go on at once. */
    boolean canResume() {
        for (int i = 0; i < pools.size(); i++) {
            if (pools.get(i).canResume()) {
                return true;
            }
        }
        return false;
    }

    int liveLeases() {
        int live = 0;
        for (int i = 0; i < pools.size(); i++) {
            live += pools.get(i).pool().liveLeases();
        }
        return live;
    }

    /** For checked mode: why the kernel may not be told of some bytes, null when it may; see {@link LeasePool#refusal}. */
    @Nullable
    String refusal(long address, long lengthBytes) {
        for (int i = 0; i < pools.size(); i++) {
            String refusal = pools.get(i).pool().refusal(address, lengthBytes);
            if (refusal != null) {
                return refusal;
            }
        }
        return scratch.refusal(address, lengthBytes);
    }

    void takeBackRemote() {
        pools.forEach(OwnedPool::takeBackRemote);
    }

    /** Gives registered buffers back, and frees the memory: now, or with the last release of a lease. The ring is closed. */
    void close(Consumer<Runnable> guard) {
        OwnedTable<RegisteredBuffers> lent = registeredBuffers;
        if (lent != null) {
            guard.accept(lent::ringClosed);
        }
        AtomicInteger lending = new AtomicInteger(pools.size() + 1);
        Runnable done = () -> {
            if (lending.decrementAndGet() == 0) {
                free();
            }
        };
        pools.forEach(pool -> pool.end(done));
        int leases = liveLeases();
        if (leases > 0) {
            logOut(leases, "the memory of the loop is freed with the last release");
        }
        done.run();
    }

    /** The kernel may still write to the memory: it is never freed. Leases come back for the count alone. */
    void keepForEver() {
        pools.forEach(pool -> pool.end(() -> {}));
    }

    private void logOut(int leases, String consequence) {
        StringJoiner holders = new StringJoiner("; ");
        for (LeasePool pool : pools()) {
            if (pool.liveLeases() > 0) {
                holders.add(pool + ": " + pool.holders(NAMED_HOLDERS));
            }
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "{0} out at the end of the loop; {1} ({2})",
                leases == 1 ? "1 lease is" : leases + " leases are",
                consequence,
                holders);
        for (LeasePool pool : pools()) {
            pool.audit()
                    .live()
                    .forEach((lease, place) -> LOG.log(System.Logger.Level.WARNING, lease + " of " + pool, place));
        }
    }

    /** On the loop's thread, or on that of the last release, which must not pay for a view that another thread still uses. */
    private void free() {
        try {
            arena.close();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the memory of the loop is not freed: a part of it is in use", e);
        }
    }

    @Override
    public String toString() {
        return pools.toString();
    }

    /** Brings a pool's remotely released leases back on the loop's thread. */
    private final class RemoteRelease implements Runnable {
        private @Nullable OwnedPool<? extends LeasePool> pool; // set before the pool lends anything

        void announce() {
            signal.accept(this);
        }

        @Override
        public void run() {
            OwnedPool<? extends LeasePool> from = pool;
            // A task that was left over when the loop ended runs on the thread that offered it: the loop's own takes
            // all back.
            if (from != null && from.pool().isOwner()) {
                from.takeBackRemote();
            }
        }
    }
}
