package io.fluxring.reactor.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.error.RingException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a connection: one send in the ring at a time, and one subscriber that feeds it; others wait for their turn
 * in the order of their subscription. What was handed to the kernel is sent to its end, whether its subscriber still cares or
 * not: a cancel never leaves half a message on the wire for the next one to follow. Belongs to the loop's thread.
 */
final class Outbound {
    private final Connection connection;
    private final RingLoop loop;
    private final SendOperation send = new SendOperation();
    private final ArrayDeque<SendSubscriber<?>> turns = new ArrayDeque<>();

    private @Nullable RingException failure;

    Outbound(Connection connection, RingLoop loop) {
        this.connection = connection;
        this.loop = loop;
    }

    RingLoop loop() {
        return loop;
    }

    /** A subscriber wants to send. */
    void enter(SendSubscriber<?> subscriber) {
        if (subscriber.isOver()) {
            return; // cancelled before it got here
        }
        RingException reason = failure;
        if (reason != null) {
            subscriber.broken(reason);
            return;
        }
        turns.add(subscriber);
        if (turns.peek() == subscriber) {
            subscriber.yourTurn();
        }
    }

    /** A subscriber has nothing more to send. */
    void leave(SendSubscriber<?> subscriber) {
        boolean first = turns.peek() == subscriber;
        turns.remove(subscriber);
        SendSubscriber<?> next = turns.peek();
        if (first && next != null) {
            next.yourTurn();
        }
    }

    /** Whether a subscriber may put something into the ring. */
    boolean mayStart(SendSubscriber<?> subscriber) {
        return turns.peek() == subscriber && !send.isLive() && failure == null;
    }

    /** Sends what a batch holds. */
    void start(SendBatch batch) {
        send.batch = batch;
        connection.operationBegins();
        loop.submit(send);
    }

    private void sent(SendBatch batch, int result) {
        if (result > 0) {
            loop.counters().add(Counter.BYTES_SENT, result);
            batch.advance(result);
        }
        boolean repeat = result > 0 || isRepeatable(result);
        if (failure == null && repeat && !batch.isEmpty()) {
            loop.submit(send); // a short send: the rest follows
            return;
        }
        if (result < 0 && failure == null && !repeat) {
            failure = RingException.of("SEND " + connection.describe(), result);
        }
        batch.clear();
        try {
            tell();
        } finally {
            connection.operationEnded(); // whatever a subscriber throws: the descriptor waits for this
        }
    }

    private void tell() {
        RingException reason = failure;
        SendSubscriber<?> current = turns.peek();
        if (reason != null) {
            failAll(reason);
        } else if (current != null) {
            current.sent();
        }
    }

    private static boolean isRepeatable(int result) {
        return result == Errno.EINTR.result() || result == Errno.EAGAIN.result();
    }

    private void failAll(RingException reason) {
        for (SendSubscriber<?> each = turns.poll(); each != null; each = turns.poll()) {
            SendSubscriber<?> broken = each;
            loop.execute(() -> broken.broken(reason)); // at once, and one that throws does not keep it from the others
        }
    }

    /** Nothing is put into the ring any more. Tells nobody yet. */
    void refuse() {
        if (failure == null) {
            failure = RingException.closed(connection.describe());
        }
    }

    /** The connection closes: what is in the ring is called off, and nothing more is sent. */
    void close() {
        refuse();
        RingException reason = failure;
        if (send.isLive()) {
            loop.cancel(send); // its last completion does the rest
        } else if (reason != null) {
            failAll(reason);
        }
    }

    @Override
    public String toString() {
        return "outbound " + send.state() + ", " + turns.size() + " senders" + (failure == null ? "" : ", failed");
    }

    private final class SendOperation extends Operation {
        private @Nullable SendBatch batch;

        SendOperation() {
            super(Opcode.SEND);
        }

        private SendBatch batch() {
            if (batch == null) {
                throw new IllegalStateException("nothing to send");
            }
            return batch;
        }

        /** The kernel itself goes on after a short send ({@code MSG_WAITALL}, Linux 5.19); the remainder loop is for the rest. */
        @Override
        protected void prepare(Sqe sqe) {
            batch().prepare(sqe, connection.file().number(), Libc.MSG_WAITALL);
            sqe.flags(connection.operationFlags());
        }

        @Override
        protected void completed(int result, int flags) {
            sent(batch(), result);
        }

        @Override
        protected String describe() {
            return connection.describe();
        }
    }
}
