package io.fluxring.core.net;

/** What a {@link Sender} reports of a batch. Called on the loop's thread, once a batch; the batch is not the handler's any more. */
public interface SendHandler {
    /** Every byte was handed to the socket. The sender takes the next batch from here on. */
    void sent();

    /**
     * Not every byte was sent, and no more will be: the stream has a gap at its end.
     *
     * @param result the negated errno, {@code -ECANCELED} when this side closed the socket
     */
    void failed(int result);
}
