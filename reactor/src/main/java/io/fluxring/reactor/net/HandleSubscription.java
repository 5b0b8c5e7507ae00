package io.fluxring.reactor.net;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.net.AcceptHandler;
import io.fluxring.reactor.operator.LoopSubscription;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;

/**
 * One subscription of {@link MonoHandle}: takes every connection there is and runs its handler. The handlers that run stand in a
 * list of their own links: a {@link HandledConnection} is all that a connection costs here.
 */
final class HandleSubscription extends LoopSubscription<Void> {
    private final Listener listener;
    private final Function<? super Connection, ? extends Publisher<Void>> handler;
    private final AcceptHandler accepting = new Accepting();

    private boolean attached;
    private @Nullable HandledConnection newest;

    HandleSubscription(
            Listener listener,
            Function<? super Connection, ? extends Publisher<Void>> handler,
            CoreSubscriber<? super Void> actual) {
        super(listener.loop(), actual);
        this.listener = listener;
        this.handler = handler;
    }

    @Override
    protected void attach() {
        attached = true; // before: the acceptor may answer at once
        if (!listener.handledBy(this, accepting)) {
            attached = false;
            fail(listener.acceptedFromAlready());
        }
    }

    @Override
    protected void drain() {
        // the only signal is the end
    }

    /** The subscriber has cancelled: with it ends all that it had started. */
    @Override
    protected void detach() {
        if (attached) {
            attached = false;
            listener.dispose();
            cancelHandlers();
        }
    }

    /** Closes the connections of the handlers that run, and cancels the handlers. On the loop's thread. */
    void cancelHandlers() {
        for (HandledConnection each = newest; each != null; each = newest) {
            remove(each);
            loop().execute(each::cancel); // at once, and one that throws does not keep the others open
        }
    }

    private void add(HandledConnection next) {
        HandledConnection before = newest;
        next.older = before;
        if (before != null) {
            before.newer = next;
        }
        newest = next;
    }

    /** A handler has ended. On the loop's thread; does nothing the second time. */
    void remove(HandledConnection gone) {
        HandledConnection newer = gone.newer;
        HandledConnection older = gone.older;
        if (newer != null) {
            newer.older = older;
        } else if (newest == gone) {
            newest = older;
        }
        if (older != null) {
            older.newer = newer;
        }
        gone.newer = null;
        gone.older = null;
    }

    private final class Accepting implements AcceptHandler {
        @Override
        public long demand() {
            return isOver() ? 0 : Long.MAX_VALUE;
        }

        @Override
        public void accepted(FileRef file) {
            Connection connection = listener.opened(file);
            HandledConnection next;
            try {
                next = new HandledConnection(HandleSubscription.this, connection);
            } catch (Throwable e) { // for want of memory
                connection.closeNow();
                throw e;
            }
            add(next);
            next.begin(handler);
        }

        @Override
        public void ended(int result) {
            SocketFailure.end(HandleSubscription.this, "ACCEPT", listener.file(), result);
        }
    }
}
