package io.fluxring.core.file;

import io.fluxring.core.memory.BufferLease;

/** What a {@link FileReader} reads for. Called on the loop's thread. */
public interface FileReadHandler {
    /** {@return how many more pieces are wanted now} Asked again after each piece. */
    long demand();

    /**
     * The next bytes of the file. The lease has one reference, the handler's.
     *
     * @param lease its bytes, at least one
     */
    void received(BufferLease lease);

    /**
     * Nothing more comes. The last call, behind all that was read.
     *
     * @param result 0 at the end of the file or of what was to be read, a negated errno otherwise
     */
    void ended(int result);

    /**
     * A piece was read that will not be handed over, because the handler has gone.
     *
     * @param lease to be released
     */
    default void discarded(BufferLease lease) {
        lease.release();
    }
}
