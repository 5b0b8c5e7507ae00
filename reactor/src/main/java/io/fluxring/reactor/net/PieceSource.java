package io.fluxring.reactor.net;

/** Turns elements into pieces of native memory. On the loop's thread. */
interface PieceSource<T> {
    /**
     * Adds what can be added of an element to a batch that has room for it.
     *
     * @param retry is to be run when nothing could be added for want of memory and there is some again
     * @return whether the whole element was added; otherwise it is given again, for the rest, after the batch was sent
     */
    boolean add(T element, SendBatch batch, Runnable retry);

    /** Whether other elements may go into the batch behind this one. */
    boolean gathers();

    /** Lets go of an element that will not be sent, or of an owner whose piece was sent. */
    void release(Object elementOrOwner);
}
