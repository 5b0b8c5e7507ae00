package io.fluxring.core.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where leases come from and go back to. The pool's state belongs to one thread; a lease may be released by any. A release on
 * another thread is pushed on a stack, which the pool's thread takes whole. After the loop's {@link #end} releases are only counted,
 * for the memory to be freed with the last.
 */
public abstract sealed class LeasePool permits BufferRing, Slab {
    private final MemorySegment memory;
    private final Runnable onRemoteRelease;
    private final Thread owner;
    private final LeaseAudit audit = new LeaseAudit();
    private final AtomicReference<@Nullable BufferLease> remotelyReleased = new AtomicReference<>();
    private final LeaseHandles handles;
    private final BufferOutage outage = new BufferOutage(this);
    private final ArrayDeque<Runnable> waiters = new ArrayDeque<>();
    private List<Runnable> easeWaiters = new ArrayList<>();

    private final BufferLease endMark =
            new BufferLease(this); // on the stack of released leases once the loop has ended
    private final AtomicInteger outAtEnd = new AtomicInteger(); // below 0 while releases outrun the count

    private int liveLeases;
    private boolean resuming;
    private boolean ended; // for the owner; other threads look for the mark
    private Runnable onLastRelease = () -> {};

    /**
     * A pool over some memory.
     *
     * @param sharedBuffers whether several leases of one buffer are out at a time
     */
    LeasePool(MemorySegment memory, boolean sharedBuffers, Runnable onRemoteRelease, Thread owner) {
        this.handles = new LeaseHandles(this, sharedBuffers);
        this.memory = memory;
        this.onRemoteRelease = onRemoteRelease;
        this.owner = owner;
    }

    final MemorySegment memory() {
        return memory;
    }

    /** {@return how many leases are out} Owner thread only, and any after the loop's end. */
    public int liveLeases() {
        return ended ? Math.max(0, outAtEnd.get()) : liveLeases;
    }

    /** {@return whether the calling thread is the one that the pool belongs to} */
    public boolean isOwner() {
        return Thread.currentThread() == owner;
    }

    /**
     * Names those who hold the most leases, such as {@code 24 leases are out: 20 held by fd=12, 4 held by 3 others}. Owner thread
     * only.
     *
     * @param limit how many holders are named
     * @return the names
     */
    public String holders(int limit) {
        LeaseCensus census = new LeaseCensus();
        handles.forEachLive(lease -> census.count(lease.holder()));
        return census.describe(limit);
    }

    /** {@return what checked mode knows of this pool's leases} */
    public LeaseAudit audit() {
        return audit;
    }

    /**
     * {@return why the kernel may not be told of some bytes: they lie in this pool's memory and not within a live
     * lease} Null when there is nothing against it. For checked mode, see {@link LeaseAudit}.
     *
     * @param address where they begin
     * @param lengthBytes how many they are
     */
    public @Nullable String refusal(long address, long lengthBytes) {
        long offset = address - memory.address();
        if (offset + lengthBytes <= 0 || offset >= memory.byteSize() || audit.lends(address, lengthBytes)) {
            return null;
        }
        long buffer = Math.max(0, offset) / strideBytes();
        return "are in buffer " + buffer + " of " + this + " and not within a live lease";
    }

    /** {@return how many buffers can be had now} Owner thread only. */
    public abstract int free();

    /** {@return how many buffers there are} Owner thread only. */
    public abstract int capacity();

    /** Whether all buffers that there may be are out. */
    abstract boolean isDry();

    /** Whether half of the buffers are free. */
    private boolean isEased() {
        return free() >= capacity() - free();
    }

    /** From the start of one buffer to that of the next, in bytes. */
    abstract long strideBytes();

    /** The length of a buffer that one lease has for itself; throws where several share one. */
    abstract int wholeBufferBytes();

    /** Takes the memory of a released lease back. */
    abstract void reclaim(int buffer);

    /**
     * Runs something once a buffer can be had, in the order of asking. Owner thread only. It runs in a later tick of the loop,
     * never from within a release.
     *
     * @param waiter run once
     */
    public void whenFree(Runnable waiter) {
        waiters.add(waiter);
    }

    /**
     * Runs something once half of the buffers are free, in a later tick: for those who hold more than a fair share while they
     * are scarce, and may have more when they are not. Owner thread only.
     *
     * @param waiter run once
     */
    public void whenEased(Runnable waiter) {
        easeWaiters.add(waiter);
    }

    /** Runs as many waiters as there are free buffers; the guard runs each, and keeps what it throws from the others. */
    void runWaiters(Consumer<Runnable> guard) {
        if (waiters.isEmpty() && easeWaiters.isEmpty()) {
            return;
        }
        if (!easeWaiters.isEmpty() && isEased()) {
            List<Runnable> eased = easeWaiters;
            easeWaiters = new ArrayList<>();
            eased.forEach(guard);
        }
        resuming = true;
        for (int permits = Math.min(free(), waiters.size()); permits > 0; permits--) {
            guard.accept(waiters.remove());
        }
        resuming = false;
    }

    /** Sets what has an outage looked at again after so many nanoseconds, on the owner's thread. */
    void watchOutages(ObjLongConsumer<Runnable> schedule) {
        outage.watchBy(() -> schedule.accept(outage::look, BufferOutage.PATIENCE_NANOS));
    }

    /** Whether waiters could go on at once, so that the loop must not sleep. */
    boolean canResume() {
        return !waiters.isEmpty() && free() > 0;
    }

    /** Whether a buffer may be taken now: not past those who wait for one. */
    boolean mayTake() {
        return free() > 0 && (resuming || waiters.isEmpty());
    }

    /** {@return whether anybody waits for a buffer} */
    public boolean hasWaiters() {
        return !waiters.isEmpty();
    }

    BufferLease lend(int buffer, long offset, int lengthBytes, @Nullable LeaseHolder holder) {
        if (ended) {
            throw new IllegalStateException("the loop has ended: " + this);
        }
        BufferLease lease = handles.take(buffer);
        lease.begin(buffer, offset, lengthBytes, holder);
        liveLeases++;
        audit.taken(lease);
        if (isDry()) {
            outage.begin();
        }
        return lease;
    }

    /** Any thread. */
    void release(BufferLease lease) {
        audit.released(lease);
        if (isOwner() && !ended) {
            takeBack(lease);
            return;
        }
        BufferLease top;
        do {
            top = remotelyReleased.get();
            if (top == endMark) {
                releaseLate(lease);
                return;
            }
            lease.next = top;
        } while (!remotelyReleased.compareAndSet(top, lease));
        if (top == null) {
            onRemoteRelease.run(); // only the first of a batch: the owner takes the stack whole
        }
    }

    /** Takes back what other threads have released. A holder that throws does not cost the others. Owner thread only. */
    void takeBackRemote() {
        if (!ended) {
            takeBackAll(remotelyReleased.getAndSet(null));
        }
    }

    /**
     * The loop has ended: leases that are still out are counted down by the threads that release them. The mark replaces the
     * stack of released leases in one step: a release is on the stack, and taken back here, or it finds the mark. Holders are not
     * called any more. On the owner's thread, or on any when that has died.
     */
    void end(Runnable lastReleased) {
        onLastRelease = lastReleased; // seen by those who find the mark
        BufferLease lease = remotelyReleased.getAndSet(endMark);
        for (; lease != null; lease = lease.next) {
            poison(lease);
            liveLeases--;
        }
        ended = true;
        countAtEnd(liveLeases);
    }

    /** The memory is there as long as this lease is not counted. */
    private void releaseLate(BufferLease lease) {
        poison(lease);
        lease.forget();
        countAtEnd(-1);
    }

    /** Releases may be counted before the leases are: the sum reaches 0 once, when all have been. */
    private void countAtEnd(int leases) {
        if (outAtEnd.addAndGet(leases) == 0) {
            onLastRelease.run();
        }
    }

    private void poison(BufferLease lease) {
        if (LeaseAudit.CHECKED) {
            memory.asSlice(lease.offsetBytes(), lease.extent()).fill(LeaseAudit.POISON);
        }
    }

    private void takeBackAll(@Nullable BufferLease first) {
        BufferLease lease = first;
        try {
            while (lease != null) {
                BufferLease current = lease;
                lease = current.next;
                current.next = null;
                takeBack(current);
            }
        } finally {
            if (lease != null) {
                takeBackAll(lease);
            }
        }
    }

    private void takeBack(BufferLease lease) {
        liveLeases--;
        int buffer = lease.buffer();
        LeaseHolder holder = lease.holder();
        poison(lease);
        handles.giveBack(lease);
        reclaim(buffer);
        if (outage.isOn() && isEased()) {
            outage.end();
        }
        if (holder != null) {
            holder.leaseReleased();
        }
    }
}
