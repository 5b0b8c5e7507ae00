package io.fluxring.tests.soak;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files that are opened, looked at and closed again, by descriptor or by slot. An open that is cancelled must not leak. */
final class OpenCloseTraffic implements Traffic {
    private static final int VISITORS = 12;

    private final Soak soak;
    private final MemorySegment path;
    private final List<Visitor> idle = new ArrayList<>();

    OpenCloseTraffic(Soak soak, Path folder) {
        this.soak = soak;
        path = soak.loop().memory().allocateFrom(folder.resolve("content").toString());
        for (int i = 0; i < VISITORS; i++) {
            idle.add(new Visitor(i % 2 == 0));
        }
    }

    @Override
    public void begin() {
        if (!idle.isEmpty()) {
            idle.remove(soak.random().nextInt(idle.size())).open.start();
        }
    }

    /** Opens, reads a few bytes, closes. */
    private final class Visitor {
        private final boolean direct;
        private final MemorySegment bytes = soak.loop().memory().allocate(64, 8);
        private int fd;

        private final TrackedOperation open = new TrackedOperation(soak, Opcode.OPENAT, "open") {
            @Override
            protected void prepare(Sqe sqe) {
                if (direct) {
                    sqe.prepOpen(Libc.AT_FDCWD, path.address(), Libc.O_RDONLY, 0)
                            .intoFreeSlot();
                } else {
                    sqe.prepOpen(Libc.AT_FDCWD, path.address(), Libc.O_RDONLY | Libc.O_CLOEXEC, 0);
                }
            }

            @Override
            protected void ended(int result, int flags) {
                if (result >= 0) {
                    fd = result;
                    read.start();
                } else {
                    expect(result, 0);
                    idle.add(Visitor.this);
                }
            }
        };

        private final TrackedOperation read = new TrackedOperation(soak, Opcode.READ, "read of a visitor") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepRead(fd, bytes.address(), 64, 4096);
                if (direct) {
                    sqe.fixedFile();
                }
            }

            @Override
            protected void ended(int result, int flags) {
                expect(result, 64);
                close.start();
            }
        };

        private final TrackedOperation close = new TrackedOperation(soak, Opcode.CLOSE, "close") {
            @Override
            protected void prepare(Sqe sqe) {
                if (direct) {
                    sqe.prepCloseDirect(fd);
                } else {
                    sqe.prepClose(fd);
                }
            }

            @Override
            protected void ended(int result, int flags) {
                if (wasCancelled(result)) {
                    start(); // the descriptor is still there
                } else {
                    expect(result, 0);
                    idle.add(Visitor.this);
                }
            }
        };

        Visitor(boolean direct) {
            this.direct = direct;
        }
    }
}
