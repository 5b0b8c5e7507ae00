package io.fluxring.netty.socket;

import io.fluxring.core.sys.Errno;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.nio.channels.NotYetConnectedException;

/** What a refused call is in Java. The words are those that applications look for, such as {@code Connection reset by peer}. */
public final class SocketExceptions {
    private SocketExceptions() {}

    /**
     * {@return the exception for a negated errno}
     *
     * @param call the system call's name
     * @param result the negated errno
     */
    public static IOException of(String call, int result) {
        String text = call + "(..) failed: " + text(result);
        Errno errno = Errno.ofResult(result);
        if (call.equals("bind") || call.equals("listen")) {
            return new BindException(text);
        }
        if (call.equals("connect")) {
            return errno == Errno.EHOSTUNREACH || errno == Errno.ENETUNREACH
                    ? new NoRouteToHostException(text)
                    : new ConnectException(text);
        }
        return new SocketException(text);
    }

    /** {@return the exception for what became of a datagram} */
    public static Exception ofDatagram(String call, int result) {
        return switch (Errno.ofResult(result)) {
            case ECONNREFUSED -> new PortUnreachableException(call + "(..) failed: " + text(result));
            case EDESTADDRREQ, ENOTCONN -> new NotYetConnectedException();
            default -> of(call, result);
        };
    }

    private static String text(int result) {
        return switch (Errno.ofResult(result)) {
            case ECONNRESET -> "Connection reset by peer";
            case EPIPE -> "Broken pipe";
            case ECONNREFUSED -> "Connection refused";
            case EADDRINUSE -> "Address already in use";
            default -> Errno.describe(result);
        };
    }
}
