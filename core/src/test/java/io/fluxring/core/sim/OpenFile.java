package io.fluxring.core.sim;

import io.fluxring.core.sys.Libc;

/** An opened file or directory: a node of the tree, how it was opened, and the position in it. */
final class OpenFile extends KernelFile {
    final FileTree.Node node;
    final int flags;
    long position;

    OpenFile(FileTree.Node node, int flags) {
        this.node = node;
        this.flags = flags;
    }

    boolean canRead() {
        return (flags & (Libc.O_WRONLY | Libc.O_PATH)) == 0;
    }

    boolean canWrite() {
        return (flags & (Libc.O_WRONLY | Libc.O_RDWR)) != 0 && (flags & Libc.O_PATH) == 0;
    }

    @Override
    int events() {
        return Libc.POLLIN | Libc.POLLOUT; // regular files are always ready
    }

    @Override
    public String toString() {
        return "file " + node.number;
    }
}
