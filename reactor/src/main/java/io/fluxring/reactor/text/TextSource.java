package io.fluxring.reactor.text;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.error.LineTooLongException;

/** Makes texts of the pieces of a stream: of one piece none, one or several. Belongs to the loop's thread. */
public interface TextSource {
    /** Takes the next piece, whose lease is the source's from here on. Only to be called while none is pending. */
    void begin(BufferLease piece);

    /**
     * The stream has ended. No lease is held from here on.
     *
     * @param well whether what is left at the end becomes a text; a part of one is lost otherwise
     */
    void end(boolean well);

    /** Whether {@link #hasNext} may still find something. Looks at no byte. */
    boolean isPending();

    /**
     * Whether the pieces so far give another text.
     *
     * @throws LineTooLongException when they give one that is too long
     */
    boolean hasNext();

    /** The next text. Only to be called when there is one. */
    String next();

    /** Lets go of everything. */
    void discard();
}
