package io.fluxring.reactor.text;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.error.LineTooLongException;

/**
 * Emits the texts that the pieces of a stream give, as far as they are in demand. A piece that gives more than that keeps its buffer, and
 * the next one is not asked for meanwhile. Belongs to the loop's thread.
 */
public final class TextEmission {
    private static final int NOT_ENDED = 1;

    /** Where the texts go. */
    public interface Outlet {
        /** How many texts are in demand. */
        long unmetDemand();

        /** Takes a text, for which there is demand. */
        void emit(String text);

        /** A line is too long: nothing more is emitted. */
        void refuse(LineTooLongException e);

        /** All texts are emitted, and the stream has ended with a result: 0, or a negated errno. */
        void finish(int result);

        /** Whether nothing more is taken. */
        boolean isDone();
    }

    private final TextSource texts;
    private final Outlet outlet;
    private boolean emitting;
    private int endResult = NOT_ENDED;

    /** Texts of a stream that has not begun. */
    public TextEmission(TextSource texts, Outlet outlet) {
        this.texts = texts;
        this.outlet = outlet;
    }

    /** Whether the last piece is not used up: no other one is wanted. */
    public boolean isPending() {
        return texts.isPending();
    }

    /** Takes a piece, whose lease is the emission's from here on. */
    public void received(BufferLease piece) {
        texts.begin(piece);
        emit();
    }

    /** Emits what there is and in demand. Does nothing from within a text's subscriber, because the loop below goes on. */
    public void emit() {
        if (emitting) {
            return;
        }
        emitting = true;
        try {
            while (texts.hasNext() && outlet.unmetDemand() > 0) {
                outlet.emit(texts.next());
            }
        } catch (LineTooLongException e) {
            outlet.refuse(e);
        } finally {
            emitting = false;
        }
        if (endResult != NOT_ENDED && !texts.isPending() && !outlet.isDone()) {
            int result = endResult;
            endResult = NOT_ENDED;
            outlet.finish(result);
        }
    }

    /** The end waits behind the texts that are not in demand; but nothing waits on a stream that this side has closed. */
    public void ended(int result) {
        endResult = result;
        if (result == Errno.ECANCELED.result()) {
            texts.discard();
        } else {
            texts.end(result == 0);
        }
        emit();
    }

    /** Lets go of everything. */
    public void discard() {
        texts.discard();
    }
}
