package io.fluxring.core.net;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferRing;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * What the stream sockets of a loop share: the buffers that they receive into, and the batches that they send. Belongs to the
 * loop's thread.
 */
public final class StreamGroup {
    private final RingLoop loop;
    private final BufferRing buffers;

    /** The one given back last is taken first: its memory is still in the processor's cache. */
    private final ArrayDeque<SendBatch> spareBatches = new ArrayDeque<>();

    private final boolean losesEnds;
    private int receivers;
    private boolean receiveLimits = true;

    /**
     * A group without sockets.
     *
     * @param loop the loop of its sockets
     * @param buffers registered with the loop
     */
    public StreamGroup(RingLoop loop, BufferRing buffers) {
        this(loop, buffers, MultishotTrial.losesEnds(loop.kernel()));
    }

    /** A group on a kernel whose multishot receives may lose the end of a stream, or not. */
    StreamGroup(RingLoop loop, BufferRing buffers, boolean losesEnds) {
        this.loop = loop;
        this.buffers = buffers;
        this.losesEnds = losesEnds;
    }

    /** {@return the loop of all sockets in the group} */
    public RingLoop loop() {
        return loop;
    }

    /** {@return the buffers that they receive into} */
    public BufferRing buffers() {
        return buffers;
    }

    /** {@return how many sockets receive into the group's buffers from time to time: the open ones} */
    public int receivers() {
        return receivers;
    }

    /** Whether a multishot receive may miss the end of a stream; then each receive is one of its own. */
    boolean losesEnds() {
        return losesEnds;
    }

    /** Whether a multishot receive may be given a limit of bytes (Linux 6.17). True until the kernel has refused one. */
    boolean receiveLimits() {
        return receiveLimits;
    }

    void receiveLimitRefused() {
        receiveLimits = false;
    }

    void receiverAdded() {
        receivers++;
    }

    void receiverRemoved() {
        receivers--;
    }

    /**
     * {@return an empty batch} It comes back by {@link Sender#send} or {@link #giveBack}.
     *
     * @param letGo is given each piece's owner, once, when the piece is sent or given up
     */
    public SendBatch takeBatch(Consumer<Object> letGo) {
        SendBatch batch = spareBatches.pollLast();
        if (batch == null) {
            batch = new SendBatch(loop.scratch());
        }
        batch.begin(letGo);
        return batch;
    }

    /**
     * Takes a batch back that will not be sent, or was; lets go of what is left in it.
     *
     * @param batch what {@link #takeBatch} returned
     */
    public void giveBack(SendBatch batch) {
        batch.clear();
        spareBatches.addLast(batch);
    }
}
