package io.fluxring.core.sim;

import io.fluxring.core.entry.RawSqe;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sim.ModelOperation.Chain;
import io.fluxring.core.sim.ModelOperation.Kind;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A bare ring and operations of all kinds, alone and in chains, with time limits, barriers and silence, and cancels between them.
 * {@link ModelOperation} knows what each may give. Nothing may be lost or come twice, chains and barriers keep their order.
 */
final class MixedProgram {
    private static final int MOST_BYTES = 64;
    private static final int MOST_LIVE = 40;

    private final SplittableRandom random;
    private final SimulatedKernel kernel;
    private final Arena arena = Arena.ofConfined();
    private final Ring ring;
    private final boolean barriers;
    private final int file;
    private final int[] eventFds = new int[3];
    private final int listener;
    private final int connection;
    private final SimulatedPeer peer;
    private final int epoll;
    private final VariousOperations various;
    private int messages;
    private final Map<Long, ModelOperation> byId = new HashMap<>();
    private final List<ModelOperation> all = new ArrayList<>();
    private final List<ModelOperation> unsettled = new ArrayList<>();
    private final ArrayDeque<ModelOperation> unsubmitted = new ArrayDeque<>();
    private long nextId = 1;
    private long sentBytes;
    private long arrivedBytes;

    MixedProgram(long seed) {
        random = new SplittableRandom(seed * 127 + 1);
        kernel = new SimulatedKernel(seed);
        barriers = random.nextBoolean();
        int entries = 4 << random.nextInt(3);
        RingConfig config = RingConfig.defaults().withEntries(entries, entries << random.nextInt(3));
        boolean polled = random.nextInt(4) == 0;
        ring = Ring.open(kernel, polled ? config.withSqPoll(1) : config);
        ring.enable();
        kernel.makeDirectory("/d");
        file = open("/d/file");
        for (int i = 0; i < eventFds.length; i++) {
            eventFds[i] = kernel.eventFd(Libc.EFD_NONBLOCK);
        }
        listener = SimulatedListener.open(kernel);
        kernel.connect(SimulatedListener.ADDRESS);
        connection = single(sqe -> sqe.prepAccept(listener, 0));
        peer = kernel.peerOf(new RawFd(connection));
        epoll = kernel.epoll();
        various = new VariousOperations(arena, ring.fd(), file, epoll, eventFds[0]);
        Faults faults = Faults.swarm(seed);
        // Where a polling thread cuts a batch nobody can see: the model couldn't know the chains.
        kernel.faults(polled ? faults.with(Fault.PARTIAL_SUBMIT, 0) : faults).world(this::worldMoves);
    }

    private int open(String path) {
        long name = arena.allocateFrom(path).address();
        return single(sqe -> sqe.prepOpen(Libc.AT_FDCWD, name, Libc.O_CREAT | Libc.O_RDWR, 0644));
    }

    private int single(Consumer<Sqe> prepare) {
        Sqe sqe = ring.submissions().claim();
        prepare.accept(sqe);
        sqe.userData(0);
        ring.submitAndWait(1, Ring.FOREVER, 0);
        int[] made = new int[1];
        ring.completions().drain((userData, result, flags) -> made[0] = result);
        return made[0];
    }

    /** Runs it. How many operations there were. */
    int run() {
        int steps = 20 + random.nextInt(60);
        for (int i = 0; i < steps; i++) {
            step();
        }
        end();
        return all.size();
    }

    private void step() {
        switch (random.nextInt(8)) {
            case 0, 1, 2, 3 -> {
                if (unsettled.size() < MOST_LIVE) {
                    chain();
                }
            }
            case 4 -> worldMoves();
            case 5 -> kernel.advance(random.nextInt(3_000_000));
            default -> tick(random.nextInt(3));
        }
    }

    private boolean worldMoves() {
        if (random.nextBoolean()) {
            return false; // then time passes
        }
        if (random.nextBoolean()) {
            arrivedBytes += peer.receive(random.nextInt(400)).length;
        }
        if (random.nextInt(3) == 0) {
            kernel.signalEventFd(eventFds[random.nextInt(eventFds.length)]);
        }
        return true;
    }

    // ---- submitting

