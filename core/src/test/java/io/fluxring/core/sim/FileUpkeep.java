package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/** What concerns whole files: syncs, sizes, advice. All of it is left to workers. */
final class FileUpkeep {
    private final SimulatedRing ring;
    private final Chance chance;

    FileUpkeep(SimulatedKernel kernel, SimulatedRing ring) {
        this.ring = ring;
        this.chance = kernel.chance();
    }

    void addTo(Behaviours behaviours) {
        add(behaviours, Opcode.FSYNC, this::sync);
        add(behaviours, Opcode.SYNC_FILE_RANGE, this::sync);
        add(behaviours, Opcode.FTRUNCATE, FileUpkeep::truncate);
        add(behaviours, Opcode.FALLOCATE, FileUpkeep::allocate);
        add(behaviours, Opcode.FADVISE, FileUpkeep::advise);
        behaviours.add(Opcode.MADVISE, Behaviours::worker, request -> ring.end(request, 0, 0));
    }

    private void add(Behaviours behaviours, Opcode opcode, ToIntFunction<Request> action) {
        behaviours.addOnFile(opcode, FileUpkeep::prepare, request -> ring.end(request, action.applyAsInt(request), 0));
    }

    private static int prepare(Request request) {
        request.punted = true;
        boolean unknown = request.opcode == Opcode.FSYNC && (request.operationFlags & ~Abi.FSYNC_DATASYNC) != 0;
        return unknown ? Errno.EINVAL.result() : 0;
    }

    private int sync(Request request) {
        if (!(request.file instanceof OpenFile)) {
            return (request.opcode == Opcode.FSYNC ? Errno.EINVAL : Errno.ESPIPE).result();
        }
        return chance.strikes(Fault.IO_ERROR) ? Errno.EIO.result() : 0;
    }

    private static int truncate(Request request) {
        if (!(request.file instanceof OpenFile file && file.node instanceof FileTree.Regular node)
                || !file.canWrite()) {
            return Errno.EINVAL.result();
        }
        if (request.off < 0) {
            return Errno.EINVAL.result();
        }
        node.resize(request.off);
        return 0;
    }

    private static int allocate(Request request) {
        long length = request.address;
        if (request.off < 0 || length <= 0) {
            return Errno.EINVAL.result();
        }
        if (!(request.file instanceof OpenFile file) || !file.canWrite()) {
            return Errno.EBADF.result();
        }
        if (!(file.node instanceof FileTree.Regular node)) {
            return Errno.ENODEV.result();
        }
        boolean keepSize = (request.length & Libc.FALLOC_FL_KEEP_SIZE) != 0;
        if ((request.length & Libc.FALLOC_FL_PUNCH_HOLE) != 0) {
            if (!keepSize) {
                return Errno.EOPNOTSUPP.result();
            }
            int from = (int) Math.min(request.off, node.content.length);
            Arrays.fill(node.content, from, (int) Math.min(request.off + length, node.content.length), (byte) 0);
        } else if (!keepSize) {
            node.resize(Math.max(node.content.length, request.off + length));
        }
        return 0;
    }

    private static int advise(Request request) {
        return request.operationFlags < 0 || request.operationFlags > 5 ? Errno.EINVAL.result() : 0;
    }
}
