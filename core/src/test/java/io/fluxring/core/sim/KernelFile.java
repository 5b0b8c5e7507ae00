package io.fluxring.core.sim;

import io.fluxring.core.sys.Errno;

/** What a descriptor, or a slot of the registered files, stands for. */
abstract class KernelFile {
    private int references;
    private int operations;
    private long changes;

    /** Descriptors and slots that name it. */
    final void refer() {
        references++;
    }

    /** A descriptor or slot was emptied. The last one gives the file up, unless operations hold it. */
    final void drop() {
        references--;
        releaseIfUnused();
    }

    final void operationBegins() {
        operations++;
    }

    final void operationEnds() {
        operations--;
        releaseIfUnused();
    }

    /** Operations in flight that hold it. */
    final int operations() {
        return operations;
    }

    private void releaseIfUnused() {
        if (isGone()) {
            released();
        }
    }

    /** Whether nothing names or holds it any more. */
    final boolean isGone() {
        return references == 0 && operations == 0;
    }

    /** Nobody can name it any more. */
    void released() {}

    /** Something has happened that wakes whoever polls. */
    final void changed() {
        changes++;
    }

    final long changes() {
        return changes;
    }

    /** The events of poll(2) that are there now. */
    abstract int events();

    /** {@code shutdown(2)}. */
    int shutdown(int how) {
        return Errno.ENOTSOCK.result();
    }
}
