package io.fluxring.reactor.net;

import io.fluxring.core.net.StreamSocket;
import io.fluxring.reactor.error.RingException;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers that send on a connection: one is active and feeds the socket's sender, the others wait for their turn in the
 * order of their subscription. Belongs to the loop's thread.
 */
final class SendLine {
    private final StreamSocket socket;
    private @Nullable SendSubscriber<?> active;
    private @Nullable Set<SendSubscriber<?>> waiting; // made when two send at the same time
    private @Nullable RingException failure;
    private boolean advancing;

    SendLine(StreamSocket socket) {
        this.socket = socket;
    }

    StreamSocket socket() {
        return socket;
    }

    /** A subscriber wants to send. */
    void enter(SendSubscriber<?> subscriber) {
        RingException reason = failure;
        if (reason != null) {
            subscriber.fail(reason);
            return;
        }
        Set<SendSubscriber<?>> line = waiting;
        if (line == null && active != null) {
            line = new LinkedHashSet<>();
            waiting = line;
        }
        if (line == null) {
            active = subscriber;
            subscriber.activate();
        } else {
            line.add(subscriber);
            advance();
        }
    }

    /** A subscriber has nothing more to send. */
    void leave(SendSubscriber<?> subscriber) {
        if (active == subscriber) {
            active = null;
            advance();
        } else if (waiting != null) {
            waiting.remove(subscriber);
        }
    }

    /** One after the other, not one within the other: a sender that ends at once must not cost the next one stack. */
    private void advance() {
        if (advancing) {
            return;
        }
        advancing = true;
        try {
            for (SendSubscriber<?> next = next(); next != null; next = next()) {
                active = next;
                next.activate();
            }
        } finally {
            advancing = false;
        }
    }

    /** Takes the next one out of the line, null when it is not its turn. */
    private @Nullable SendSubscriber<?> next() {
        Set<SendSubscriber<?>> line = waiting;
        if (active != null || line == null || line.isEmpty()) {
            return null;
        }
        Iterator<SendSubscriber<?>> each = line.iterator();
        SendSubscriber<?> next = each.next();
        each.remove();
        return next;
    }

    /** The socket sends no more. */
    void fail(int result) {
        if (failure == null) {
            failure = SocketFailure.of("SEND", socket.file(), result);
        }
        RingException reason = failure;
        SendSubscriber<?> first = active;
        active = null;
        if (first != null) {
            failGuarded(first, reason);
        }
        Set<SendSubscriber<?>> line = waiting;
        waiting = null;
        if (line != null) {
            for (SendSubscriber<?> each : line) {
                failGuarded(each, reason);
            }
        }
    }

    /** At once, and one that throws does not keep it from the others. */
    private void failGuarded(SendSubscriber<?> subscriber, RingException reason) {
        socket.loop().execute(() -> subscriber.fail(reason));
    }

    /** The socket has been closed by this side. What is being sent ends with its last completion, and the others with it. */
    void close() {
        if (!socket.sender().isSending()) {
            fail(socket.sender().refusal());
        }
    }

    @Override
    public String toString() {
        int senders = (active == null ? 0 : 1) + (waiting == null ? 0 : waiting.size());
        return senders + " senders" + (failure == null ? "" : ", failed");
    }
}
