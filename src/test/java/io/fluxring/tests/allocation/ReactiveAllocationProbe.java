package io.fluxring.tests.allocation;

import com.sun.management.ThreadMXBean;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.net.Listener;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import reactor.core.Disposable;

/** A program: the bytes that the ring's thread allocates for a message that a reactive echo server sends back. */
final class ReactiveAllocationProbe {
    private ReactiveAllocationProbe() {}

    public static void main(String[] arguments) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ReactiveRing ring = ReactiveRing.create();
        Listener listener = ring.listen(new InetSocketAddress("127.0.0.1", 0));
        Disposable serving = listener.handle(connection -> connection.send(connection.receive()))
                .subscribe();
        long thread = CompletableFuture.supplyAsync(() -> Thread.currentThread().threadId(), ring.loop())
                .join();
        try (PingClient client = new PingClient(listener.localAddress())) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < CoreAllocationProbe.ROUNDS && least > 0; round++) {
                long before = threads.getThreadAllocatedBytes(thread);
                client.exchange(CoreAllocationProbe.MESSAGES);
                least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
            }
            System.out.println("reactive-echo " + (double) least / CoreAllocationProbe.MESSAGES);
        }
        serving.dispose();
        ring.disposeLater().block();
    }
}
