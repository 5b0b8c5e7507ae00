package io.fluxring.core.sim;

import io.fluxring.core.sim.FileTree.Directory;
import io.fluxring.core.sim.FileTree.Node;
import io.fluxring.core.sim.FileTree.Refused;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.ToIntFunction;

/** Operations on names: opening, looking at, making, renaming and removing. */
final class PathRequests {
    static final int LONGEST_PATH = 4096;
    private static final int HOW_BYTES = 24;
    private static final int STAT_BYTES = 256;
    private static final int REGULAR = 0x8000;
    private static final int DIRECTORY = 0x4000;
    private static final int LINK = 0xa000;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;

    /** What was read during submission. */
    private record Paths(String first, String second, long flags, int mode) {}

    private interface Action {
        int run(Request request, Paths paths) throws Refused;
    }

    PathRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
    }

    void addTo(Behaviours behaviours) {
        add(behaviours, Opcode.OPENAT, this::prepareOpen, this::open);
        add(behaviours, Opcode.OPENAT2, this::prepareOpenHow, this::open);
        add(behaviours, Opcode.STATX, this::prepareStat, this::stat);
        add(behaviours, Opcode.RENAMEAT, PathRequests::prepareTwo, this::rename);
        add(behaviours, Opcode.LINKAT, PathRequests::prepareTwo, this::link);
        add(behaviours, Opcode.SYMLINKAT, PathRequests::prepareTwo, this::symbolicLink);
        add(behaviours, Opcode.UNLINKAT, PathRequests::prepareOne, this::unlink);
        add(behaviours, Opcode.MKDIRAT, PathRequests::prepareOne, this::makeDirectory);
    }

    private void add(Behaviours behaviours, Opcode opcode, ToIntFunction<Request> preparation, Action action) {
        behaviours.add(opcode, preparation, request -> {
            int result;
            try {
                result = action.run(request, (Paths) request.detail);
            } catch (Refused refused) {
                result = refused.errno.result();
            }
            return ring.end(request, result, 0);
        });
    }

    static String text(long address) {
        return NativeMemory.at(address, LONGEST_PATH).getString(0);
    }

    private static int prepareOne(Request request) {
        return prepare(request, new Paths(text(request.address), "", request.operationFlags, request.length));
    }

    private static int prepareTwo(Request request) {
        return prepare(
                request, new Paths(text(request.address), text(request.off), request.operationFlags, request.length));
    }

    private static int prepare(Request request, Paths paths) {
        request.detail = paths;
        request.punted = true;
        return request.has(Abi.SQE_FIXED_FILE) ? Errno.EBADF.result() : 0;
    }

    private Directory start(int fd) throws Refused {
        if (fd == Libc.AT_FDCWD) {
            return kernel.tree().root();
        }
        if (!(kernel.file(fd) instanceof OpenFile file)) {
            throw new Refused(Errno.EBADF);
        }
        if (!(file.node instanceof Directory directory)) {
            throw new Refused(Errno.ENOTDIR);
        }
        return directory;
    }

    // ---- open

    private int prepareOpen(Request request) {
        return prepareOpen(request, new Paths(text(request.address), "", request.operationFlags, request.length));
    }

    private int prepareOpenHow(Request request) {
        if (request.length < HOW_BYTES) {
            return Errno.EINVAL.result();
        }
        MemorySegment how = NativeMemory.at(request.off, HOW_BYTES);
        long mode = Access.getLong(how, 8);
        return prepareOpen(request, new Paths(text(request.address), "", Access.getLong(how, 0), (int) mode));
    }

    private int prepareOpen(Request request, Paths paths) {
        int refused = prepare(request, paths);
        // An open that changes nothing is tried at once.
        request.punted = (paths.flags() & (Libc.O_CREAT | Libc.O_TRUNC)) != 0;
        boolean leaks = request.fileIndex != 0 && (paths.flags() & Libc.O_CLOEXEC) != 0;
        return leaks ? Errno.EINVAL.result() : refused;
    }

    private int open(Request request, Paths paths) throws Refused {
        int flags = (int) paths.flags();
        Node node = kernel.tree().open(start(request.fd), paths.first(), flags, paths.mode());
        return kernel.install(ring, request, new OpenFile(node, flags));
    }

    // ---- stat

    private int prepareStat(Request request) {
        request.range(request.off, STAT_BYTES);
        return prepareOne(request);
    }

    private int stat(Request request, Paths paths) throws Refused {
        Node node;
        if (paths.first().isEmpty() && (paths.flags() & Libc.AT_EMPTY_PATH) != 0) {
            if (!(kernel.file(request.fd) instanceof OpenFile file)) {
                return Errno.EBADF.result();
            }
            node = file.node;
        } else {
            boolean follow = (paths.flags() & Libc.AT_SYMLINK_NOFOLLOW) == 0;
            node = kernel.tree().existing(start(request.fd), paths.first(), follow);
        }
        request.fill(kernel, describe(node));
        return 0;
    }

    /** A {@code struct statx}. */
    static byte[] describe(Node node) {
        MemorySegment stat = MemorySegment.ofArray(new byte[STAT_BYTES]);
        stat.set(ValueLayout.JAVA_INT_UNALIGNED, 0, Libc.STATX_BASIC_STATS);
        stat.set(ValueLayout.JAVA_INT_UNALIGNED, 4, 4096);
        stat.set(ValueLayout.JAVA_INT_UNALIGNED, 16, node.links);
        stat.set(ValueLayout.JAVA_SHORT_UNALIGNED, 28, (short) (kind(node) | node.permissions));
        stat.set(ValueLayout.JAVA_LONG_UNALIGNED, 32, node.number);
        stat.set(ValueLayout.JAVA_LONG_UNALIGNED, 40, size(node));
        stat.set(ValueLayout.JAVA_LONG_UNALIGNED, 48, (size(node) + 511) / 512);
        return stat.toArray(ValueLayout.JAVA_BYTE);
    }

    private static int kind(Node node) {
        return switch (node) {
            case FileTree.Regular ignored -> REGULAR;
            case Directory ignored -> DIRECTORY;
            case FileTree.SymbolicLink ignored -> LINK;
        };
    }

    private static long size(Node node) {
        return switch (node) {
            case FileTree.Regular file -> file.content.length;
            case Directory ignored -> 4096;
            case FileTree.SymbolicLink link -> link.target.length();
        };
    }

    // ---- changes

    private int rename(Request request, Paths paths) throws Refused {
        FileTree tree = kernel.tree();
        int flags = (int) paths.flags();
        if ((flags & (Libc.RENAME_NOREPLACE | Libc.RENAME_EXCHANGE))
                == (Libc.RENAME_NOREPLACE | Libc.RENAME_EXCHANGE)) {
            return Errno.EINVAL.result();
        }
        tree.rename(
                tree.find(start(request.fd), paths.first(), false),
                tree.find(start(request.length), paths.second(), false),
                flags);
        return 0;
    }

    private int link(Request request, Paths paths) throws Refused {
        FileTree tree = kernel.tree();
        boolean follow = (paths.flags() & Libc.AT_SYMLINK_FOLLOW) != 0;
        Node node = tree.existing(start(request.fd), paths.first(), follow);
        tree.makeHardLink(node, start(request.length), paths.second());
        return 0;
    }

    private int symbolicLink(Request request, Paths paths) throws Refused {
        kernel.tree().makeSymbolicLink(paths.first(), start(request.fd), paths.second());
        return 0;
    }

    private int unlink(Request request, Paths paths) throws Refused {
        if ((paths.flags() & ~Libc.AT_REMOVEDIR) != 0) {
            return Errno.EINVAL.result();
        }
        kernel.tree().remove(start(request.fd), paths.first(), (paths.flags() & Libc.AT_REMOVEDIR) != 0);
        return 0;
    }

    private int makeDirectory(Request request, Paths paths) throws Refused {
        kernel.tree().makeDirectory(start(request.fd), paths.first(), paths.mode());
        return 0;
    }
}
