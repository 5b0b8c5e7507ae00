package io.fluxring.core.sim;

import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A random life of a loop: operations of all kinds are submitted, cancelled and completed, peers come, talk, fall silent and
 * break, other threads interfere, and at the end the loop is closed with whatever happens to be in flight.
 */
final class LoopProgram {
    private final SplittableRandom random;
    private final SimulatedKernel kernel;
    private final Arena arena = Arena.ofConfined();
    private final RingLoop loop;
    private final BufferRing buffers;
    private final int listener;
    private final InetSocketAddress address;
    private final List<TrackedOperation> operations = new ArrayList<>();
    private final List<ProgramConnection> connections = new ArrayList<>();
    private final List<SimulatedPeer> strangers = new ArrayList<>();
    private final List<BufferLease> held = new ArrayList<>();
    private TrackedOperation accept;
    private int tasksRun;
    private int tasksGiven;
    private int worldSteps;
    private boolean over;

    LoopProgram(long seed) {
        random = new SplittableRandom(seed * 31 + 7);
        kernel = new SimulatedKernel(seed, Faults.swarm(seed))
                .socketBuffers(1 + random.nextInt(300), 1 + random.nextInt(300))
                .world(this::worldMoves);
        int entries = 1 << random.nextInt(5);
        int completions = entries << random.nextInt(4);
        RingConfig ring = RingConfig.defaults().withEntries(entries, Math.max(2, completions));
        RingLoopConfig config = RingLoopConfig.defaults()
                .withRing(random.nextInt(8) == 0 ? ring.withSqPoll(1) : ring)
                .withDirectDescriptors(random.nextInt(4));
        if (random.nextBoolean()) {
            config = config.withBatch(1 + random.nextInt(4), 1 + random.nextInt(100));
        }
        loop = RingLoop.open(kernel, config);
        kernel.memory().watch(loop);
        loop.attach();
        BufferRingConfig group = BufferRingConfig.of(1 + random.nextInt(12), 1 + random.nextInt(200));
        buffers = loop.provideBuffers(random.nextBoolean() ? group.withIncremental() : group);
        listener = kernel.socket(Libc.AF_INET, Libc.SOCK_STREAM, 0);
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        kernel.bind(listener, SocketAddresses.encode(any, arena));
        kernel.listen(listener, 1 + random.nextInt(8));
        MemorySegment bound = arena.allocate(SocketAddresses.MAX_BYTES, 4);
        kernel.socketName(listener, bound);
        address = SocketAddresses.decode(bound);
    }

    void run() {
        int steps = 50 + random.nextInt(200);
        for (int i = 0; i < steps; i++) {
            step();
            if (random.nextInt(3) == 0) {
                tick();
            }
        }
        end();
    }

    /** A wait is bounded by a time, or by something that is sure to end it. */
    private void tick() {
        worldSteps = 0;
        loop.tick(random.nextBoolean() ? 0 : random.nextInt(1_000_000));
        kernel.verify();
    }

    private void step() {
        switch (random.nextInt(20)) {
            case 0 -> submit(Opcode.NOP, random.nextInt(1000), 1);
            case 1 -> timeout();
            case 2 -> poll();
            case 3 -> accept();
            case 4 -> strangers();
            case 5, 6, 7, 8, 14, 15, 16, 17 -> anyConnection();
            case 9 -> cancelAny();
            case 10 -> releaseSome();
            case 11 -> socket();
            case 12 -> fromAnotherThread();
            default -> worldMoves();
        }
    }

    private void submit(Opcode opcode, int value, int count) {
        for (int i = 0; i < count; i++) {
            track(new TrackedOperation(opcode, sqe -> sqe.prepNop(value), (result, flags) -> {
                if (result != value && result != Errno.ECANCELED.result()) {
                    throw new AssertionError("a NOP of " + value + " gave " + result);
                }
            }));
        }
    }

    private TrackedOperation track(TrackedOperation operation) {
        operations.add(operation);
        return operation.submit(loop);
    }

    private void timeout() {
        boolean multishot = random.nextInt(4) == 0;
        MemorySegment timespec = arena.allocate(16, 8);
        timespec.set(ValueLayout.JAVA_LONG, 8, (multishot ? 300_000L : 1L) + random.nextInt(3_000_000));
        int count = random.nextInt(5);
        int flags = multishot ? Abi.TIMEOUT_MULTISHOT : 0;
        track(new TrackedOperation(
                Opcode.TIMEOUT,
                sqe -> sqe.prepTimeout(timespec.address(), count, flags),
                (result, cqe) -> requireOneOf(result, 0, Errno.ETIME.result(), Errno.ECANCELED.result())));
    }

    private void poll() {
        boolean multishot = random.nextBoolean();
        track(new TrackedOperation(
                Opcode.POLL_ADD,
                sqe -> {
                    if (multishot) {
                        sqe.prepPollMultishot(listener, Libc.POLLIN);
                    } else {
                        sqe.prepPoll(listener, Libc.POLLIN);
                    }
                },
                (result, flags) -> requireOneOf(result, Libc.POLLIN, Errno.ECANCELED.result())));
    }

    private void socket() {
        track(new TrackedOperation(
                Opcode.SOCKET, sqe -> sqe.prepSocket(Libc.AF_INET, Libc.SOCK_STREAM, 0), (result, flags) -> {
                    if (result >= 0) {
                        close(result);
                    } else {
                        requireOneOf(result, Errno.ECANCELED.result());
                    }
                }));
    }