    private void chain() {
        int length = 1 + (random.nextBoolean() ? random.nextInt(4) : 0);
        if (ring.submissions().spaceLeft() < length) {
            tick(0);
            if (ring.submissions().spaceLeft() < length) {
                return;
            }
        }
        Chain chain = new Chain();
        for (int i = 0; i < length; i++) {
            ModelOperation last = chain.members.isEmpty() ? null : chain.members.getLast();
            boolean limitable = last != null && last.kind != Kind.TIME_LIMIT && random.nextInt(4) == 0;
            ModelOperation operation = new ModelOperation(nextId++, limitable ? Kind.TIME_LIMIT : anyKind());
            operation.chain = chain;
            operation.linked = i < length - 1;
            operation.hardLinked = operation.linked && random.nextInt(3) == 0;
            operation.drains = barriers && random.nextInt(12) == 0;
            operation.silent = !barriers && operation.kind != Kind.ZERO_COPY && random.nextInt(6) == 0;
            prepare(operation, last);
            chain.members.add(operation);
            byId.put(operation.id, operation);
            all.add(operation);
            unsettled.add(operation);
            unsubmitted.add(operation);
        }
    }

    private Kind anyKind() {
        if (random.nextInt(30) == 0) {
            return Kind.BAD_ENTRY;
        }
        Kind[] kinds = Kind.values();
        Kind kind = kinds[random.nextInt(kinds.length - 1)]; // all but the time limit
        return kind == Kind.BAD_ENTRY ? Kind.NOTHING : kind;
    }

    private void prepare(ModelOperation operation, ModelOperation last) {
        Sqe sqe = ring.submissions().claim();
        operation.length = 1 + random.nextInt(MOST_BYTES);
        switch (operation.kind) {
            case NOTHING -> sqe.prepNop(operation.length);
            case FAILURE -> sqe.prepNop(-operation.length);
            case BAD_ENTRY -> RawSqe.write(sqe, Opcode.NOP, 7, -1, 0, 0, 0, 0, 0, 0); // a priority
            case TIMEOUT -> {
                operation.etimeSucceeds = random.nextBoolean();
                sqe.prepTimeout(timespec(), 0, operation.etimeSucceeds ? Abi.TIMEOUT_ETIME_SUCCESS : 0);
            }
            case TIME_LIMIT -> sqe.prepLinkTimeout(timespec(), 0);
            case POLL -> sqe.prepPoll(eventFds[random.nextInt(eventFds.length)], Libc.POLLIN);
            case WRITE -> sqe.prepWrite(file, bytes(operation), operation.length, position(operation));
            case READ -> prepareRead(sqe, operation, last);
            case SYNC -> sqe.prepSync(file, 0);
            case SEND -> sqe.prepSend(connection, bytes(operation), operation.length, 0);
            case ZERO_COPY -> sqe.prepSendZeroCopy(connection, bytes(operation), operation.length, 0);
            case VARIOUS -> {
                VariousOperations.Various chosen =
                        various.all().get(random.nextInt(various.all().size()));
                operation.opcode = chosen.opcode();
                chosen.preparation().accept(sqe);
            }
            case CANCEL -> {
                operation.victim = unsettled.isEmpty() ? null : unsettled.get(random.nextInt(unsettled.size()));
                sqe.prepCancel(operation.victim == null ? 0 : operation.victim.id);
            }
        }
        mark(sqe, operation);
        sqe.userData(operation.id);
    }

    private void mark(Sqe sqe, ModelOperation operation) {
        if (operation.hardLinked) {
            sqe.hardLink();
        } else if (operation.linked) {
            sqe.link();
        }
        if (operation.drains) {
            sqe.drain();
        }
        if (operation.silent) {
            sqe.skipSuccess();
        }
        if (random.nextInt(6) == 0) {
            sqe.async();
        }
    }

    private void prepareRead(Sqe sqe, ModelOperation operation, ModelOperation last) {
        ModelOperation written = last != null && last.kind == Kind.WRITE && !last.hardLinked ? last : anyWritten();
        operation.written = written;
        operation.memory = arena.allocate(MOST_BYTES);
        if (written == null) {
            operation.length = MOST_BYTES; // of nothing: past every write
            sqe.prepNop(operation.length);
            return;
        }
        operation.length = written.length;
        sqe.prepRead(file, operation.memory.address(), operation.length, position(written));
    }

    private ModelOperation anyWritten() {
        for (int tries = 0; tries < 5 && !all.isEmpty(); tries++) {
            ModelOperation candidate = all.get(random.nextInt(all.size()));
            if (candidate.kind == Kind.WRITE && candidate.completed && candidate.result == candidate.length) {
                return candidate;
            }
        }
        return null;
    }

    private static long position(ModelOperation write) {
        return write.id * MOST_BYTES;
    }

