package io.fluxring.core.net.datagram;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** One datagram on its way out, reused for others later. Its header and its receiver's address are in a scratch block. */
final class DatagramSend extends Operation {
    private final DatagramSocket socket;
    private final DatagramSender sender;
    private @Nullable MemorySegment block;
    private @Nullable IntConsumer done;

    /** Whether the next one of its chain starts when it has succeeded. */
    boolean isLinked;

    DatagramSend(DatagramSocket socket, DatagramSender sender) {
        super(Opcode.SENDMSG);
        this.socket = socket;
        this.sender = sender;
    }

    void begin(MemorySegment header, IntConsumer whenDone) {
        block = header;
        done = whenDone;
    }

    @Override
    protected void prepare(Sqe sqe) {
        MemorySegment header = block;
        if (header == null) {
            throw new IllegalStateException("no header");
        }
        sqe.prepSendMessage(socket.fd(), header.address(), sender.ordered() == null ? 0 : Libc.MSG_DONTWAIT);
        if (isLinked) {
            sqe.link();
        }
    }

    @Override
    protected void completed(int result, int flags) {
        OrderedSends ordered = sender.ordered();
        if (ordered != null) {
            ordered.completed(this, result);
        } else if (socket.isOpen() && (result == Errno.EINTR.result() || result == Errno.EAGAIN.result())) {
            loop().submit(this);
        } else {
            report(result);
        }
    }

    private RingLoop loop() {
        return socket.loop();
    }

    /** It is over, and may be used for another before this returns. */
    void report(int result) {
        if (result > 0) {
            loop().tally().add(Counter.BYTES_SENT, result);
        }
        IntConsumer to = Objects.requireNonNull(done, "not begun");
        end();
        try {
            to.accept(result);
        } finally {
            socket.operationEnded();
        }
    }

    /** Gives back what it has, without a report. */
    void end() {
        MemorySegment header = block;
        block = null;
        done = null;
        if (header != null) {
            loop().scratch().giveBack(header);
        }
        sender.ended(this);
    }

    @Override
    protected String describe() {
        return socket.toString();
    }
}
