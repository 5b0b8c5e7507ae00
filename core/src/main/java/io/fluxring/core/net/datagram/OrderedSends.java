package io.fluxring.core.net.datagram;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.TimespecLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The datagrams of a Unix socket on their way out: one chain at a time, each starting when the one before has been sent, because
 * applications rely on the order that Unix sockets keep.
 *
 * <p>A peer without room is waited for here and not in the kernel: io_uring repeats a send that had to wait with what is left of its
 * bytes, and the first try has taken them all, so that an empty datagram arrives in place of the one that was sent (seen with Linux
 * 6.18). {@code MSG_DONTWAIT} turns that wait into an error.
 */
final class OrderedSends {
    private static final long FIRST_PAUSE_NANOS = 1_000_000L;
    private static final int MOST_DOUBLINGS = 5;

    private enum Phase {
        /** Nothing is to be sent. */
        IDLE,
        /** A chain is in the ring. */
        SENDING,
        /** The first in line found no room: a poll or a pause is in the ring. */
        WAITING,
        /** Nothing is sent any more. */
        CLOSED
    }

    private final DatagramSocket socket;
    private final RoomPoll poll = new RoomPoll();
    private final Pause pause = new Pause();
    private final ArrayDeque<DatagramSend> line = new ArrayDeque<>();
    private final ArrayDeque<DatagramSend> heldUp = new ArrayDeque<>(); // of the chain, not sent, in their order

    private Phase phase = Phase.IDLE;
    private int running; // of the chain
    private boolean broken; // a member of the chain has failed: the kernel cancels those behind it
    private boolean full; // a member of the chain found no room
    private boolean roomTold; // a poll has told of room, and nothing was sent since
    private int pauses; // since something was sent

    OrderedSends(DatagramSocket socket) {
        this.socket = socket;
    }

    private RingLoop loop() {
        return socket.loop();
    }

    /** Sends a datagram behind those that are there; when this throws, it is not among them. */
    void add(DatagramSend next) {
        if (phase == Phase.IDLE) {
            sendChain(next);
        } else {
            line.add(next);
        }
    }

    // ---- chains

    private void sendChain(DatagramSend... members) {
        for (int i = 0; i < members.length; i++) {
            members[i].isLinked = i < members.length - 1;
        }
        phase = Phase.SENDING;
        running = members.length;
        broken = false;
        full = false;
        try {
            if (members.length == 1) {
                loop().submit(members[0]);
            } else {
                loop().submitChain(members);
            }
        } catch (RuntimeException | Error e) {
            phase = Phase.IDLE;
            running = 0;
            throw e;
        }
    }

    /** What has come meanwhile becomes the next chain, of no more members than the queue takes at once. */
    private void goOn() {
        phase = Phase.IDLE;
        if (line.isEmpty()) {
            return;
        }
        int most = Math.clamp(loop().submissionSpace(), 1, DatagramSender.MOST_IN_FLIGHT);
        DatagramSend[] members = new DatagramSend[Math.min(most, line.size())];
        for (int i = 0; i < members.length; i++) {
            members[i] = line.remove();
        }
        try {
            sendChain(members);
        } catch (RuntimeException | Error e) { // in checked mode: a name or a header is in memory that is not lent
            phase = Phase.SENDING; // what the reports bring waits for its turn
            reportAll(new ArrayDeque<>(List.of(members)), Errno.EINVAL.result());
            goOn();
            throw e;
        }
    }

    void completed(DatagramSend member, int result) {
        running--;
        boolean repeatable = isRepeatable(result) || (broken && result == Errno.ECANCELED.result());
        broken |= result < 0;
        full |= result == Errno.EAGAIN.result();
        if (result >= 0) {
            roomTold = false;
            pauses = 0;
        }
        try {
            if (!repeatable) {
                member.report(result);
            } else if (phase == Phase.CLOSED) {
                member.report(Errno.ECANCELED.result());
            } else {
                heldUp.add(member);
            }
        } finally {
            if (running == 0 && phase == Phase.SENDING) {
                chainEnded();
            }
        }
    }

    private static boolean isRepeatable(int result) {
        return result == Errno.EAGAIN.result() || result == Errno.EINTR.result();
    }

    private void chainEnded() {
        for (DatagramSend last = heldUp.pollLast(); last != null; last = heldUp.pollLast()) {
            line.addFirst(last);
        }
        if (full) {
            awaitRoom();
        } else {
            goOn();
        }
    }

    // ---- a peer without room

    /** A poll knows only of the peer that the socket is connected to: for others a while must do. */
    private void awaitRoom() {
        phase = Phase.WAITING;
        Operation wait = roomTold ? pause : poll;
        socket.operationBegins();
        try {
            loop().submit(wait);
        } catch (RuntimeException | Error e) {
            socket.operationEnded();
            failed(Errno.EINVAL.result());
            throw e;
        }
    }

    private void waited(int result) {
        try {
            if (phase == Phase.WAITING) {
                if (result >= 0 || result == Errno.ETIME.result() || result == Errno.EINTR.result()) {
                    goOn();
                } else {
                    failed(result); // the loop ends
                }
            }
        } finally {
            socket.operationEnded();
        }
    }

    private void failed(int result) {
        ArrayDeque<DatagramSend> all = new ArrayDeque<>(line);
        line.clear();
        phase = Phase.SENDING; // what the reports bring waits for its turn
        try {
            reportAll(all, result);
        } finally {
            if (phase == Phase.SENDING) {
                goOn();
            }
        }
    }

    private static void reportAll(ArrayDeque<DatagramSend> all, int result) {
        try {
            while (!all.isEmpty()) {
                all.remove().report(result);
            }
        } finally {
            if (!all.isEmpty()) {
                reportAll(all, result); // a handler that throws does not cost the others
            }
        }
    }

    /** What is in the ring is called off already. */
    void close() {
        phase = Phase.CLOSED;
        loop().cancel(poll);
        loop().cancel(pause);
        ArrayDeque<DatagramSend> all = new ArrayDeque<>(heldUp);
        all.addAll(line);
        heldUp.clear();
        line.clear();
        reportAll(all, Errno.ECANCELED.result());
    }

    private final class RoomPoll extends Operation {
        RoomPoll() {
            super(Opcode.POLL_ADD);
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepPoll(socket.fd(), Libc.POLLOUT);
        }

        @Override
        protected void completed(int result, int flags) {
            roomTold = true;
            waited(result);
        }
    }

    private final class Pause extends Operation {
        private @Nullable MemorySegment time;

        Pause() {
            super(Opcode.TIMEOUT);
        }

        @Override
        protected void prepare(Sqe sqe) {
            MemorySegment block = time;
            if (block == null) {
                block = loop().scratch().take();
                time = block;
            }
            TimespecLayout.put(block, FIRST_PAUSE_NANOS << Math.min(pauses, MOST_DOUBLINGS));
            sqe.prepTimeout(block.address(), 0, 0);
        }

        @Override
        protected void completed(int result, int flags) {
            MemorySegment block = time;
            time = null;
            if (block != null) {
                loop().scratch().giveBack(block);
            }
            pauses++;
            waited(result);
        }

        @Override
        protected String describe() {
            return socket.toString();
        }
    }
}
