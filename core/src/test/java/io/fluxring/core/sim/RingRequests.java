package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.MemorySegment;

/** Operations on rings: nothing, cancels, messages to others, and changes to the registered files. */
final class RingRequests {
    private static final int NOP_FLAGS =
            Abi.NOP_INJECT_RESULT | Abi.NOP_FILE | Abi.NOP_FIXED_FILE | Abi.NOP_FIXED_BUFFER | Abi.NOP_TW;
    private static final long PICK_SLOTS = 0xffffffffL;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;

    RingRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
    }

    void addTo(Behaviours behaviours) {
        behaviours.add(
                Opcode.NOP,
                request -> (request.operationFlags & ~NOP_FLAGS) == 0 ? 0 : Errno.EINVAL.result(),
                request -> ring.end(request, noOperation(request), 0));
        behaviours.add(
                Opcode.ASYNC_CANCEL,
                request -> Cancellation.check(request.operationFlags),
                request -> ring.end(request, cancel(request), 0));
        behaviours.addOnFile(
                Opcode.MSG_RING, RingRequests::prepareMessage, request -> ring.end(request, message(request), 0));
        behaviours.add(Opcode.FILES_UPDATE, this::prepareUpdate, request -> ring.end(request, update(request), 0));
        behaviours.addOnFile(
                Opcode.FIXED_FD_INSTALL,
                RingRequests::prepareInstall,
                request -> ring.end(request, kernel.install(ring, request, request.file), 0));
    }

    private int noOperation(Request request) {
        if (request.operationHas(Abi.NOP_FILE)) {
            boolean fixed = request.operationHas(Abi.NOP_FIXED_FILE);
            KernelFile file = fixed ? ring.slots.get(request.fd) : kernel.file(request.fd);
            if (file == null) {
                return kernel.badDescriptor(request.toString());
            }
        }
        if (request.operationHas(Abi.NOP_FIXED_BUFFER) && ring.buffers.get(request.bufferGroup) == null) {
            return Errno.EFAULT.result();
        }
        return request.operationHas(Abi.NOP_INJECT_RESULT) ? request.length : 0;
    }

    private int cancel(Request request) {
        return ring.cancels.cancel(request.operationFlags, request.address, request.fd, request.length, request);
    }

    // ---- messages

    private static int prepareMessage(Request request) {
        int known = Abi.MSG_RING_CQE_SKIP | Abi.MSG_RING_FLAGS_PASS;
        return request.bufferGroup != 0 || (request.operationFlags & ~known) != 0 ? Errno.EINVAL.result() : 0;
    }

    private int message(Request request) {
        if (!(request.file instanceof SimulatedRing target)) {
            return Errno.EBADFD.result();
        }
        if (request.address == Abi.MSG_DATA) {
            return data(request, target);
        }
        return request.address == Abi.MSG_SEND_FD ? descriptor(request, target) : Errno.EINVAL.result();
    }

    private static int data(Request request, SimulatedRing target) {
        boolean passes = request.operationHas(Abi.MSG_RING_FLAGS_PASS);
        if (request.address3 != 0 || request.operationHas(Abi.MSG_RING_CQE_SKIP) || !passes && request.fileIndex != 0) {
            return Errno.EINVAL.result();
        }
        return target.deliver(request.off, request.length, passes ? request.fileIndex : 0);
    }

    private int descriptor(Request request, SimulatedRing target) {
        if (target == ring || request.operationHas(Abi.MSG_RING_FLAGS_PASS)) {
            return Errno.EINVAL.result();
        }
        if (target.isDisabled()) {
            return Errno.EBADFD.result();
        }
        KernelFile file = ring.slots.get((int) request.address3);
        if (file == null) {
            return Errno.EBADF.result();
        }
        boolean pick = request.fileIndex == Abi.FILE_INDEX_ALLOC;
        int installed = pick ? target.slots.install(file) : target.slots.set(request.fileIndex - 1, file);
        if (installed >= 0 && !request.operationHas(Abi.MSG_RING_CQE_SKIP)) {
            target.deliver(request.off, installed, 0);
        }
        return installed;
    }

    // ---- registered files

    private int prepareUpdate(Request request) {
        if (request.length == 0 || request.operationFlags != 0) {
            return Errno.EINVAL.result();
        }
        request.range(request.address, 4 * request.length);
        return 0;
    }

    private int update(Request request) {
        request.requireUnchanged(kernel);
        ResourceRegistrations resources = kernel.registrations().resources();
        if ((request.off & PICK_SLOTS) != PICK_SLOTS) {
            return resources.updateFiles(ring, (int) request.off, request.length, request.address);
        }
        if (ring.slots.size() == 0) {
            return Errno.ENXIO.result();
        }
        MemorySegment fds = NativeMemory.at(request.address, 4L * request.length);
        for (int i = 0; i < request.length; i++) {
            KernelFile file = kernel.file(Access.getInt(fds, 4L * i));
            int slot = file == null ? Errno.EBADF.result() : ring.slots.install(file);
            if (slot < 0) {
                return i > 0 ? i : slot;
            }
            Access.putInt(fds, 4L * i, slot);
        }
        return request.length;
    }

    private static int prepareInstall(Request request) {
        boolean unknown = (request.operationFlags & ~Abi.FIXED_FD_NO_CLOEXEC) != 0;
        if (unknown || request.off != 0 || request.address != 0 || request.length != 0) {
            return Errno.EINVAL.result();
        }
        return request.has(Abi.SQE_FIXED_FILE) ? 0 : Errno.EBADF.result();
    }
}
