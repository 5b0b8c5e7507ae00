package io.fluxring.tests.support;

import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.reactor.net.Listener;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** An echo server in the style of the sample, and places to listen. */
public final class Echo {
    private Echo() {}

    /** A port of this machine that the kernel picks. */
    public static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Starts an echo server. */
    public static Listener serve(ReactiveRing ring) {
        return serve(ring, ListenOptions.defaults());
    }

    /** Starts an echo server. */
    public static Listener serve(ReactiveRing ring, ListenOptions options) {
        return serve(ring.listen(anyPort(), options));
    }

    /** Starts an echo server on a listener. */
    public static Listener serve(Listener listener) {
        listener.handle(connection -> connection.send(connection.receive())).subscribe();
        return listener;
    }
}
