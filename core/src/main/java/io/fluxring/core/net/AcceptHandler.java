package io.fluxring.core.net;

import io.fluxring.core.fd.FileRef;

/** What an {@link Acceptor} asks and reports. Called on the loop's thread, never from within itself. */
public interface AcceptHandler {
    /** {@return how many more connections the handler takes now} Asked before each. */
    long demand();

    /**
     * A connection. Its descriptor belongs to the handler, which closes it, at best as a {@link StreamSocket}.
     *
     * @param file the descriptor
     */
    void accepted(FileRef file);

    /**
     * No more connections will come; once, behind the last one. The handler is detached.
     *
     * @param result 0 when the listening socket was closed by this side, a negated errno when the kernel refuses for good
     */
    void ended(int result);
}
