package io.fluxring.core.memory;

import io.fluxring.core.refusal.Refusal;
import io.fluxring.core.register.BufferRingRegistration;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.NativeMemory;
import io.fluxring.core.sys.layout.BufRingLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A group of provided buffers: receives name the group, the kernel picks a buffer when there are bytes, and the completion says
 * which ({@code io_uring_register_buf_ring(3)}).
 *
 * <p>A classic ring gives each completion a buffer of its own. An incremental one (Linux 6.12) fills a buffer piece by piece
 * across completions, so that small messages share it: it comes back when the kernel has used it up and all its leases have
 * been released.
 *
 * <p>Belongs to one loop's thread; leases may be released by any.
 */
public final class BufferRing extends LeasePool {
    private static final long PAGE_BYTES = 4096;
    private static final long CACHE_LINE_BYTES = 64;
    private static final int NONE = -1;

    private final BufferRingRegistration groups;
    private final int group;
    private final int bufferBytes;
    private final long strideBytes;
    private final boolean incremental;
    private final BufferRingEntries entries;
    private final int[] consumedBytes;
    private final int[] leasesOfBuffer;
    private final boolean[] withKernel;
    private final int[] providedNext;

    private int providedLast = NONE;
    private int free;
    private int receivers;
    private boolean receiveLimits = true;
    private boolean unregistered;

    private BufferRing(
            BufferRingRegistration groups,
            MemorySegment memory,
            BufferRingConfig config,
            int group,
            MemorySegment entriesMemory,
            Runnable onRemoteRelease) {
        super(memory, config.incremental(), onRemoteRelease, Thread.currentThread());
        this.groups = groups;
        this.group = group;
        this.bufferBytes = config.bufferBytes();
        this.strideBytes = strideBytes(config);
        this.incremental = config.incremental();
        this.entries = new BufferRingEntries(entriesMemory, entries(config));
        this.consumedBytes = new int[config.buffers()];
        this.leasesOfBuffer = new int[config.buffers()];
        this.withKernel = new boolean[config.buffers()];
        this.providedNext = new int[config.buffers()];
    }

    /**
     * Registers a ring of buffers with a ring and hands all of them to the kernel. On the ring's own thread.
     *
     * @param arena owns the memory; must outlive the ring's last operation
     * @param group the group's number, 0 to 65,535, unused so far
     * @param onRemoteRelease run by another thread when a release of its own needs the owner's attention
     * @throws IllegalStateException when the kernel refuses
     */
    public static BufferRing register(
            Ring ring, Arena arena, BufferRingConfig config, int group, Runnable onRemoteRelease) {
        // Before the registration: when there is not so much memory, the kernel must not keep the group.
        MemorySegment memory = arena.allocate(config.buffers() * strideBytes(config), PAGE_BYTES);
        BufferRingRegistration groups = new BufferRingRegistration(ring.handle());
        MemorySegment entriesMemory = registerEntries(groups, arena, config, group);
        BufferRing buffers = new BufferRing(groups, memory, config, group, entriesMemory, onRemoteRelease);
        for (int buffer = 0; buffer < config.buffers(); buffer++) {
            buffers.provide(buffer);
        }
        return buffers;
    }

    private static MemorySegment registerEntries(
            BufferRingRegistration groups, Arena arena, BufferRingConfig config, int group) {
        int entries = entries(config);
        long lengthBytes = entries * BufRingLayout.ENTRY_BYTES;
        int flags = config.incremental() ? Abi.PBUF_RING_INC : 0;
        if (config.kernelMemory()) {
            long address = groups.registerMapped(entries, group, flags);
            requireRegistered((int) Math.min(address, 0), config, group);
            return NativeMemory.at(address, lengthBytes);
        }
        MemorySegment memory = arena.allocate(lengthBytes, PAGE_BYTES);
        requireRegistered(groups.register(memory.address(), entries, group, flags), config, group);
        return memory;
    }

    private static void requireRegistered(int result, BufferRingConfig config, int group) {
        if (Errno.ofResult(result) == Errno.ENOMEM) {
            RingUnavailableException reason = Refusal.ofNeed(
                    result,
                    entries(config) + " entries of group " + group + ", "
                            + Math.ceilDiv(entries(config) * BufRingLayout.ENTRY_BYTES, 1024L) + " KiB",
                    "use fewer buffers");
            throw new IllegalStateException(
                    "cannot register " + config + " as group " + group + ": " + reason.getMessage(), reason);
        }
        if (result < 0) {
            String needed = config.incremental() ? "Linux 6.12" : config.kernelMemory() ? "Linux 6.4" : "Linux 5.19";
            throw new IllegalStateException("cannot register " + config + " as group " + group + ": "
                    + Errno.describe(result) + "; " + needed + " or newer is needed");
        }
    }

    private static int entries(BufferRingConfig config) {
        return Integer.highestOneBit(config.buffers() * 2 - 1);
    }

    /**
     * A line more than a buffer is long: at a power of two the first lines of all buffers, which is all that small messages
     * need, would share a few sets of the processor's caches.
     */
    private static long strideBytes(BufferRingConfig config) {
        return (config.bufferBytes() + CACHE_LINE_BYTES - 1) / CACHE_LINE_BYTES * CACHE_LINE_BYTES + CACHE_LINE_BYTES;
    }

