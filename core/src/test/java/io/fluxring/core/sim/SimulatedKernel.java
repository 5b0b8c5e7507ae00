package io.fluxring.core.sim;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.FileCalls;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.ParamsLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A kernel for one test. Time is virtual: it passes a little with each enter, and as a whole when a wait has nothing else to wait
 * for. While a ring waits, the rest of the world, given by {@link #world}, may move; a wait that nothing can end fails the test.
 * {@link #threaded} makes waits real, for tests with threads, which can't be replayed.
 *
 * <p>A caller that breaks a rule gets a {@link Violation} thrown at it, which {@link #verify} throws again, in case it was caught.
 */
public final class SimulatedKernel implements Kernel {
    private static final byte UNMAPPED = (byte) 0xDD;

    private final long seed;
    private final Chance chance;
    private final Trace trace = new Trace();
    private final LiveMemory memory = new LiveMemory();
    private final Arena arena =
            Arena.ofAuto(); // lives as long as this object: longer than whatever still points into it
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Map<Integer, KernelFile> files = new TreeMap<>();
    private final Map<Long, SimulatedRing> maps = new TreeMap<>();
    private final Map<Long, Long> reservations = new TreeMap<>();
    private final SimulatedNetwork network = new SimulatedNetwork(this);
    private final Set<Opcode> submitted = EnumSet.noneOf(Opcode.class);
    private final FileTree tree = new FileTree();
    private final FutexQueue futexes = new FutexQueue();
    private final Registrations registrations = new Registrations(this);
    private final List<Violation> violations = new ArrayList<>();

    private BooleanSupplier world = () -> false;
    private boolean threaded;
    private long clock;
    private int nextDescriptor = 3;
    private int descriptorLimit = 1 << 16;
    private int refusedSetupFlags;
    private boolean badDescriptorsExpected;
    private boolean stuck;

    public SimulatedKernel(long seed, Faults faults) {
        this.seed = seed;
        this.chance = new Chance(seed, faults);
        this.clock = chance.coin() ? chance.anyLong() : Long.MAX_VALUE - chance.below(1_000_000_000);
    }

    /** Without faults. */
    public SimulatedKernel(long seed) {
        this(seed, Faults.none());
    }

    /** Whether multishot receives may have a limit: kernels before 6.17, as a quarter of the seeds are, refuse it. */
    boolean receiveLimits() {
        return (seed & 3) != 3;
    }

    /** Whether it can be asked about itself: kernels before 6.18 can't. */
    boolean answersQuestions() {
        return receiveLimits() && refusedSetupFlags == 0;
    }

    // ---- for the test

    /** Changes the faults from now on. */
    public SimulatedKernel faults(Faults faults) {
        locked(() -> {
            chance.faults(faults);
            return 0;
        });
        return this;
    }

    /** Sizes of the buffers of sockets that connect from now on. */
    public SimulatedKernel socketBuffers(int receive, int send) {
        network.buffers(receive, send);
        return this;
    }

    /** How many descriptors there may be. */
    public SimulatedKernel descriptorLimit(int limit) {
        descriptorLimit = limit;
        return this;
    }

    /** Pretends to be a kernel that doesn't know some {@code IORING_SETUP_*} yet. */
    public SimulatedKernel refuseSetupFlags(int flags) {
        refusedSetupFlags = flags;
        return this;
    }

    /** The test uses descriptors that are closed on purpose. */
    public SimulatedKernel expectBadDescriptors() {
        badDescriptorsExpected = true;
        return this;
    }

    /** What moves while a ring waits: does one step of a script, and says whether there was one to do. */
    public SimulatedKernel world(BooleanSupplier step) {
        world = step;
        return this;
    }

    /** From now on what is in flight stays there: the disk, or the driver, that never answers. */
    public SimulatedKernel neverCompletes() {
        stuck = true;
        return this;
    }

    /** Real time and real waits. */
    public SimulatedKernel threaded() {
        threaded = true;
        return this;
    }

    /** Makes a directory in the file system of this kernel, which is empty at first, if there isn't one yet. */
    public void makeDirectory(String path) {
        locked(() -> {
            try {
                if (tree.find(tree.root(), path, false).node() == null) {
                    tree.makeDirectory(tree.root(), path, 0755);
                }
                return 0;
            } catch (FileTree.Refused e) {
                throw new IllegalArgumentException(path + ": " + e.errno, e);
            }
        });
    }

    /** A new epoll instance. */
    public int epoll() {
        return locked(() -> descriptorsExhausted() ? Errno.EMFILE.result() : install(new EpollFile()));
    }

    /** What the kernel may be handed. */
    public LiveMemory memory() {
        return memory;
    }

    /**
     * Connects to a listener.
     *
     * @return the far end; null when nobody listens there, or the backlog is full
     */
    public @Nullable SimulatedPeer connect(InetSocketAddress address) {
        return locked(() -> network.connect(address));
    }

    /** The far end of a connection that was accepted, into a descriptor or into a slot of the only ring that has some. */
    public SimulatedPeer peerOf(FileRef ref) {
        return locked(() -> network.peerOf(ref));
    }

    /** Lets virtual time pass. */
    public void advance(long nanos) {
        locked(() -> clock += nanos);
    }

    /** Operations that the rings have in flight. */
    public int inFlight() {
        return locked(() -> files.values().stream()
                .mapToInt(file ->
                        file instanceof SimulatedRing ring ? ring.inFlight().size() : 0)
                .sum());
    }

    /** Descriptors that are open. */
    public int openDescriptors() {
        return locked(() -> files.size());
    }

    /** Fails if a rule was broken so far. */
    public void verify() {
        if (!violations.isEmpty()) {
            throw violations.getFirst();
        }
    }

    /** Fails if a rule was broken, or anything is left: descriptors, maps, operations. */
    public void verifyNothingLeft() {
        verify();
        locked(() -> {
            if (!files.isEmpty() || !maps.isEmpty() || !reservations.isEmpty()) {
                throw violation("left at the end: descriptors " + files + ", maps " + maps.values()
                        + ", reserved memory " + reservations);
            }
            return 0;
        });
    }

    @Override
    public String toString() {
        return "SimulatedKernel[seed " + seed + ", " + chance.faults() + "]";
    }

    // ---- Kernel

    @Override
    public int setup(int entries, MemorySegment params) {
        return locked(() -> {
            int refused = RingSizes.check(entries, params, refusedSetupFlags);
            if (refused < 0 || descriptorsExhausted()) {
                return refused < 0 ? refused : Errno.EMFILE.result();
            }
            SimulatedRing ring = RingSizes.ring(this, entries, params);
            ring.pollIdle(Access.getInt(params, ParamsLayout.SQ_THREAD_IDLE));
            Registrations.describe(ring, params);
            return install(ring);
        });
    }

    @Override
    public int enter(int ring, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        return locked(() -> {
            boolean index = (flags & Abi.ENTER_REGISTERED_RING) != 0;
            KernelFile file = index ? registrations.ring(ring) : file(ring);
            if (!(file instanceof SimulatedRing entered)) {
                return file == null ? badDescriptor("enter " + ring) : Errno.EOPNOTSUPP.result();
            }
            clock += 1000 + chance.below(1000);
            return entered.enter(toSubmit, minComplete, flags, argument, argumentBytes);
        });
    }

    @Override
    public int register(int ringFd, int operation, long argument, int count) {
        return locked(() -> {
            if (ringFd == -1) {
                return registrations.register(null, operation, argument, count);
            }
            if (ringFd < 0) {
                return Errno.EBADF.result(); // a trial with a descriptor that can't exist
            }
            boolean index = operation < 0; // IORING_REGISTER_USE_REGISTERED_RING
            KernelFile file = index ? registrations.ring(ringFd) : file(ringFd);
            if (!(file instanceof SimulatedRing ring)) {
                return badDescriptor("register " + ringFd);
            }
            return ring.isForeign()
                    ? Errno.EEXIST.result()
                    : registrations.register(ring, operation & Integer.MAX_VALUE, argument, count);
        });
    }

    @Override
    public long mapRing(int ringFd, long lengthBytes, long offset) {
        return locked(() -> {
            if (!(file(ringFd) instanceof SimulatedRing ring)) {
                return (long) badDescriptor("mmap " + ringFd);
            }
            MemorySegment part = offset == Abi.OFFSET_RINGS ? ring.rings : offset == Abi.OFFSET_SQES ? ring.sqes : null;
            if (part == null || lengthBytes > part.byteSize()) {
                return (long) Errno.EINVAL.result();
            }
            maps.put(part.address(), ring);
            return part.address();
        });
    }

    /** The machine's own, because it has to be large and cost nothing. */
    @Override
    public long reserveMemory(long lengthBytes) {
        return locked(() -> {
            long address = Kernel.linux().reserveMemory(lengthBytes);
            reservations.put(address, lengthBytes);
            return address;
        });
    }

    @Override
    public int unmap(long address, long lengthBytes) {
        return locked(() -> {
            if (!reservations.remove(address, lengthBytes)) {
                throw violation("munmap of what isn't mapped: " + Long.toHexString(address));
            }
            return Kernel.linux().unmap(address, lengthBytes);
        });
    }

    @Override
    public int unmapRing(long address, long lengthBytes) {
        return locked(() -> {
            SimulatedRing ring = maps.remove(address);
            if (ring == null) {
                throw violation("munmap of what isn't mapped: " + Long.toHexString(address));
            }
            ring.giveUp("munmap");
            NativeMemory.at(address, lengthBytes).fill(UNMAPPED);
            return 0;
        });
    }

    @Override
    public int eventFd(int flags) {
        return locked(() -> descriptorsExhausted() ? Errno.EMFILE.result() : install(new EventFile()));
    }

    @Override
    public int signalEventFd(int eventFd) {
        return locked(() -> {
            if (!(file(eventFd) instanceof EventFile file)) {
                return badDescriptor("write to eventfd " + eventFd);
            }
            file.signal();
            return 0;
        });
    }

    @Override
    public int duplicate(int fd) {
        return locked(() -> {
            KernelFile file = files.get(fd);
            return file == null ? badDescriptor("duplicate " + fd) : install(file);
        });
    }

    @Override
    public int closeRing(int ring) {
        return close(ring);
    }

    @Override
    public int close(int fd) {
        return locked(() -> {
            KernelFile file = files.remove(fd);
            if (file == null) {
                return badDescriptor("close " + fd);
            }
            if (file instanceof SimulatedRing ring) {
                ring.giveUp("close");
            }
            dropChecked(file, "fd " + fd);
            return 0;
        });
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return locked(() -> descriptorsExhausted() ? Errno.EMFILE.result() : install(new SimulatedSocket()));
    }

    /** There are no datagrams here. */
    @Override
    public int connectDatagram(int fd, MemorySegment address) {
        return Errno.EOPNOTSUPP.result();
    }

    @Override
    public int bind(int fd, MemorySegment address) {
        return locked(() -> network.bind(file(fd), SocketAddresses.decode(address)));
    }

    @Override
    public int listen(int fd, int backlog) {
        return locked(() -> network.listen(file(fd), backlog));
    }

    @Override
    public int shutdown(int fd, int how) {
        return locked(() -> {
            KernelFile file = file(fd);
            return file == null ? badDescriptor("shutdown " + fd) : file.shutdown(how);
        });
    }

    @Override
    public int setSocketOption(int fd, int level, int name, int value) {
        return setSocketOption(fd, level, name, MemorySegment.ofArray(new int[] {value}));
    }

    @Override
    public int setSocketOption(int fd, int level, int name, MemorySegment value) {
        return locked(() -> network.setOption(fd, level, name, value));
    }

    @Override
    public long getSocketOption(int fd, int level, int name) {
        int[] value = new int[1];
        int result = getSocketOption(fd, level, name, MemorySegment.ofArray(value));
        return result < 0 ? result : Integer.toUnsignedLong(value[0]);
    }

    @Override
    public int getSocketOption(int fd, int level, int name, MemorySegment value) {
        return locked(() -> network.getOption(fd, level, name, value));
    }

    @Override
    public int socketName(int fd, MemorySegment address) {
        return locked(() -> network.name(fd, address, false));
    }

    @Override
    public int peerName(int fd, MemorySegment address) {
        return locked(() -> network.name(fd, address, true));
    }

    @Override
    public FileCalls files() {
        return new SimulatedFileCalls(this);
    }

    @Override
    public long nanoTime() {
        return threaded
                ? System.nanoTime()
                : locked(() -> {
                    pollingThreadsMove();
                    return clock;
                });
    }

    /** Polling threads look at their queues whenever they like: here, whenever anybody calls the kernel. */
    private void pollingThreadsMove() {
        for (KernelFile file : List.copyOf(files.values())) {
            if (file instanceof SimulatedRing ring && ring.isPolled() && chance.coin()) {
                clock += chance.below(100_000);
                ring.poll();
            }
        }
    }

    // ---- for the rings

    Chance chance() {
        return chance;
    }

    boolean isThreaded() {
        return threaded;
    }

    boolean isStuck() {
        return stuck;
    }

    /** What the kernel has done lately; empty unless a single seed runs. */
    public String recent() {
        return trace.text();
    }

    Trace trace() {
        return trace;
    }

    long now() {
        return threaded ? System.nanoTime() : clock;
    }

    MemorySegment allocate(long bytes) {
        return arena.allocate(bytes, 4096);
    }

    SimulatedNetwork network() {
        return network;
    }

    Collection<KernelFile> descriptors() {
        return files.values();
    }

    @Nullable
    KernelFile file(int fd) {
        return files.get(fd);
    }

    boolean descriptorsExhausted() {
        return files.size() >= descriptorLimit;
    }

    /** Numbers are not used again: one that is used after its close names nothing, rather than another file. */
    private int install(KernelFile file) {
        int fd = nextDescriptor++;
        files.put(fd, file);
        file.refer();
        return fd;
    }

    /** Gives a file that an operation has opened a descriptor or a slot. */
    int install(SimulatedRing ring, Request request, KernelFile file) {
        if (request.fileIndex == Abi.FILE_INDEX_ALLOC) {
            return ring.slots.install(file);
        }
        if (request.fileIndex != 0) {
            return ring.slots.set(request.fileIndex - 1, file);
        }
        return descriptorsExhausted() ? Errno.EMFILE.result() : install(file);
    }

    /** As {@link #install(SimulatedRing, Request, KernelFile)}, for a second file of the same operation: into the next slot. */
    int installBeside(SimulatedRing ring, Request request, KernelFile file) {
        boolean explicit = request.fileIndex != 0 && request.fileIndex != Abi.FILE_INDEX_ALLOC;
        return explicit ? ring.slots.set(request.fileIndex, file) : install(ring, request, file);
    }

    /** The operations that were submitted so far. */
    Set<Opcode> submitted() {
        return submitted;
    }

    Registrations registrations() {
        return registrations;
    }

    FutexQueue futexes() {
        return futexes;
    }

    FileTree tree() {
        return tree;
    }

    void dropChecked(KernelFile file, String name) {
        if (file.operations() > 0) {
            throw violation("close of " + name + " with " + file.operations() + " operations on it: " + file);
        }
        file.drop();
    }

    int badDescriptor(String what) {
        if (!badDescriptorsExpected) {
            throw violation(what + ": no such descriptor; used after its close?");
        }
        return Errno.EBADF.result();
    }

    Violation violation(String message) {
        Violation violation = new Violation(message + " (" + this + ")" + trace.text());
        violations.add(violation);
        return violation;
    }

    /** The rest of the world does a step, without holding this kernel up: it may well call it. */
    boolean worldMoves() {
        int holds = lock.getHoldCount();
        for (int i = 0; i < holds; i++) {
            lock.unlock();
        }
        try {
            return world.getAsBoolean();
        } finally {
            for (int i = 0; i < holds; i++) {
                lock.lock();
            }
        }
    }

    /** A wait has nothing else to wait for than time, or other threads. */
    void sleep(long nanos, SimulatedRing ring) {
        if (threaded) {
            try {
                // Spurious returns are harmless; a bound keeps a lost signal from hanging the build.
                moved.awaitNanos(Math.min(nanos, 50_000_000L));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else if (nanos == Long.MAX_VALUE) {
            throw violation("waits for ever: nothing that could end the wait is left; " + ring);
        } else {
            clock += nanos;
        }
    }

    <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            if (threaded) {
                moved.signalAll();
            }
            lock.unlock();
        }
    }
}
