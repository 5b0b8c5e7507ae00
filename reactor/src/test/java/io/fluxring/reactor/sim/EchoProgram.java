package io.fluxring.reactor.sim;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sim.Fault;
import io.fluxring.core.sim.Faults;
import io.fluxring.core.sim.SimulatedKernel;
import io.fluxring.reactor.net.Connection;
import io.fluxring.reactor.net.ListenOptions;
import io.fluxring.reactor.net.Listener;
import io.fluxring.reactor.net.StreamSockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/** An echo server over the reactive layer, its clients, and a kernel with all its faults, in one thread and in virtual time. */
final class EchoProgram {
    private static final int STUCK_AFTER_TICKS = 300;
    private static final long STUCK_AFTER_NANOS = 2_000_000_000L;
    private static final long TICK_NANOS = 10_000_000L;

    private final SplittableRandom random;
    private final SimulatedKernel kernel;
    private final RingLoop loop;
    private final int freeSlots;
    private final boolean refusesConnections;
    private final boolean givesUp;
    private final boolean resubscribes;
    private final EchoServer server;
    private final Listener listener;
    private final List<EchoClient> clients = new ArrayList<>();
    private final Disposable.Swap accepting = Disposables.swap();
    private int serving;
    private int accepted;
    private int worldSteps;

    EchoProgram(long seed) {
        random = new SplittableRandom(seed * 37 + 11);
        Faults faults = Faults.swarm(seed);
        refusesConnections = random.nextInt(4) == 0;
        if (!refusesConnections) {
            faults = faults.with(Fault.ACCEPT_REFUSED, 0);
        }
        kernel = new SimulatedKernel(seed, faults)
                .socketBuffers(1 + random.nextInt(600), 1 + random.nextInt(600))
                .world(this::worldMoves);
        int entries = 1 << random.nextInt(6);
        int completions = Math.max(8, entries << random.nextInt(4));
        boolean direct = random.nextInt(3) == 0;
        RingLoopConfig config = RingLoopConfig.defaults()
                .withRing(RingConfig.defaults().withEntries(entries, completions))
                .withDirectDescriptors(direct ? 1 + random.nextInt(8) : 0);
        loop = RingLoop.open(kernel, config);
        kernel.memory().watch(loop);
        loop.attach();
        BufferRingConfig group = BufferRingConfig.of(1 + random.nextInt(20), 1 + random.nextInt(300));
        StreamSockets sockets = StreamSockets.open(loop, random.nextBoolean() ? group.withIncremental() : group);
        ListenOptions options = ListenOptions.defaults()
                .withBacklog(1 + random.nextInt(4))
                .withMultishot(random.nextInt(3) > 0)
                .withDirect(direct)
                .withAsync(random.nextInt(5) == 0);
        freeSlots = loop.freeSlots();
        listener = sockets.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options);
        givesUp = random.nextInt(4) == 0;
        resubscribes = random.nextInt(3) == 0;
        server = new EchoServer(loop, random, givesUp);
        int count = 1 + random.nextInt(10);
        for (int i = 0; i < count; i++) {
            clients.add(new EchoClient(kernel, listener.localAddress(), random, i + 1));
        }
    }

    void run() {
        accept();
        if (random.nextInt(4) == 0) {
            endInTheMiddle();
        } else {
            endWell();
        }
        kernel.verifyNothingLeft();
    }

    private void accept() {
        Flux<Connection> connections = listener.accept();
        switch (random.nextInt(3)) {
            case 0 -> connections = connections.limitRate(1 + random.nextInt(7));
            case 1 -> connections = connections.take(1_000_000);
            default -> {}
        }
        connections = connections.doOnDiscard(
                Connection.class, connection -> connection.close().subscribe());
        accepting.update(Disposables.disposed()); // one subscriber at a time
        int concurrency = 1 + random.nextInt(40);
        accepting.update(
                connections.doOnNext(this::serve).limitRate(concurrency).subscribe());
    }

    private void serve(Connection connection) {
        serving++;
        accepted++;
        server.serve(connection).subscribe(nothing -> {}, e -> serving--, () -> serving--);
    }

    /** Everybody gets what is due; then everything must have come back before the loop is closed. */
    private void endWell() {
        int stuck = 0;
        long moved = kernel.nanoTime();
        while (!clients.stream().allMatch(EchoClient::isOver) || serving > 0) {
            long before = progress();
            tick();
            if (progress() != before) {
                stuck = 0;
                moved = kernel.nanoTime();
            }
            boolean late =
                    kernel.nanoTime() - moved > STUCK_AFTER_NANOS; // a slow worker takes its time, in few ticks or many
            require(
                    ++stuck < STUCK_AFTER_TICKS || !late && stuck < 100 * STUCK_AFTER_TICKS,
                    "nothing moves any more, " + serving + " are served");
            if (resubscribes && random.nextInt(30) == 0) {
                accept();
            }
        }
        for (EchoClient client : clients) {
            boolean excused = refusesConnections || givesUp || resubscribes;
            require(client.failure() == null || excused, client + ": " + client.failure());
        }
        boolean[] closed = new boolean[1];
        listener.close().subscribe(nothing -> {}, e -> {}, () -> closed[0] = true);
        for (int i = 0; i < 10 * STUCK_AFTER_TICKS && (!closed[0] || loop.liveOperations() > 0); i++) {
            tick();
        }
        require(closed[0], "the listener did not close");
        require(loop.liveOperations() == 0, "operations are left");
        require(loop.liveLeases() == 0, "leases are left");
        require(loop.freeSlots() == freeSlots, "slots are left: " + loop.freeSlots() + " of " + freeSlots + " free");
        close();
    }

    private void endInTheMiddle() {
        int ticks = random.nextInt(60);
        for (int i = 0; i < ticks; i++) {
            tick();
        }
        close();
        require(loop.liveOperations() == 0, "operations are left");
        require(loop.liveLeases() == 0, "leases are left");
    }

    private void close() {
        worldSteps = Integer.MAX_VALUE;
        loop.close();
        require(loop.closed().isDone(), "the loop is not closed");
        require(loop.counters().get(Counter.HANDLER_FAILURES) == 0, "handlers have failed: " + loop.counters());
    }

    private void tick() {
        worldSteps = 0;
        if (random.nextBoolean()) {
            worldMoves();
        }
        loop.tick(random.nextBoolean() ? 0 : TICK_NANOS);
        kernel.verify();
    }

    private boolean worldMoves() {
        if (worldSteps > 20) {
            return false;
        }
        worldSteps++;
        boolean moved = false;
        for (EchoClient client : clients) {
            moved |= random.nextInt(3) > 0 && client.step();
        }
        return moved;
    }

    private long progress() {
        long progress = accepted - serving;
        for (EchoClient client : clients) {
            progress += client.receivedBytes() + (client.isOver() ? 1 : 0);
        }
        return progress;
    }

    private void require(boolean holds, String message) {
        if (!holds) {
            String nl = System.lineSeparator();
            throw new AssertionError(message
                    + nl
                    + kernel
                    + kernel.recent()
                    + nl
                    + loop.dump()
                    + nl
                    + listener
                    + nl
                    + String.join(nl, clients.stream().map(Object::toString).toList()));
        }
    }

    void addTo(Map<String, Long> totals) {
        for (Counter counter : Counter.values()) {
            totals.merge(counter.name(), loop.counters().get(counter), Long::sum);
        }
        totals.merge("connections", (long) accepted, Long::sum);
        totals.merge(
                "bytes back",
                clients.stream().mapToLong(EchoClient::receivedBytes).sum(),
                Long::sum);
    }
}
