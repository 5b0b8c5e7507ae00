package io.fluxring.tests.soak;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Chains: a write, a sync that may fail without harm, a read of what was written; and a wait with a limit of time. A member that
 * is cut off does nothing, one that runs has all before it behind it.
 */
final class ChainTraffic implements Traffic {
    private static final int CHAINS = 6;
    private static final int LIMITS = 4;
    private static final int BLOCK_BYTES = 512;

    private final Soak soak;
    private final int fd;
    private final int pipeFd;
    private final int otherPipeFd;
    private final List<Runnable> idle = new ArrayList<>();

    ChainTraffic(Soak soak, Path folder) {
        this.soak = soak;
        MemorySegment path =
                soak.loop().memory().allocateFrom(folder.resolve("chains").toString());
        fd = Once.run(
                soak.loop(),
                Opcode.OPENAT,
                sqe -> sqe.prepOpen(Libc.AT_FDCWD, path.address(), Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC, 0600));
        MemorySegment fds = soak.loop().memory().allocate(8, 4);
        Once.run(soak.loop(), Opcode.PIPE, sqe -> sqe.prepPipe(fds.address(), Libc.O_CLOEXEC));
        pipeFd = fds.get(ValueLayout.JAVA_INT, 0);
        otherPipeFd = fds.get(ValueLayout.JAVA_INT, 4);
        for (int i = 0; i < CHAINS; i++) {
            idle.add(new WriteSyncRead((long) i * BLOCK_BYTES)::begin);
        }
        for (int i = 0; i < LIMITS; i++) {
            idle.add(new LimitedWait()::begin);
        }
    }

    @Override
    public void begin() {
        if (!idle.isEmpty()) {
            idle.remove(soak.random().nextInt(idle.size())).run();
        }
    }

    @Override
    public void closeDescriptors(Kernel kernel) {
        kernel.close(fd);
        kernel.close(pipeFd);
        kernel.close(otherPipeFd);
    }

    /** Its own block of the file, written with a count that goes up. */
    private final class WriteSyncRead {
        private final MemorySegment written = soak.loop().memory().allocate(BLOCK_BYTES, 8);
        private final MemorySegment found = soak.loop().memory().allocate(BLOCK_BYTES, 8);
        private final Runnable self = this::begin;
        private long count;
        private boolean wrote;
        private int left;

        private final TrackedOperation write;
        private final TrackedOperation sync;
        private final TrackedOperation read;

        WriteSyncRead(long position) {
            write = new Member(Opcode.WRITE, "write of a chain") {
                @Override
                protected void prepare(Sqe sqe) {
                    sqe.prepWrite(fd, written.address(), BLOCK_BYTES, position);
                }

                @Override
                protected void judge(int result) {
                    expect(result, BLOCK_BYTES);
                    wrote = result == BLOCK_BYTES;
                }
            };
            sync = new Member(Opcode.FSYNC, "sync of a chain") {
                @Override
                protected void prepare(Sqe sqe) {
                    sqe.prepSync(fd, 0).hardLink();
                }

                @Override
                protected void judge(int result) {
                    if (result != CANCELLED) { // or it was cut off
                        expect(result, 0);
                    }
                }
            };
            read = new Member(Opcode.READ, "read of a chain") {
                @Override
                protected void prepare(Sqe sqe) {
                    sqe.prepRead(fd, found.address(), BLOCK_BYTES, position);
                }

                @Override
                protected void judge(int result) {
                    if (result == CANCELLED) {
                        return;
                    }
                    expect(result, BLOCK_BYTES);
                    if (result == BLOCK_BYTES && (!wrote || found.get(ValueLayout.JAVA_LONG, 0) != count)) {
                        throw new AssertionError("a chain has read " + found.get(ValueLayout.JAVA_LONG, 0)
                                + " behind a write of " + count + ", done: " + wrote);
                    }
                }
            };
        }

        void begin() {
            count++;
            wrote = false;
            left = 3;
            for (int at = 0; at < BLOCK_BYTES; at += 8) {
                written.set(ValueLayout.JAVA_LONG, at, count);
            }
            TrackedOperation.startChain(soak, write, sync, read);
        }

        /** One of the three. */
        private abstract class Member extends TrackedOperation {
            Member(Opcode opcode, String kind) {
                super(soak, opcode, kind);
            }

            abstract void judge(int result);

            @Override
            protected void ended(int result, int flags) {
                if (--left == 0) {
                    idle.add(self);
                }
                judge(result);
            }
        }
    }

    /** A read of a pipe in which nothing ever comes, with a limit of time. */
    private final class LimitedWait {
        private final MemorySegment time = soak.loop().memory().allocate(16, 8);
        private final MemorySegment bytes = soak.loop().memory().allocate(8, 8);
        private final Runnable self = this::begin;
        private int left;

        private final TrackedOperation read = new TrackedOperation(soak, Opcode.READ, "read with a limit") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepRead(pipeFd, bytes.address(), 8, -1);
            }

            @Override
            protected void ended(int result, int flags) {
                if (result != CANCELLED && result != Errno.EINTR.result()) {
                    throw new AssertionError("a read of nothing has ended with " + result);
                }
                over();
            }
        };

        private final TrackedOperation limit = new TrackedOperation(soak, Opcode.LINK_TIMEOUT, "limit of a read") {
            @Override
            protected void prepare(Sqe sqe) {
                time.set(ValueLayout.JAVA_LONG, 0, 0);
                time.set(ValueLayout.JAVA_LONG, 8, 1 + soak.random().nextInt(1_000_000));
                sqe.prepLinkTimeout(time.address(), 0);
            }

            @Override
            protected void ended(int result, int flags) {
                if (result != Errno.ETIME.result()
                        && result != CANCELLED
                        && result != Errno.ENOENT.result()
                        && result != Errno.EALREADY.result()) {
                    throw new AssertionError("the limit of a read has ended with " + result);
                }
                over();
            }
        };

        void begin() {
            left = 2;
            TrackedOperation.startChain(soak, read, limit);
        }

        private void over() {
            if (--left == 0) {
                idle.add(self);
            }
        }
    }
}
