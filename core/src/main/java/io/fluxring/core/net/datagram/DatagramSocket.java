package io.fluxring.core.net.datagram;

import io.fluxring.core.fd.OwnedFd;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferRing;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket: its descriptor, and a state machine for each direction. The descriptor is handed back when the last operation on
 * it has ended, so that its number never names another file under an operation of this one.
 */
public final class DatagramSocket {
    private final RingLoop loop;
    private final OwnedFd file;
    private final DatagramReceiver receiver;
    private final DatagramSender sender;
    private @Nullable Consumer<RawFd> onReleased;

    /**
     * A socket over a descriptor.
     *
     * @param loop the loop
     * @param buffers registered with the loop; a datagram that is larger than one of them, less {@link
     *     DatagramReceiver#overheadBytes}, is cut
     * @param file the descriptor, used by nothing else of the loop, and not in the mode {@code O_NONBLOCK}
     * @param unix whether it is a Unix socket, whose datagrams keep their order, and wait for a peer that has no room
     */
    public DatagramSocket(RingLoop loop, BufferRing buffers, RawFd file, boolean unix) {
        this.loop = loop;
        this.file = new OwnedFd(file);
        this.receiver = new DatagramReceiver(this, buffers);
        this.sender = new DatagramSender(this, unix);
    }

    /** {@return the loop that it belongs to} */
    public RingLoop loop() {
        return loop;
    }

    /** {@return the direction towards this side} */
    public DatagramReceiver receiver() {
        return receiver;
    }

    /** {@return the direction towards others} */
    public DatagramSender sender() {
        return sender;
    }

    /** {@return whether it was not closed} */
    public boolean isOpen() {
        return file.isOpen();
    }

    /**
     * Ends all operations. Datagrams that no handler has taken are dropped, those on their way out are reported as cancelled, some of
     * them perhaps before this returns. Does nothing the second time.
     *
     * @param released is given the descriptor, which belongs to it, when nothing runs on it any more; on the loop's thread
     */
    public void close(Consumer<RawFd> released) {
        if (!file.isOpen()) {
            return;
        }
        onReleased = released;
        boolean idle = file.close();
        receiver.close();
        sender.close();
        if (idle) {
            release();
        }
    }

    int fd() {
        return file.file().number();
    }

    void operationBegins() {
        file.begin();
    }

    void operationEnded() {
        if (file.end()) {
            release();
        }
    }

    private void release() {
        Consumer<RawFd> to = onReleased;
        if (to != null) {
            to.accept((RawFd) file.file());
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