    /** In the teardown nothing new is submitted, or it would never end. */
    private void close(int fd) {
        if (over) {
            kernel.close(fd);
            return;
        }
        TrackedOperation close = new TrackedOperation(Opcode.CLOSE, sqe -> sqe.prepClose(fd), (result, flags) -> {
            if (result == Errno.ECANCELED.result()) {
                kernel.close(fd);
            } else {
                requireOneOf(result, 0);
            }
        });
        track(close);
    }

    private void accept() {
        if (accept != null && accept.isLive()) {
            return;
        }
        boolean multishot = random.nextBoolean();
        boolean direct = loop.files() != null && random.nextBoolean();
        accept = new TrackedOperation(
                Opcode.ACCEPT,
                sqe -> {
                    if (direct && multishot) {
                        sqe.prepAcceptMultishotDirect(listener);
                    } else if (direct) {
                        sqe.prepAcceptDirect(listener);
                    } else if (multishot) {
                        sqe.prepAcceptMultishot(listener, 0);
                    } else {
                        sqe.prepAccept(listener, 0);
                    }
                },
                (result, flags) -> accepted(result, direct));
        track(accept);
    }

    private void accepted(int result, boolean direct) {
        if (result >= 0) {
            ProgramConnection connection =
                    new ProgramConnection(loop, kernel, buffers, result, direct, random, this::keep);
            connections.add(connection);
        } else {
            requireOneOf(
                    result,
                    Errno.ECANCELED.result(),
                    Errno.EINTR.result(),
                    Errno.EMFILE.result(),
                    Errno.ENFILE.result(),
                    Errno.ECONNABORTED.result());
        }
    }

    private void keep(BufferLease lease) {
        if (over) {
            lease.release();
        } else {
            held.add(lease);
        }
    }

    private void strangers() {
        SimulatedPeer peer = kernel.connect(address);
        if (peer != null) {
            strangers.add(peer);
        }
    }

    private void anyConnection() {
        if (!connections.isEmpty()) {
            connections.get(random.nextInt(connections.size())).step(strangers);
        }
    }

    private void cancelAny() {
        List<Operation> live =
                new ArrayList<>(operations.stream().filter(Operation::isLive).toList());
        connections.forEach(connection -> connection.addLive(live));
        if (!live.isEmpty()) {
            loop.cancel(live.get(random.nextInt(live.size())));
        }
    }

    private void releaseSome() {
        for (int i = random.nextInt(4); i > 0 && !held.isEmpty(); i--) {
            BufferLease lease = held.remove(random.nextInt(held.size()));
            if (random.nextInt(8) == 0) {
                inAnotherThread(lease::release);
            } else {
                lease.release();
            }
        }
    }

    private void fromAnotherThread() {
        tasksGiven++;
        inAnotherThread(() -> loop.execute(() -> tasksRun++));
    }

    /** Joined at once: the order of things stays the seed's. */
    private static void inAnotherThread(Runnable action) {
        Thread thread = new Thread(action);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean worldMoves() {
        if (worldSteps++ > 50 || over) {
            return false;
        }
        if (random.nextInt(40) == 0) {
            fromAnotherThread();
            return true;
        }
        boolean moved = false;
        for (ProgramConnection connection : connections) {
            moved |= random.nextBoolean() && connection.peerMoves();
        }
        return moved;
    }

    private void end() {
        submit(Opcode.NOP, 3, 1);
        if (random.nextBoolean()) {
            tick();
        }
        loop.addCloseHook(() -> {
            over = true;
            held.forEach(BufferLease::release);
        });
        int waves = random.nextInt(3);
        for (int i = 0; i < waves; i++) {
            cancelAny();
        }
        loop.close();
        operations.forEach(TrackedOperation::requireEnded);
        connections.forEach(ProgramConnection::closeAfterLoop);
        kernel.close(listener);
        require(loop.closed().isDone(), "the loop is closed");
        require(loop.liveOperations() == 0, "operations are left: " + loop);
        require(loop.liveLeases() == 0, "leases are left: " + loop);
        require(loop.counters().get(Counter.HANDLER_FAILURES) == 0, "handlers have failed: " + loop.counters());
        require(loop.counters().get(Counter.STALE) == 0, "stale completions: " + loop.counters());
        require(tasksRun == tasksGiven, tasksRun + " of " + tasksGiven + " tasks were run");
        kernel.verifyNothingLeft();
        arena.close();
    }

    /** What has happened, to see that the programs do what they are for. */
    void addTo(Map<String, Long> totals) {
        for (Counter counter : Counter.values()) {
            totals.merge(counter.name(), loop.counters().get(counter), Long::sum);
        }
        totals.merge("connections", (long) connections.size(), Long::sum);
        totals.merge("operations", (long) operations.size(), Long::sum);
        totals.merge(
                "bytes received",
                connections.stream().mapToLong(ProgramConnection::receivedBytes).sum(),
                Long::sum);
        totals.merge(
                "bytes sent",
                connections.stream().mapToLong(ProgramConnection::sentBytes).sum(),
                Long::sum);
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new AssertionError(message);
        }
    }

    static void requireOneOf(int result, int... allowed) {
        for (int each : allowed) {
            if (result == each) {
                return;
            }
        }
        throw new AssertionError("unexpected result: " + (result < 0 ? Errno.describe(result) : "" + result));
    }
}
