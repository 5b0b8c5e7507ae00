package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;

/** Reads and writes: plain, from several places, and of registered buffers. */
final class FileRequests {
    private static final int KNOWN_FLAGS = Libc.RWF_HIPRI
            | Libc.RWF_DSYNC
            | Libc.RWF_SYNC
            | Libc.RWF_NOWAIT
            | Libc.RWF_APPEND
            | Libc.RWF_NOAPPEND
            | Libc.RWF_ATOMIC
            | Libc.RWF_DONTCACHE;
    private static final int BLOCK_BYTES = 512;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;
    private final Chance chance;

    FileRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
        this.chance = kernel.chance();
    }

    void addTo(Behaviours behaviours) {
        behaviours.addOnFile(Opcode.READ, this::preparePlain, this::read);
        behaviours.addOnFile(Opcode.WRITE, this::preparePlain, this::write);
        behaviours.addOnFile(Opcode.READV, this::prepareVectors, this::read);
        behaviours.addOnFile(Opcode.WRITEV, this::prepareVectors, this::write);
        behaviours.addOnFile(Opcode.READ_FIXED, this::preparePlain, this::readFixed);
        behaviours.addOnFile(Opcode.WRITE_FIXED, this::preparePlain, this::writeFixed);
        behaviours.addOnFile(Opcode.READV_FIXED, this::prepareVectors, this::readFixed);
        behaviours.addOnFile(Opcode.WRITEV_FIXED, this::prepareVectors, this::writeFixed);
        behaviours.addOnFile(Opcode.READ_MULTISHOT, this::prepareMultishot, this::readMultishot);
    }

    private int preparePlain(Request request) {
        if (!request.has(Abi.SQE_BUFFER_SELECT)) {
            request.range(request.address, request.length);
            request.requireLive(kernel);
        }
        return 0;
    }

    private int prepareVectors(Request request) {
        int refused = request.vectors(request.address, request.length);
        request.requireLive(kernel);
        return refused;
    }

    private int prepareMultishot(Request request) {
        return request.has(Abi.SQE_BUFFER_SELECT) ? 0 : Errno.EINVAL.result();
    }

    // ---- registered buffers

    private boolean readFixed(Request request) {
        return takesBuffer(request) ? read(request) : ring.end(request, Errno.EFAULT.result(), 0);
    }

    private boolean writeFixed(Request request) {
        return takesBuffer(request) ? write(request) : ring.end(request, Errno.EFAULT.result(), 0);
    }

    private boolean takesBuffer(Request request) {
        if (request.buffer == null) {
            BufferTable.Entry entry = ring.buffers.get(request.bufferGroup);
            for (int i = 0; i < request.rangeAddresses.length; i++) {
                if (entry == null || !entry.contains(request.rangeAddresses[i], request.rangeLengths[i])) {
                    return false;
                }
            }
            request.buffer = entry;
            entry.use();
        }
        return true;
    }

    // ---- reading

    private boolean read(Request request) {
        if (request.file instanceof StreamFile stream) {
            return readStream(request, stream);
        }
        if (!(request.file instanceof OpenFile file)) {
            throw kernel.violation(request + " is not simulated for a " + request.file);
        }
        int refused = refusal(request, file, file.canRead());
        if (refused < 0) {
            return ring.end(request, refused, 0);
        }
        if (request.operationHas(Libc.RWF_NOWAIT) && chance.strikes(Fault.NOT_CACHED)) {
            return ring.end(request, Errno.EAGAIN.result(), 0);
        }
        FileTree.Regular node = (FileTree.Regular) file.node;
        long position = request.off == -1 ? file.position : request.off;
        BufferGroup group = null;
        int length = request.totalBytes();
        if (request.has(Abi.SQE_BUFFER_SELECT)) {
            group = group(request);
            if (group == null) {
                return ring.end(request, Errno.ENOBUFS.result(), 0);
            }
            length = request.length == 0 ? group.room() : Math.min(request.length, group.room());
        }
        byte[] bytes = node.read(position, shortened(length, Fault.SHORT_READ));
        if (request.off == -1) {
            file.position += bytes.length;
        }
        request.failed = bytes.length < length;
        return readEnds(request, bytes, group);
    }

    private boolean readEnds(Request request, byte[] bytes, BufferGroup group) {
        if (group != null) {
            return ring.end(request, bytes.length, group.fill(bytes));
        }
        request.fill(kernel, bytes);
        return ring.end(request, bytes.length, 0);
    }

    private BufferGroup group(Request request) {
        BufferGroup group = ring.groups.get(request.bufferGroup);
        return group == null || group.isEmpty() || chance.strikes(Fault.NO_BUFFER) ? null : group;
    }

    private boolean readStream(Request request, StreamFile stream) {
        if (stream.readRefusal() < 0) {
            return ring.end(request, stream.readRefusal(), 0);
        }
        boolean select = request.has(Abi.SQE_BUFFER_SELECT);
        BufferGroup group = select ? group(request) : null;
        boolean ready = (stream.events() & (Libc.POLLIN | Libc.POLLHUP)) != 0;
        if (select && group == null && (ready || !request.attempted)) {
            return ring.end(request, Errno.ENOBUFS.result(), 0);
        }
        if (!ready) {
            return waitForStream(request, stream);
        }
        int length = select ? room(request, group) : request.totalBytes();
        byte[] bytes = stream.take(length);
        request.failed = bytes.length < length;
        return readEnds(request, bytes, group);
    }

    private static int room(Request request, BufferGroup group) {
        return request.length == 0 ? group.room() : Math.min(request.length, group.room());
    }

    private boolean waitForStream(Request request, StreamFile stream) {
        boolean fails = stream.isNonBlocking() || request.operationHas(Libc.RWF_NOWAIT);
        return fails && ring.end(request, Errno.EAGAIN.result(), 0);
    }

    private boolean readMultishot(Request request) {
        if (!(request.file instanceof StreamFile stream)) {
            return ring.end(request, Errno.EBADFD.result(), 0); // what never has to be waited for
        }
        boolean first = !request.attempted;
        while (first || (stream.events() & (Libc.POLLIN | Libc.POLLHUP)) != 0) {
            first = false;
            BufferGroup group = group(request);
            if (group == null) {
                return ring.end(request, Errno.ENOBUFS.result(), 0);
            }
            byte[] bytes = stream.take(room(request, group));
            if (bytes == null) {
                return false;
            }
            if (bytes.length == 0) {
                return ring.end(request, 0, 0);
            }
            int flags = group.fill(bytes);
            if (!ring.postMore(request, bytes.length, flags)) {
                return ring.end(request, bytes.length, flags);
            }
        }
        return false;
    }

    // ---- writing

    private boolean write(Request request) {
        request.requireUnchanged(kernel);
        if (request.file instanceof StreamFile stream) {
            int given = stream.give(request.content);
            if (given == 0 && request.content.length > 0) {
                return waitForStream(request, stream);
            }
            request.failed = given < request.content.length;
            return ring.end(request, given, 0);
        }
        if (!(request.file instanceof OpenFile file)) {
            throw kernel.violation(request + " is not simulated for a " + request.file);
        }
        int refused = refusal(request, file, file.canWrite());
        if (refused < 0) {
            return ring.end(request, refused, 0);
        }
        FileTree.Regular node = (FileTree.Regular) file.node;
        boolean append = (file.flags & Libc.O_APPEND) != 0 || request.operationHas(Libc.RWF_APPEND);
        long position = append ? node.content.length : request.off == -1 ? file.position : request.off;
        int length = shortened(request.content.length, Fault.SHORT_WRITE);
        node.write(position, request.rest(length));
        if (request.off == -1) {
            file.position = position + length;
        }
        request.done = length;
        request.failed = length < request.content.length;
        return ring.end(request, length, 0);
    }

    private int shortened(int length, Fault fault) {
        return length > 1 && chance.strikes(fault) ? 1 + chance.below(length) : length;
    }

    private int refusal(Request request, OpenFile file, boolean allowed) {
        if (!allowed) {
            return Errno.EBADF.result();
        }
        if (file.node instanceof FileTree.Directory) {
            return Errno.EISDIR.result();
        }
        if ((request.operationFlags & ~KNOWN_FLAGS) != 0) {
            return Errno.EOPNOTSUPP.result();
        }
        if (request.off < -1) {
            return Errno.EINVAL.result();
        }
        if ((file.flags & Libc.O_DIRECT) != 0 && !aligned(request)) {
            return Errno.EINVAL.result();
        }
        if (request.punted && chance.strikes(Fault.INTERRUPT)) {
            return Errno.EINTR.result();
        }
        return chance.strikes(Fault.IO_ERROR) ? Errno.EIO.result() : 0;
    }

    private static boolean aligned(Request request) {
        long all = request.off == -1 ? 0 : request.off;
        for (int i = 0; i < request.rangeAddresses.length; i++) {
            all |= request.rangeAddresses[i] | request.rangeLengths[i];
        }
        return (all & BLOCK_BYTES - 1) == 0;
    }
}
