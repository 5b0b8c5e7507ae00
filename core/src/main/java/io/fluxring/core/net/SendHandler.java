package io.fluxring.core.net;

/** What a {@link Sender} reports of a batch. Called on the loop's thread, once a batch; the batch is not the handler's any more. */
public interface SendHandler {
    /** Every byte was handed to the socket. The sender takes the next batch from here on. */
    void sent();

    /**
     * Not every byte was sent, and no more will be: the stream has a gap at its end.
     *
     * @param result the negated errno, {@code -ECANCELED} when this side closed the socket, or recalled the batch
     */
    void failed(int result);

    /**
     * The batch was recalled before every byte was sent. {@link #failed} follows. Nothing may be sent in between.
     *
     * @param unsent what is left, for the time of the call
     * @param sentBytes how many bytes before it were handed to the socket
     */
    default void recalled(SendBatch unsent, long sentBytes) {}
}
