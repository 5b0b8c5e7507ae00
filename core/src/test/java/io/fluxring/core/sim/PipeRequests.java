package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Pipes, and what moves between them and files without passing the application. */
final class PipeRequests {
    private static final int CAPACITY = 65_536;
    private static final int FLAGS = Libc.O_CLOEXEC | Libc.O_NONBLOCK | Libc.O_DIRECT;
    private static final long NO_POSITION = -1;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;

    PipeRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
    }

    void addTo(Behaviours behaviours) {
        behaviours.add(Opcode.PIPE, this::preparePipe, this::pipe);
        behaviours.addOnFile(Opcode.SPLICE, PipeRequests::prepareSplice, this::splice);
        behaviours.addOnFile(Opcode.TEE, PipeRequests::prepareTee, this::tee);
    }

    private int preparePipe(Request request) {
        if ((request.operationFlags & ~FLAGS) != 0) {
            return Errno.EINVAL.result();
        }
        request.range(request.address, 2 * Integer.BYTES);
        return 0;
    }

    private boolean pipe(Request request) {
        ByteQueue bytes = new ByteQueue(CAPACITY);
        boolean nonBlocking = request.operationHas(Libc.O_NONBLOCK);
        PipeEnd reading = new PipeEnd(bytes, true, nonBlocking);
        PipeEnd writing = new PipeEnd(bytes, false, nonBlocking);
        reading.join(writing);
        int first = kernel.install(ring, request, reading);
        int second = first < 0 ? first : kernel.installBeside(ring, request, writing);
        if (second < 0) {
            return ring.end(request, second, 0); // the first end stays: nobody asks for that here
        }
        int slot = request.fileIndex == 0 || request.fileIndex == Abi.FILE_INDEX_ALLOC ? -1 : request.fileIndex - 1;
        byte[] ends = ByteBuffer.allocate(2 * Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(slot < 0 ? first : slot)
                .putInt(slot < 0 ? second : slot + 1)
                .array();
        request.fill(kernel, ends);
        return ring.end(request, 0, 0);
    }

    // ---- splice and tee

    private static int prepareSplice(Request request) {
        request.punted = true;
        int known = Libc.SPLICE_F_MOVE | Libc.SPLICE_F_NONBLOCK | Libc.SPLICE_F_MORE | Abi.SPLICE_F_FD_IN_FIXED;
        return (request.operationFlags & ~known) == 0 ? 0 : Errno.EINVAL.result();
    }

    private static int prepareTee(Request request) {
        return request.off != 0 || request.address != 0 ? Errno.EINVAL.result() : prepareSplice(request);
    }

    private KernelFile source(Request request) {
        boolean fixed = request.operationHas(Abi.SPLICE_F_FD_IN_FIXED);
        return fixed ? ring.slots.get(request.fileIndex) : kernel.file(request.fileIndex);
    }

    private boolean splice(Request request) {
        KernelFile from = source(request);
        if (from == null) {
            return ring.end(request, kernel.badDescriptor(request.toString()), 0);
        }
        int result;
        if (from instanceof PipeEnd in && request.file instanceof OpenFile out) {
            result = toFile(request, in, out);
        } else if (from instanceof OpenFile in && request.file instanceof PipeEnd out) {
            result = fromFile(request, in, out);
        } else if (from instanceof PipeEnd in && request.file instanceof PipeEnd out) {
            result = between(request, in, out);
        } else if (from instanceof PipeEnd || request.file instanceof PipeEnd) {
            throw kernel.violation(request + " is not simulated between " + from + " and " + request.file);
        } else {
            result = Errno.EINVAL.result();
        }
        return ends(request, result);
    }

    /** A move that is shorter than was asked for breaks a chain. */
    private boolean ends(Request request, int result) {
        if (result == Errno.EAGAIN.result() && !request.operationHas(Libc.SPLICE_F_NONBLOCK)) {
            return false; // the worker waits
        }
        request.failed = result < request.length;
        return ring.end(request, result, 0);
    }

    private static int toFile(Request request, PipeEnd in, OpenFile out) {
        byte[] bytes = in.take(request.length);
        if (bytes == null) {
            return Errno.EAGAIN.result();
        }
        long position = request.off == NO_POSITION ? out.position : request.off;
        ((FileTree.Regular) out.node).write(position, bytes);
        if (request.off == NO_POSITION) {
            out.position = position + bytes.length;
        }
        return bytes.length;
    }

    private static int fromFile(Request request, OpenFile in, PipeEnd out) {
        long position = request.address == NO_POSITION ? in.position : request.address;
        byte[] bytes = ((FileTree.Regular) in.node).read(position, Math.min(request.length, out.space()));
        if (bytes.length == 0) {
            return out.space() == 0 ? Errno.EAGAIN.result() : 0;
        }
        if (request.address == NO_POSITION) {
            in.position += bytes.length;
        }
        return out.give(bytes);
    }

    private static int between(Request request, PipeEnd in, PipeEnd out) {
        if (out.space() == 0) {
            return Errno.EAGAIN.result();
        }
        byte[] bytes = in.take(Math.min(request.length, out.space()));
        if (bytes == null) {
            return Errno.EAGAIN.result();
        }
        return bytes.length == 0 ? 0 : out.give(bytes);
    }

    private boolean tee(Request request) {
        KernelFile from = source(request);
        if (from == null) {
            return ring.end(request, kernel.badDescriptor(request.toString()), 0);
        }
        if (!(from instanceof PipeEnd in && request.file instanceof PipeEnd out)) {
            return ring.end(request, Errno.EINVAL.result(), 0);
        }
        byte[] bytes = in.peek(Math.min(request.length, out.space()));
        int result = bytes == null ? Errno.EAGAIN.result() : bytes.length == 0 ? 0 : out.give(bytes);
        return ends(request, result);
    }
}