    /** The number that receives name. */
    public int group() {
        return group;
    }

    @Override
    public int capacity() {
        return withKernel.length;
    }

    /** The size of each. */
    public int bufferBytes() {
        return bufferBytes;
    }

    /** From the start of one buffer to that of the next, in bytes: buffer n begins n times so far into the group's memory. */
    public long strideBytes() {
        return strideBytes;
    }

    /** Somebody begins, or ceases, to receive into this group from time to time. */
    public void receiversChanged(int by) {
        receivers += by;
    }

    /** How many receive into this group. */
    public int receivers() {
        return receivers;
    }

    /** Whether a multishot receive may be given a limit of bytes (Linux 6.17). True until a kernel has refused one. */
    public boolean receiveLimits() {
        return receiveLimits;
    }

    /** The kernel has refused a limit. */
    public void receiveLimitRefused() {
        receiveLimits = false;
    }

    /** How many buffers the kernel has, as far as the completions seen so far tell. */
    @Override
    public int free() {
        return free;
    }

    /**
     * How many buffers the kernel has, by its own account (Linux 6.8): less than {@link #free} by those whose completions were
     * not taken yet. A call to the kernel.
     *
     * @return a negated errno when the kernel refuses
     */
    public int freeByKernel() {
        int head = groups.head(group);
        return head < 0 ? head : entries.tail() - head & 0xffff;
    }

    /**
     * The lease that a completion brings, or null when it brings none: an error may carry a buffer and the end of a stream may
     * carry none, so the flag decides and not the result.
     *
     * @param result the completion's result
     * @param flags the completion's flags
     * @param holder is told of the release
     */
    public @Nullable BufferLease take(int result, int flags, @Nullable LeaseHolder holder) {
        if ((flags & Abi.CQE_F_BUFFER) == 0) {
            return null;
        }
        boolean more = incremental && (flags & Abi.CQE_F_BUF_MORE) != 0;
        return takePart(flags >>> Abi.CQE_BUFFER_SHIFT, Math.max(result, 0), more, holder);
    }

    /**
     * The leases that a bundle's completion brings ({@link io.fluxring.core.entry.SocketSqe#prepReceiveBundle}), in the order
     * of their bytes. None when the completion names no buffer.
     *
     * @param result the completion's result
     * @param flags the completion's flags
     * @param holder is told of each release
     * @param leases is given each lease; when it throws, those behind are released
     * @return how many
     */
    public int takeBundle(int result, int flags, @Nullable LeaseHolder holder, Consumer<? super BufferLease> leases) {
        if ((flags & Abi.CQE_F_BUFFER) == 0) {
            return 0;
        }
        boolean moreOfLast = incremental && (flags & Abi.CQE_F_BUF_MORE) != 0;
        return takeParts(flags >>> Abi.CQE_BUFFER_SHIFT, Math.max(result, 0), moreOfLast, holder, leases);
    }

    private int takeParts(
            int firstBuffer,
            int lengthBytes,
            boolean moreOfLast,
            @Nullable LeaseHolder holder,
            Consumer<? super BufferLease> leases) {
        int buffer = firstBuffer;
        int left = lengthBytes;
        int count = 0;
        try {
            do {
                int next = providedNext[buffer]; // before the lease is given: its release may provide the buffer anew
                int part = Math.min(left, bufferBytes - consumedBytes[buffer]);
                left -= part;
                BufferLease lease = takePart(buffer, part, moreOfLast && left == 0, holder);
                buffer = next;
                count++;
                leases.accept(lease);
            } while (left > 0);
            return count;
        } finally {
            if (left > 0) { // a throw: nobody else can give back what was not given yet
                takeParts(buffer, left, moreOfLast, holder, BufferLease::release);
            }
        }
    }

    private BufferLease takePart(int buffer, int lengthBytes, boolean more, @Nullable LeaseHolder holder) {
        long offset = buffer * strideBytes + consumedBytes[buffer];
        leasesOfBuffer[buffer]++;
        if (more) {
            consumedBytes[buffer] += lengthBytes;
        } else {
            withKernel[buffer] = false;
            free--;
        }
        return lend(buffer, offset, lengthBytes, holder);
    }

    @Override
    void reclaim(int buffer) {
        if (--leasesOfBuffer[buffer] == 0 && !withKernel[buffer]) {
            provide(buffer);
        }
    }

    private void provide(int buffer) {
        if (unregistered || groups.ended()) {
            return; // nobody takes it, and the kernel's memory is not there any more
        }
        if (providedLast != NONE) {
            providedNext[providedLast] = buffer;
        }
        providedLast = buffer;
        consumedBytes[buffer] = 0;
        withKernel[buffer] = true;
        free++;
        entries.put(memory().address() + buffer * strideBytes, bufferBytes, buffer);
    }

    /** Tells the kernel to forget the group. Leases stay valid: their memory is the arena's. Idempotent; a closed ring has done it. */
    public void unregister() {
        if (!unregistered && !groups.ended()) {
            groups.unregister(group);
        }
        unregistered = true;
    }

    @Override
    public String toString() {
        return "group " + group + ", " + free + " of " + capacity() + " free";
    }
}
