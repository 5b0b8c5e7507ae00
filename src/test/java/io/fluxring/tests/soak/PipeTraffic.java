package io.fluxring.tests.soak;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Pipes with a counter in them: what comes out continues what came out before. Polls on them besides. */
final class PipeTraffic implements Traffic {
    private static final int PIPES = 6;
    private static final int LONGS = 128;

    private final Soak soak;
    private final List<Pipe> pipes = new ArrayList<>();

    PipeTraffic(Soak soak) {
        this.soak = soak;
        for (int i = 0; i < PIPES; i++) {
            pipes.add(new Pipe());
        }
    }

    @Override
    public void begin() {
        pipes.get(soak.random().nextInt(PIPES)).begin();
    }

    @Override
    public void closeDescriptors(Kernel kernel) {
        for (Pipe pipe : pipes) {
            kernel.close(pipe.readFd);
            kernel.close(pipe.writeFd);
        }
    }

    private final class Pipe {
        private final MemorySegment toWrite = soak.loop().memory().allocate(LONGS * 8L, 8);
        private final MemorySegment toRead = soak.loop().memory().allocate(LONGS * 8L, 8);
        private final int readFd;
        private final int writeFd;
        private long writtenBytes;
        private long readBytes;

        private final TrackedOperation write = new TrackedOperation(soak, Opcode.WRITE, "pipe write") {
            @Override
            protected void prepare(Sqe sqe) {
                for (int i = 0; i < LONGS; i++) {
                    toWrite.setAtIndex(ValueLayout.JAVA_LONG, i, writtenBytes / 8 + i);
                }
                sqe.prepWrite(writeFd, toWrite.address(), 8 * (1 + soak.random().nextInt(LONGS)), -1);
            }

            @Override
            protected void ended(int result, int flags) {
                if (result < 0) {
                    expect(result, 0);
                } else if (result % 8 != 0) {
                    throw new AssertionError("a pipe has taken " + result + " bytes");
                } else {
                    writtenBytes += result;
                }
            }
        };

        private final TrackedOperation read = new TrackedOperation(soak, Opcode.READ, "pipe read") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepRead(readFd, toRead.address(), 8 * (1 + soak.random().nextInt(LONGS)), -1);
            }

            @Override
            protected void ended(int result, int flags) {
                if (result < 0) {
                    expect(result, 0);
                    return;
                }
                for (int at = 0; at < result; at += 8) {
                    long found = toRead.get(ValueLayout.JAVA_LONG, at);
                    if (found != (readBytes + at) / 8) {
                        throw new AssertionError("a pipe brought " + found + " instead of " + (readBytes + at) / 8);
                    }
                }
                readBytes += result;
            }
        };

        private final TrackedOperation poll = new TrackedOperation(soak, Opcode.POLL_ADD, "poll") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepPoll(readFd, Libc.POLLIN);
            }

            @Override
            protected void ended(int result, int flags) {
                expect(result, Libc.POLLIN);
            }
        };

        Pipe() {
            MemorySegment fds = soak.loop().memory().allocate(8, 4);
            int result = Once.run(soak.loop(), Opcode.PIPE, sqe -> sqe.prepPipe(fds.address(), Libc.O_CLOEXEC));
            if (result != 0) {
                throw new AssertionError(Errno.describe(result));
            }
            readFd = fds.get(ValueLayout.JAVA_INT, 0);
            writeFd = fds.get(ValueLayout.JAVA_INT, 4);
        }

        void begin() {
            TrackedOperation next = soak.chance(0.45) ? write : soak.chance(0.9) ? read : poll;
            if (next.isIdle()) {
                next.start();
            }
        }
    }
}
