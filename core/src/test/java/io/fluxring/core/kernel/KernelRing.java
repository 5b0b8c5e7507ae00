package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.layout.TimespecLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A bare ring on the real kernel, with memory of its own. What is added with {@link #add} is noted for {@link Shows}. The test
 * that opens it closes it, with nothing in flight.
 */
final class KernelRing implements AutoCloseable {
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Arena arena = Arena.ofShared();
    private final Ring ring;
    private final WatchedKernel kernel = new WatchedKernel();
    private final Deque<Cqe> taken = new ArrayDeque<>();
    private final List<Integer> descriptors = new ArrayList<>();
    private long nextUserData = 1;

    private KernelRing(RingConfig config) {
        ring = Ring.open(kernel, config);
    }

    /** A small enabled ring. */
    static KernelRing open() {
        return open(RingConfig.defaults().withEntries(64, 256));
    }

    /** An enabled ring. */
    static KernelRing open(RingConfig config) {
        KernelRing opened = openDisabled(config);
        opened.ring.enable();
        return opened;
    }

    /** A ring that nobody has enabled yet. */
    static KernelRing openDisabled(RingConfig config) {
        return new KernelRing(config);
    }

    Ring ring() {
        return ring;
    }

    /** The ring's descriptor. */
    int fd() {
        return ring.fd();
    }

    // ---- descriptors, as long as the ring lives

    /** A new eventfd, which can be read when its counter is not 0. */
    int eventFd() {
        return owned(kernel.eventFd(Libc.EFD_CLOEXEC));
    }

    /** Adds one to an eventfd's counter. */
    void signal(int eventFd) {
        assertThat(kernel.signalEventFd(eventFd)).isZero();
    }

    /** Both ends of a new pipe: the reading one, then the writing one. */
    int[] pipe() {
        MemorySegment fds = arena.allocate(8, 8);
        assertThat(run(sqe -> sqe.prepPipe(fds.address(), Libc.O_CLOEXEC)).result())
                .isZero();
        return new int[] {owned(fds.get(JAVA_INT, 0)), owned(fds.get(JAVA_INT, 4))};
    }

    /** A descriptor that is closed with the ring. */
    int owned(int fd) {
        assertThat(fd).isNotNegative();
        descriptors.add(fd);
        return fd;
    }

    /** Closes a descriptor now. */
    void closeOwned(int fd) {
        assertThat(descriptors.remove((Integer) fd)).isTrue();
        assertThat(kernel.close(fd)).isZero();
    }

    /** Registers a table of empty slots. */
    void sparseFiles(int slots) {
        MemorySegment registration = arena.allocate(32, 8);
        registration.set(JAVA_INT, 0, slots);
        registration.set(JAVA_INT, 4, Abi.RSRC_REGISTER_SPARSE);
        assertThat(ring.register(RegisterOperation.FILES2, registration.address(), 32))
                .isZero();
    }

    /** Puts a descriptor into a slot of the registered files. */
    void putIntoSlot(int fd, int slot) {
        MemorySegment fds = arena.allocateFrom(JAVA_INT, fd);
        assertThat(run(sqe -> sqe.prepFilesUpdate(fds.address(), 1, slot)).result())
                .isEqualTo(1);
    }

    // ---- memory, as long as the ring lives

    MemorySegment allocate(long bytes) {
        return arena.allocate(bytes, 4096);
    }

    /** The address of a duration, or of a time since a clock's zero. */
    long timespec(long nanos) {
        MemorySegment timespec = arena.allocate(TimespecLayout.BYTES, 8);
        TimespecLayout.put(timespec, nanos);
        return timespec.address();
    }

    MemorySegment text(String text) {
        return arena.allocateFrom(text);
    }

    MemorySegment bytes(String text) {
        return arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, text.getBytes(StandardCharsets.UTF_8));
    }

    // ---- operations

    /**
     * Claims and fills an entry; it goes to the kernel with the next wait.
     *
     * @return the entry's user data
     */
    long add(Consumer<Sqe> preparation) {
        return add(nextUserData++, preparation);
    }

    /** Like {@link #add(Consumer)}, with user data of the test's choice. */
    long add(long userData, Consumer<Sqe> preparation) {
        Sqe sqe = ring.submissions().claim();
        assertThat(sqe).as("a free entry").isNotNull();
        preparation.accept(sqe);
        sqe.userData(userData);
        KernelUse.saw(sqe.opcode());
        return userData;
    }

    /** Shows what was added to the kernel, without waiting. */
    int submit() {
        return ring.submit();
    }

    /** Submits and waits until that many completions are there, and takes them, in their order. */
    List<Cqe> await(int count) {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (taken.size() < count) {
            take();
            if (taken.size() < count) {
                assertThat(System.nanoTime() - deadline)
                        .as("%d of %d completions came: %s", taken.size(), count, taken)
                        .isNegative();
                ring.submitAndWait(1, TimeUnit.MILLISECONDS.toNanos(100), 0);
            }
        }
        List<Cqe> cqes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            cqes.add(taken.remove());
        }
        return cqes;
    }

    /** The next completion, whichever it is. */
    Cqe await() {
        return await(1).getFirst();
    }

    /** The next completion of one entry; those of others stay where they are. */
    Cqe awaitOf(long userData) {
        List<Cqe> others = new ArrayList<>();
        Cqe cqe = await();
        while (cqe.userData() != userData) {
            others.add(cqe);
            cqe = await();
        }
        for (Cqe other : others.reversed()) {
            taken.addFirst(other);
        }
        return cqe;
    }

    /** Adds one entry and awaits its completion. */
    Cqe run(Consumer<Sqe> preparation) {
        return awaitOf(add(preparation));
    }

    /** What has completed by now, without a wait. */
    List<Cqe> takeReady() {
        ring.submit();
        take();
        List<Cqe> cqes = new ArrayList<>(taken);
        taken.clear();
        return cqes;
    }

    private void take() {
        ring.completions().drain((userData, result, flags) -> taken.add(new Cqe(userData, result, flags)));
    }

    @Override
    public void close() {
        ring.close();
        descriptors.forEach(kernel::close);
        arena.close();
    }
}
