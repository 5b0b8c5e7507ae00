package io.fluxring.samples.files;

import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.error.RingException;
import java.util.Locale;

/** What went wrong, in the words of {@code strerror(3)}. */
final class ErrorText {
    private ErrorText() {}

    /** Whether there is no such file. */
    static boolean isMissing(Throwable failure) {
        return failure instanceof RingException e && e.errno() == Errno.ENOENT;
    }

    static String of(Throwable failure) {
        return failure instanceof RingException e ? of(e.errno()) : String.valueOf(failure.getMessage());
    }

    /** The ring's texts tell more where an errno has a second meaning for a ring. */
    private static String of(Errno errno) {
        return switch (errno) {
            case ENXIO -> "No such device or address";
            case EEXIST -> "File exists";
            case ENFILE -> "Too many open files in system";
            case ELOOP -> "Too many levels of symbolic links";
            default ->
                errno.text().substring(0, 1).toUpperCase(Locale.ROOT)
                        + errno.text().substring(1);
        };
    }
}
