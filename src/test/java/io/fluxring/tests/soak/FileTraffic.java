package io.fluxring.tests.soak;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes of one file, in which every long says where it stands: whatever is read must say so too. */
final class FileTraffic implements Traffic {
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS = 1024;
    private static final int READS = 32;
    private static final int WRITES = 16;
    private static final int REGISTERED = 0;

    private final Soak soak;
    private final int fd;
    private final List<TrackedOperation> idle = new ArrayList<>();

    FileTraffic(Soak soak, Path folder) {
        this.soak = soak;
        MemorySegment path =
                soak.loop().memory().allocateFrom(folder.resolve("content").toString());
        fd = Once.run(
                soak.loop(),
                Opcode.OPENAT,
                sqe -> sqe.prepOpen(Libc.AT_FDCWD, path.address(), Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC, 0600));
        MemorySegment block = block();
        for (int i = 0; i < BLOCKS; i++) {
            long position = (long) i * BLOCK_BYTES;
            fill(block, position);
            Once.run(soak.loop(), Opcode.WRITE, sqe -> sqe.prepWrite(fd, block.address(), BLOCK_BYTES, position));
        }
        MemorySegment registered = soak.loop().memory().allocate((long) READS * BLOCK_BYTES, BLOCK_BYTES);
        if (soak.loop().bufferTable().register(registered) != 0) {
            throw new AssertionError("the buffers can't be registered");
        }
        for (int i = 0; i < READS; i++) {
            idle.add(new Read(registered.asSlice((long) i * BLOCK_BYTES, BLOCK_BYTES)));
        }
        for (int i = 0; i < WRITES; i++) {
            idle.add(new Write());
        }
        idle.add(new Sync());
    }

    @Override
    public void begin() {
        if (!idle.isEmpty()) {
            idle.remove(soak.random().nextInt(idle.size())).start();
        }
    }

    @Override
    public void closeDescriptors(Kernel kernel) {
        kernel.close(fd);
    }

    private MemorySegment block() {
        return soak.loop().memory().allocate(BLOCK_BYTES, BLOCK_BYTES);
    }

    private long anyPosition() {
        return (long) soak.random().nextInt(BLOCKS) * BLOCK_BYTES;
    }

    private static void fill(MemorySegment block, long position) {
        for (int at = 0; at < BLOCK_BYTES; at += Long.BYTES) {
            block.set(ValueLayout.JAVA_LONG, at, position + at);
        }
    }

    private final class Read extends TrackedOperation {
        private final MemorySegment block;
        private long position;

        Read(MemorySegment block) {
            super(soak, Opcode.READ, "read");
            this.block = block;
        }

        @Override
        protected void prepare(Sqe sqe) {
            position = anyPosition();
            block.fill((byte) -1);
            if (soak.chance(0.5)) {
                sqe.prepReadFixed(fd, block.address(), BLOCK_BYTES, position, REGISTERED);
            } else {
                sqe.prepRead(fd, block.address(), BLOCK_BYTES, position);
            }
            if (soak.chance(0.02)) {
                sqe.async();
            }
        }

        @Override
        protected void ended(int result, int flags) {
            expect(result, BLOCK_BYTES);
            for (int at = 0; at < result; at += Long.BYTES) {
                long found = block.get(ValueLayout.JAVA_LONG, at);
                if (found != position + at) {
                    throw new AssertionError("read at " + (position + at) + " brought " + found);
                }
            }
            idle.add(this);
        }
    }

    private final class Write extends TrackedOperation {
        private final MemorySegment block = block();

        Write() {
            super(soak, Opcode.WRITE, "write");
        }

        @Override
        protected void prepare(Sqe sqe) {
            long position = anyPosition();
            fill(block, position);
            sqe.prepWrite(fd, block.address(), BLOCK_BYTES, position);
        }

        @Override
        protected void ended(int result, int flags) {
            expect(result, BLOCK_BYTES);
            idle.add(this);
        }
    }

    private final class Sync extends TrackedOperation {
        Sync() {
            super(soak, Opcode.FSYNC, "sync");
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepSync(fd, 0);
        }

        @Override
        protected void ended(int result, int flags) {
            expect(result, 0);
            idle.add(this);
        }
    }
}
