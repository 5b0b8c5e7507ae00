package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.MessageLayout;
import io.fluxring.core.sys.layout.ReceivedMessageLayout;
import java.lang.foreign.MemorySegment;

/** Messages that are received: the kernel writes into the header, or in front of what it puts into a provided buffer. */
final class MessageRequests {
    private final SimulatedKernel kernel;
    private final StreamRequests streams;

    MessageRequests(SimulatedKernel kernel, StreamRequests streams) {
        this.kernel = kernel;
        this.streams = streams;
    }

    void addTo(Behaviours behaviours) {
        behaviours.addOnFile(Opcode.RECVMSG, this::prepare, this::receive);
    }

    private int prepare(Request request) {
        boolean select = request.has(Abi.SQE_BUFFER_SELECT);
        if (request.multishot && (!select || request.operationHas(Libc.MSG_WAITALL))) {
            return Errno.EINVAL.result();
        }
        MemorySegment header = header(request);
        long count = Access.getLong(header, MessageLayout.VECTOR_COUNT);
        long vectors = Access.getLong(header, MessageLayout.VECTORS);
        if (!select) {
            int refused = request.vectors(vectors, count);
            request.requireLive(kernel);
            return refused;
        }
        if (count > 1) {
            return Errno.EINVAL.result();
        }
        request.mostBytes = count == 0 ? 0 : Math.toIntExact(RequestRunner.word(vectors + 8));
        if (request.multishot) {
            request.mostBytes = 0;
            request.headerBytes = (int) ReceivedMessageLayout.BYTES
                    + Access.getInt(header, MessageLayout.NAME_LENGTH)
                    + (int) Access.getLong(header, MessageLayout.CONTROL_LENGTH);
        }
        return 0;
    }

    private static MemorySegment header(Request request) {
        return NativeMemory.at(request.address, MessageLayout.BYTES);
    }

    private boolean receive(Request request) {
        boolean ended = streams.run(request);
        if (ended && !request.multishot && !request.cancelled) {
            // A stream has neither a peer's name nor control data to tell of.
            Access.putInt(header(request), MessageLayout.NAME_LENGTH, 0);
            Access.putLong(header(request), MessageLayout.CONTROL_LENGTH, 0L);
            Access.putInt(header(request), MessageLayout.FLAGS, 0);
        }
        return ended;
    }
}