    private long bytes(ModelOperation operation) {
        operation.memory = arena.allocate(MOST_BYTES);
        for (int i = 0; i < operation.length; i++) {
            operation.memory.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        return operation.memory.address();
    }

    private long timespec() {
        MemorySegment timespec = arena.allocate(16, 8);
        timespec.set(ValueLayout.JAVA_LONG, 8, random.nextInt(2_000_000));
        return timespec.address();
    }

    // ---- completing

    private void tick(int wait) {
        int before = ring.submissions().pending();
        ring.submitAndWait(wait, random.nextInt(1_000_000), 0);
        kernel.nanoTime(); // what a polling thread takes as its occasion
        consumed(before - ring.submissions().pending());
        ring.completions().drain((userData, result, flags) -> {
            if (userData == VariousOperations.MESSAGE) {
                messages++;
            } else {
                completed(byId.get(userData), result, flags);
            }
        });
        unsettled.removeIf(operation -> operation.ended);
        kernel.verify();
    }

    /** A batch that ends within a chain cuts it: what is left is a chain of its own. */
    private void consumed(int count) {
        ModelOperation last = null;
        for (int i = 0; i < count; i++) {
            last = unsubmitted.remove();
        }
        if (last == null || !last.linked) {
            return;
        }
        last.linked = false;
        Chain whole = last.chain;
        int cut = whole.members.indexOf(last) + 1;
        Chain rest = new Chain();
        rest.members.addAll(whole.members.subList(cut, whole.members.size()));
        whole.members.subList(cut, whole.members.size()).clear();
        rest.members.forEach(member -> member.chain = rest);
        if (rest.members.getFirst().written == last) {
            rest.members.getFirst().written = null; // it doesn't wait for the write any more
        }
    }

    private void completed(ModelOperation operation, int result, int flags) {
        boolean first = !operation.completed;
        operation.complete(result, flags);
        if (first && result > 0 && (operation.kind == Kind.SEND || operation.kind == Kind.ZERO_COPY)) {
            sentBytes += result;
        }
        if (barriers && !operation.chain.refused()) {
            checkBarriers(operation);
        }
    }

    private void checkBarriers(ModelOperation operation) {
        for (ModelOperation earlier : unsettled) {
            boolean before = earlier.id < operation.id && earlier.chain != operation.chain;
            boolean barrier = operation.chain.drains() || earlier.chain.drains();
            if (before && barrier && !earlier.ended && !earlier.chain.refused()) {
                throw new AssertionError(operation + " has passed a barrier before " + earlier);
            }
        }
    }

    private void end() {
        for (int i = 0; kernel.inFlight() > 0 || ring.submissions().pending() > 0; i++) {
            for (int eventFd : eventFds) {
                kernel.signalEventFd(eventFd);
            }
            arrivedBytes += peer.receive(10_000).length;
            kernel.advance(1_000_000);
            tick(0);
            if (i == 10_000) {
                throw new AssertionError("does not come to an end: " + unsettled);
            }
        }
        tick(0);
        for (int i = 0; ring.overflowed(); i++) {
            tick(0);
        }
        arrivedBytes += peer.receive(1 << 20).length;
        all.forEach(ModelOperation::requireEnded);
        all.forEach(ModelOperation::requireConsistent);
        boolean silentSends = all.stream().anyMatch(each -> each.kind == Kind.SEND && !each.completed);
        if (arrivedBytes < sentBytes || arrivedBytes > sentBytes && !silentSends) {
            throw new AssertionError(sentBytes + " bytes were sent, and " + arrivedBytes + " have arrived");
        }
        long toldOf = all.stream()
                .filter(each -> each.opcode == Opcode.MSG_RING && each.completed && each.result == 0)
                .count();
        for (int i = 0; i < 100 && messages < toldOf; i++) {
            tick(0); // messages may still be on their way
        }
        if (messages < toldOf) {
            throw new AssertionError(toldOf + " messages were sent, and " + messages + " have arrived");
        }
        for (int fd : new int[] {file, listener, connection, epoll, eventFds[0], eventFds[1], eventFds[2]}) {
            kernel.close(fd);
        }
        ring.close();
        kernel.verifyNothingLeft();
        arena.close();
    }

    /** What the kernel was asked for. */
    Set<Opcode> submitted() {
        return kernel.submitted();
    }

    /** What came of the operations of each kind. */
    void addTo(Map<String, Long> totals) {
        for (ModelOperation operation : all) {
            String outcome = "silent";
            if (operation.completed) {
                boolean injected = operation.kind == Kind.FAILURE && operation.result == -operation.length;
                outcome = operation.result >= 0 || injected
                        ? "done"
                        : Errno.describe(operation.result).split(" ")[0];
            }
            totals.merge(operation.kind + " " + outcome, 1L, Long::sum);
        }
    }
}
