package io.fluxring.core.kernel;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;

/** A completion, as a test looks at it. */
record Cqe(long userData, int result, int flags) {
    boolean more() {
        return (flags & Abi.CQE_F_MORE) != 0;
    }

    boolean notification() {
        return (flags & Abi.CQE_F_NOTIF) != 0;
    }

    boolean hasBuffer() {
        return (flags & Abi.CQE_F_BUFFER) != 0;
    }

    int buffer() {
        return flags >>> Abi.CQE_BUFFER_SHIFT;
    }

    boolean failedWith(Errno errno) {
        return result == errno.result();
    }
}
