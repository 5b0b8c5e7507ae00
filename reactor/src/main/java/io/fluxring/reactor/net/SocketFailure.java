package io.fluxring.reactor.net;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.LoopSubscription;

/** What a socket's machine reports, as the signal that a subscriber gets. */
final class SocketFailure {
    private SocketFailure() {}

    /** Loads the classes behind each kind of failure: when descriptors have run out, a class file can't be opened any more. */
    static void prepare() {
        for (Errno errno : Errno.values()) {
            RingException.of("", null, errno.result());
        }
    }

    /**
     * The exception for an operation that failed.
     *
     * @param operation the kernel's name for it, such as {@code SEND}
     * @param result the negated errno; {@code -ECANCELED} means that this side has closed the socket
     */
    static RingException of(String operation, FileRef file, int result) {
        return result == Errno.ECANCELED.result()
                ? RingException.closed(operation, file)
                : RingException.of(operation, file, result);
    }

    /**
     * Ends a subscription as its machine has ended.
     *
     * @param result 0 at the end of what comes, or the negated errno of the operation
     */
    static void end(LoopSubscription<?> subscription, String operation, FileRef file, int result) {
        if (result == 0) {
            subscription.complete();
        } else {
            subscription.fail(of(operation, file, result));
        }
    }
}
