package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.MemorySegment;

/** The kernel's side of a submission queue: reads entries in their order, prepares them, and puts chains together. */
final class EntryConsumer {
    private static final byte CONSUMED = (byte) 0xFF;
    private static final int KNOWN_FLAGS = 0x7f;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;
    private final RequestRunner runner;
    private final Chance chance;
    private int head;
    private int seenTail;

    EntryConsumer(SimulatedRing ring, RequestRunner runner) {
        this.kernel = ring.kernel;
        this.ring = ring;
        this.runner = runner;
        this.chance = kernel.chance();
        this.head = Access.getInt(ring.rings, RingOffsets.SQ_HEAD);
        this.seenTail = head;
    }

    /** Looks whether the indices are sane. */
    void check() {
        int tail = Access.getIntAcquire(ring.rings, RingOffsets.SQ_TAIL);
        int sqHead = Access.getInt(ring.rings, RingOffsets.SQ_HEAD);
        if (sqHead != head || tail - seenTail < 0 || tail - head < 0 || tail - head > ring.sqEntries) {
            throw kernel.violation("the submission queue's tail went from " + seenTail + " to " + tail
                    + " with the head at " + head + " (shared: " + sqHead + ") and " + ring.sqEntries + " entries");
        }
        seenTail = tail;
    }

    /** Entries that are published and not consumed. */
    int pending() {
        return seenTail - head;
    }

    /** Consumes entries, so many at most. A chain that they leave open ends with them. */
    int submit(int toSubmit) {
        int available = Math.min(toSubmit, pending());
        if (available > 1 && chance.strikes(Fault.PARTIAL_SUBMIT)) {
            available = chance.below(available);
        }
        int consumed = 0;
        boolean goesOn = true;
        while (consumed < available && goesOn) {
            goesOn = accept(next()) || (ring.setupFlags & Abi.SETUP_SUBMIT_ALL) != 0;
            consumed++;
        }
        Request open = ring.links.cut();
        if (open != null) {
            open.punted = true;
            ring.queue(open);
        }
        return consumed;
    }

    private Request next() {
        int index = head & ring.sqEntries - 1;
        if ((ring.setupFlags & Abi.SETUP_NO_SQARRAY) == 0) {
            index = Access.getInt(ring.rings, RingOffsets.array(ring.cqEntries) + 4L * index);
        }
        MemorySegment sqe = ring.sqes.asSlice(index * SqeLayout.BYTES, SqeLayout.BYTES);
        Request request = new Request(sqe);
        sqe.fill(CONSUMED); // an entry that is not written whole the next time will be noticed
        Access.putIntRelease(ring.rings, RingOffsets.SQ_HEAD, ++head);
        return request;
    }

    /** Whether the entry was in order. */
    private boolean accept(Request request) {
        if (kernel.trace().on()) {
            kernel.trace().add("submit " + request);
        }
        ring.admit(request);
        int refused = prepare(request);
        if (refused < 0) {
            ring.links.refuse(request, refused);
        }
        Request chain = ring.links.join(request);
        if (chain != null) {
            ring.queue(chain);
        }
        // Within a chain a bad entry is only noted, until its last member has come.
        return refused == 0 || chain == null;
    }

    private int prepare(Request request) {
        if (request.opcode == null || (request.flags & ~KNOWN_FLAGS) != 0) {
            return Errno.EINVAL.result();
        }
        if (!ring.settings.allows(request.opcode, request.flags)) {
            return Errno.EACCES.result();
        }
        if (request.has(Abi.SQE_BUFFER_SELECT) && !EntryRules.maySelect(request.opcode)) {
            return Errno.EOPNOTSUPP.result();
        }
        int refused = ring.drain.prepare(request, ring.links.head());
        if (refused < 0) {
            return refused;
        }
        if (request.priority != 0 && !EntryRules.usesPriority(request.opcode)) {
            return Errno.EINVAL.result();
        }
        if (!ring.settings.knowsPersonality(request.personality)) {
            return Errno.EINVAL.result();
        }
        kernel.submitted().add(request.opcode);
        return runner.prepare(request);
    }
}
