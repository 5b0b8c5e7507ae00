package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.MessageLayout;
import io.fluxring.core.sys.layout.ReceivedMessageLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Accept, receive and send. */
final class StreamRequests {
    /** A flooded socket is put back into the queue after so many completions, for the sake of the others. */
    private static final int MOST_IN_A_ROW = 32;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;
    private final Chance chance;

    StreamRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
        this.chance = kernel.chance();
    }

    void addTo(Behaviours behaviours) {
        behaviours.addOnFile(Opcode.ACCEPT, this::prepareAccept, this::run);
        behaviours.addOnFile(Opcode.RECV, this::prepareReceive, this::run);
        behaviours.addOnFile(Opcode.SEND, this::prepareSend, this::run);
        behaviours.addOnFile(Opcode.SENDMSG, this::prepareMessage, this::run);
    }

    private int prepareAccept(Request request) {
        boolean oneSlot = request.fileIndex != 0 && request.fileIndex != Abi.FILE_INDEX_ALLOC;
        return request.multishot && oneSlot ? Errno.EINVAL.result() : 0;
    }

    int prepareSend(Request request) {
        if (request.hasPriority(Abi.RECVSEND_BUNDLE) && !request.has(Abi.SQE_BUFFER_SELECT)) {
            return Errno.EINVAL.result();
        }
        if (request.has(Abi.SQE_BUFFER_SELECT)) {
            return 0; // its bytes are those of the buffers that are there when it is tried
        }
        if (request.hasPriority(Abi.SEND_VECTORIZED)) {
            return prepareVectors(request, request.address, request.length);
        }
        request.range(checked(request, request.address, request.length), request.length);
        return 0;
    }

    private long checked(Request request, long address, long length) {
        kernel.memory().requireLive(kernel, request.toString(), address, length);
        return address;
    }

    int prepareMessage(Request request) {
        return prepareVectors(
                request,
                RequestRunner.word(request.address + MessageLayout.VECTORS),
                RequestRunner.word(request.address + MessageLayout.VECTOR_COUNT));
    }

    /** Reads the vectors of a send. */
    int prepareVectors(Request request, long vectors, long count) {
        int refused = request.vectors(vectors, count);
        request.requireLive(kernel);
        return refused;
    }

    private int prepareReceive(Request request) {
        request.mostBytes = request.length;
        boolean select = request.has(Abi.SQE_BUFFER_SELECT);
        if (request.multishot && (!select || (request.operationFlags & Libc.MSG_WAITALL) != 0)) {
            return Errno.EINVAL.result();
        }
        if (request.fileIndex != 0 && (!request.multishot || !kernel.receiveLimits())) {
            return Errno.EINVAL.result(); // the limit of a multishot receive stands where the file index does
        }
        if (!select) {
            request.range(checked(request, request.address, request.length), request.length);
        }
        if ((request.priority & Abi.RECVSEND_POLL_FIRST) != 0) {
            request.punted = true;
        }
        return 0;
    }

    boolean run(Request request) {
        if (!(request.file instanceof SimulatedSocket socket)) {
            return ring.end(request, Errno.ENOTSOCK.result(), 0);
        }
        if (request.opcode == Opcode.ACCEPT) {
            return accept(request, socket);
        }
        if (socket.kind != SimulatedSocket.Kind.STREAM) {
            return ring.end(request, Errno.ENOTCONN.result(), 0);
        }
        if (request.has(Abi.SQE_ASYNC) && request.done == 0 && !request.multishot && chance.strikes(Fault.INTERRUPT)) {
            return ring.end(request, Errno.EINTR.result(), 0);
        }
        boolean receives = request.opcode == Opcode.RECV || request.opcode == Opcode.RECVMSG;
        return receives ? receive(request, socket) : send(request, socket);
    }

    // ---- accept

    private boolean accept(Request request, SimulatedSocket listener) {
        if (listener.kind != SimulatedSocket.Kind.LISTENER || listener.readShut) {
            return ring.end(request, Errno.EINVAL.result(), 0);
        }
        while (!listener.backlog.isEmpty()) {
            if (chance.strikes(Fault.ACCEPT_REFUSED)) {
                return ring.end(request, refusal(listener).result(), 0);
            }
            int opened = open(request, listener);
            int flags = opened >= 0 && !listener.backlog.isEmpty() ? Abi.CQE_F_SOCK_NONEMPTY : 0;
            if (opened < 0 || !request.multishot || !ring.postMore(request, opened, flags)) {
                return ring.end(request, opened, flags);
            }
        }
        return false;
    }

    private Errno refusal(SimulatedSocket listener) {
        switch (chance.below(3)) {
            case 0 -> {
                return Errno.EMFILE;
            }
            case 1 -> {
                return Errno.ENFILE;
            }
            default -> {
                listener.backlog.remove().resetSent = true;
                return Errno.ECONNABORTED;
            }
        }
    }

    /** A full table of direct descriptors costs the connection: it was taken from the backlog already. */
    private int open(Request request, SimulatedSocket listener) {
        if (request.fileIndex == 0 && kernel.descriptorsExhausted()) {
            return Errno.EMFILE.result();
        }
        SimulatedSocket connection = listener.backlog.remove();
        int opened = kernel.install(ring, request, connection);
        if (opened < 0) {
            connection.resetSent = true;
        }
        return opened;
    }

    // ---- receive

    private boolean receive(Request request, SimulatedSocket socket) {
        boolean select = request.has(Abi.SQE_BUFFER_SELECT);
        for (int i = 0; i < MOST_IN_A_ROW; i++) {
            boolean looksForBuffer = !request.attempted || socket.readable();
            request.attempted = true;
            if (!looksForBuffer) {
                return false;
            }
            BufferGroup group = ring.groups.get(request.bufferGroup);
            if (select && (group == null || group.isEmpty() || chance.strikes(Fault.NO_BUFFER))) {
                return ring.end(request, Errno.ENOBUFS.result(), 0);
            }
            if (socket.incoming.size() == 0) {
                return socket.readable() && endOfReceive(request, socket);
            }
            boolean ended = select ? intoProvided(request, socket, group) : intoOwn(request, socket);
            if (ended || !request.multishot || !socket.moreToRead()) {
                return ended;
            }
        }
        return false;
    }

    private boolean endOfReceive(Request request, SimulatedSocket socket) {
        int flags = socket.moreToRead() ? Abi.CQE_F_SOCK_NONEMPTY : 0;
        if (request.done > 0) {
            request.failed = true; // all was asked for
            return ring.end(request, request.done, flags);
        }
        request.failed = request.operationHas(Libc.MSG_WAITALL);
        Errno error = socket.pendingError;
        if (error != null) {
            socket.pendingError = null;
            return ring.end(request, error.result(), 0);
        }
        if (request.headerBytes > 0) {
            int filled = ring.groups.get(request.bufferGroup).fill(withHeader(request, new byte[0]));
            return ring.end(request, request.headerBytes, flags | filled);
        }
        return ring.end(request, 0, flags);
    }

    private boolean intoProvided(Request request, SimulatedSocket socket, BufferGroup group) {
        int room = group.room() - request.headerBytes;
        if (room < 0) {
            return ring.end(request, Errno.EFAULT.result(), 0);
        }
        int most = request.mostBytes == 0 ? room : Math.min(request.mostBytes, room);
        boolean bundle = request.hasPriority(Abi.RECVSEND_BUNDLE);
        byte[] bytes = take(socket, bundle ? bundleRoom(request, group) : most);
        int flags = bundle ? group.fillAll(bytes) : group.fill(withHeader(request, bytes));
        flags |= socket.moreToRead() ? Abi.CQE_F_SOCK_NONEMPTY : 0;
        request.total += bytes.length;
        boolean limited = request.fileIndex != 0 && request.total >= request.fileIndex;
        boolean dry = bundle && group.isEmpty();
        int result = request.headerBytes + bytes.length;
        if (request.multishot && !limited && !dry && ring.postMore(request, result, flags)) {
            return false;
        }
        return ring.end(request, result, flags);
    }

    /** A bundle takes as many buffers at a time as the kernel happens to look at. */
    private int bundleRoom(Request request, BufferGroup group) {
        int buffers = chance.strikes(Fault.SHORT_RECEIVE) ? 1 : group.available();
        int room = group.room(buffers);
        return request.mostBytes == 0 ? room : Math.min(request.mostBytes, room);
    }

    private static byte[] withHeader(Request request, byte[] payload) {
        if (request.headerBytes == 0) {
            return payload;
        }
        byte[] message = new byte[request.headerBytes + payload.length];
        MemorySegment.ofArray(message)
                .set(ValueLayout.JAVA_INT_UNALIGNED, ReceivedMessageLayout.PAYLOAD_LENGTH, payload.length);
        System.arraycopy(payload, 0, message, request.headerBytes, payload.length);
        return message;
    }

    private boolean intoOwn(Request request, SimulatedSocket socket) {
        request.fill(kernel, take(socket, request.totalBytes() - request.done));
        boolean full = request.done == request.totalBytes();
        if (!full && request.operationHas(Libc.MSG_WAITALL)) {
            return false;
        }
        return ring.end(request, request.done, socket.moreToRead() ? Abi.CQE_F_SOCK_NONEMPTY : 0);
    }

    private byte[] take(SimulatedSocket socket, int most) {
        int count = Math.min(most, socket.incoming.size());
        if (count > 1 && chance.strikes(Fault.SHORT_RECEIVE)) {
            count = 1 + chance.below(count);
        }
        byte[] bytes = socket.incoming.remove(count);
        socket.changed();
        return bytes;
    }

    // ---- send

    private boolean send(Request request, SimulatedSocket socket) {
        if (request.has(Abi.SQE_BUFFER_SELECT)) {
            return sendProvided(request, socket);
        }
        request.requireUnchanged(kernel);
        Errno error = socket.pendingError;
        if (error != null || socket.finSent || socket.resetByPeer) {
            return sendFails(request, socket, error == null ? Errno.EPIPE : error);
        }
        int total = request.totalBytes();
        int count = Math.min(total - request.done, socket.peerGone ? total : socket.outgoing.space());
        if (count == 0 && total > request.done) {
            return false; // blocked: the peer has to read first
        }
        boolean shortened = count > 1 && chance.strikes(Fault.SHORT_SEND);
        if (shortened) {
            count = 1 + chance.below(count);
        }
        if (socket.peerGone) {
            socket.reset(); // the bytes are taken, and answered with a reset
        } else {
            socket.outgoing.add(request.rest(count), 0, count);
            socket.changed();
        }
        request.done += count;
        boolean waitAll = (request.operationFlags & Libc.MSG_WAITALL) != 0;
        request.failed = waitAll && request.done < total;
        // A signal may end even a send that waits for all of it.
        if (request.done == total || !waitAll || shortened && chance.coin()) {
            return ring.end(request, request.done, 0);
        }
        return false;
    }

    /** Sends the next buffer of a group, or as a bundle all that are there. */
    private boolean sendProvided(Request request, SimulatedSocket socket) {
        Errno error = socket.pendingError;
        if (error != null || socket.finSent || socket.resetByPeer) {
            return sendFails(request, socket, error == null ? Errno.EPIPE : error);
        }
        BufferGroup group = ring.groups.get(request.bufferGroup);
        if (group == null || group.isEmpty()) {
            return ring.end(request, Errno.ENOBUFS.result(), 0);
        }
        boolean bundle = request.hasPriority(Abi.RECVSEND_BUNDLE);
        int wanted = bundle ? group.room(group.available()) : group.room();
        int count = Math.min(wanted, socket.outgoing.space());
        if (count == 0) {
            return false;
        }
        byte[] bytes = group.peek(count);
        int flags = group.consume(count);
        socket.outgoing.add(bytes, 0, count);
        socket.changed();
        request.failed = bundle && count < wanted;
        return ring.end(request, count, flags);
    }

    private boolean sendFails(Request request, SimulatedSocket socket, Errno error) {
        if (request.done > 0) {
            request.failed = true;
            return ring.end(request, request.done, 0);
        }
        socket.pendingError = null;
        return ring.end(request, error.result(), 0);
    }
}
