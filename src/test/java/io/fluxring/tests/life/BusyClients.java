package io.fluxring.tests.life;

import io.fluxring.tests.support.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A process of clients that never stop by themselves: some echo, some send and never read. */
final class BusyClients {
    private BusyClients() {}

    /** Arguments: port, connections, how many of them read: every, or two of three. */
    public static void main(String[] arguments) throws Exception {
        InetSocketAddress server =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
        int connections = Integer.parseInt(arguments[1]);
        for (int i = 0; i < connections; i++) {
            Peer peer = Peer.connect(server, i);
            boolean reads = arguments[2].equals("every") || i % 3 != 0;
            Thread.ofPlatform().start(() -> chat(peer, reads));
        }
        System.out.println("busy");
    }

    private static void chat(Peer peer, boolean reads) {
        try {
            while (true) {
                peer.send(10_000);
                if (reads) {
                    peer.expect(10_000);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
