package io.fluxring.core.sim;

import io.fluxring.core.entry.RawSqe;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/** What is in files: reads and writes in all forms, sizes, syncs, registered buffers. */
final class FileScenarios {
    private static final int FIRST = 1;
    private static final int SECOND = 2;
    private static final int THIRD = 3;

    private FileScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("file written and read", FileScenarios::writeAndRead);
        all.put("file read to its end", FileScenarios::readToEnd);
        all.put("file at its own position", FileScenarios::ownPosition);
        all.put("file in pieces", FileScenarios::vectors);
        all.put("file appended to", FileScenarios::append);
        all.put("file that may not be read or written", FileScenarios::refused);
        all.put("file read into provided buffers", FileScenarios::provided);
        all.put("file of another size", FileScenarios::sizes);
        all.put("file and syncs", FileScenarios::syncs);
        all.put("registered buffers", FileScenarios::fixed);
        all.put("registered buffers in pieces", FileScenarios::fixedVectors);
        all.put("registered buffers, changed", FileScenarios::changedBuffers);
        all.put("eventfd read and written", FileScenarios::eventFd);
        all.put("eventfd read again and again", FileScenarios::eventFdMultishot);
    }

    /** An open file with some content. */
    static int file(Bench bench, String name, String content) {
        int fd = open(bench, name, Libc.O_RDWR | Libc.O_CREAT);
        if (!content.isEmpty()) {
            write(bench, fd, content, 0).userData(0);
            bench.ring.submitAndWait(1, 3_000_000_000L, 0);
            bench.ring.completions().drain((userData, result, flags) -> Bench.require(result));
        }
        return fd;
    }

    static int open(Bench bench, String name, int flags) {
        openEntry(bench, name, flags, 0644).userData(0);
        bench.ring.submitAndWait(1, 3_000_000_000L, 0);
        int[] fd = new int[1];
        bench.ring.completions().drain((userData, result, cqe) -> fd[0] = Bench.require(result));
        bench.owns(fd[0]);
        return fd[0];
    }

    static Sqe openEntry(Bench bench, String name, int flags, int mode) {
        return RawSqe.write(bench.sqe(), Opcode.OPENAT, Libc.AT_FDCWD, 0, bench.path(name), mode, flags);
    }

    static Sqe write(Bench bench, int fd, String text, long position) {
        MemorySegment bytes = bench.arena.allocateFrom(text);
        return RawSqe.write(bench.sqe(), Opcode.WRITE, fd, position, bytes.address(), text.length(), 0);
    }

    private static Sqe read(Bench bench, int fd, MemorySegment target, int length, long position) {
        return bench.sqe().prepRead(fd, target.address(), length, position);
    }

    private static String text(MemorySegment bytes) {
        return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII).replace('\0', '.');
    }

    private static void writeAndRead(Bench bench) {
        int fd = open(bench, "a", Libc.O_RDWR | Libc.O_CREAT);
        MemorySegment target = bench.arena.allocate(16);
        write(bench, fd, "hello, world", 0).link().userData(FIRST);
        write(bench, fd, "W", 7).link().userData(SECOND);
        read(bench, fd, target, 12, 0).userData(THIRD);
        bench.submit(3);
        bench.note(text(target));
        write(bench, fd, "far", 14).userData(FIRST);
        bench.submit(1);
        read(bench, fd, target, 16, 5).userData(SECOND);
        bench.submit(1);
        bench.note(text(target));
    }

    private static void readToEnd(Bench bench) {
        int fd = file(bench, "a", "hello");
        MemorySegment target = bench.arena.allocate(16);
        read(bench, fd, target, 5, 0).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
        read(bench, fd, target, 6, 0).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
        read(bench, fd, target, 6, 5).userData(THIRD);
        bench.submit(1);
        read(bench, fd, target, 6, 99).userData(THIRD);
        bench.submit(1);
        read(bench, fd, target, 0, 0).userData(THIRD);
        bench.submit(1);
    }

    private static void ownPosition(Bench bench) {
        int fd = file(bench, "a", "");
        MemorySegment target = bench.arena.allocate(16);
        for (String piece : new String[] {"abc", "defg"}) {
            write(bench, fd, piece, -1).userData(FIRST);
            bench.submit(1);
        }
        read(bench, fd, target, 16, 0).userData(SECOND);
        bench.submit(1);
        bench.note(text(target));
        read(bench, fd, target, 16, -1).userData(SECOND);
        bench.submit(1);
    }

    private static long vectors(Bench bench, MemorySegment... parts) {
        MemorySegment vectors = bench.arena.allocate(16L * parts.length, 8);
        for (int i = 0; i < parts.length; i++) {
            vectors.set(ValueLayout.JAVA_LONG, 16L * i, parts[i].address());
            vectors.set(ValueLayout.JAVA_LONG, 16L * i + 8, parts[i].byteSize());
        }
        return vectors.address();
    }

    private static MemorySegment bytes(Bench bench, String text) {
        return bench.arena.allocateFrom(ValueLayout.JAVA_BYTE, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static void vectors(Bench bench) {
        int fd = file(bench, "a", "");
        long written = vectors(bench, bytes(bench, "one"), bytes(bench, "two"), bytes(bench, "three"));
        RawSqe.write(bench.sqe(), Opcode.WRITEV, fd, 0, written, 3, 0).userData(FIRST);
        bench.submit(1);
        MemorySegment first = bench.arena.allocate(4);
        MemorySegment second = bench.arena.allocate(20);
        RawSqe.write(bench.sqe(), Opcode.READV, fd, 0, vectors(bench, first, second), 2, 0)
                .userData(SECOND);
        bench.submit(1);
        bench.note(text(first) + " " + text(second));
        RawSqe.write(bench.sqe(), Opcode.READV, fd, 0, written, 1025, 0).userData(THIRD);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.READV, fd, 0, written, 0, 0).userData(THIRD);
        bench.submit(1);
    }

    private static void append(Bench bench) {
        int fd = file(bench, "a", "start ");
        RawSqe.write(bench.sqe(), Opcode.WRITE, fd, 0, bytes(bench, "more").address(), 4, Libc.RWF_APPEND)
                .userData(FIRST);
        bench.submit(1);
        int appending = open(bench, "a", Libc.O_WRONLY | Libc.O_APPEND);
        write(bench, appending, " and more", 2).userData(SECOND);
        bench.submit(1);
        MemorySegment target = bench.arena.allocate(32);
        read(bench, fd, target, 32, 0).userData(THIRD);
        bench.submit(1);
        bench.note(text(target));
    }

    private static void refused(Bench bench) {
        file(bench, "a", "hello");
        MemorySegment target = bench.arena.allocate(8);
        int readOnly = open(bench, "a", Libc.O_RDONLY);
        int writeOnly = open(bench, "a", Libc.O_WRONLY);
        int directory = open(bench, "", Libc.O_RDONLY | Libc.O_DIRECTORY);
        write(bench, readOnly, "x", 0).userData(FIRST);
        bench.submit(1);
        read(bench, writeOnly, target, 1, 0).userData(FIRST);
        bench.submit(1);
        read(bench, directory, target, 1, 0).userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.READ, readOnly, 0, target.address(), 1, 0x4000)
                .userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.READ, readOnly, -2, target.address(), 1, 0)
                .userData(FIRST);
        bench.submit(1);
        read(bench, 9999, target, 1, 0).userData(FIRST);
        bench.submit(1);
    }

    private static void provided(Bench bench) {
        int fd = file(bench, "a", "hello, world");
        BufferRing buffers = bench.buffers(BufferRingConfig.of(2, 8));
        for (int position : new int[] {0, 8, 0}) {
            RawSqe.write(bench.sqe(), Opcode.READ, 0, fd, position, 0, position == 8 ? 2 : 0, 0, buffers.group(), 0)
                    .flags(Abi.SQE_BUFFER_SELECT)
                    .userData(FIRST);
            bench.ring.submitAndWait(1, 3_000_000_000L, 0);
            bench.ring.completions().drain((userData, result, flags) -> {
                BufferLease lease = buffers.take(result, flags, null);
                bench.note(Bench.describe(result, flags)
                        + (lease == null ? "" : " " + lease.text(StandardCharsets.US_ASCII)));
                if (lease != null) {
                    bench.atEnd(lease::release);
                }
            });
        }
        RawSqe.write(bench.sqe(), Opcode.WRITE, 0, fd, 0, 0, 0, 0, buffers.group(), 0)
                .flags(Abi.SQE_BUFFER_SELECT)
                .userData(SECOND);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.READ_MULTISHOT, 0, fd, 0, 0, 0, 0, buffers.group(), 0)
                .flags(Abi.SQE_BUFFER_SELECT)
                .userData(THIRD);
        bench.submit(1);
    }

    private static void sizes(Bench bench) {
        int fd = file(bench, "a", "hello, world");
        int readOnly = open(bench, "a", Libc.O_RDONLY);
        MemorySegment target = bench.arena.allocate(20);
        for (int size : new int[] {5, 8, -1}) {
            RawSqe.write(bench.sqe(), Opcode.FTRUNCATE, fd, size, 0, 0, 0).userData(FIRST);
            bench.submit(1);
        }
        RawSqe.write(bench.sqe(), Opcode.FTRUNCATE, readOnly, 1, 0, 0, 0).userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.FALLOCATE, fd, 0, 12, 0, 0).userData(SECOND);
        bench.submit(1);
        int punch = Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE;
        RawSqe.write(bench.sqe(), Opcode.FALLOCATE, fd, 1, 2, punch, 0).userData(SECOND);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.FALLOCATE, fd, 100, 12, Libc.FALLOC_FL_KEEP_SIZE, 0)
                .userData(SECOND);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.FALLOCATE, fd, 0, 0, 0, 0).userData(SECOND);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.FALLOCATE, readOnly, 0, 1, 0, 0).userData(SECOND);
        bench.submit(1);
        read(bench, fd, target, 20, 0).userData(THIRD);
        bench.submit(1);
        bench.note(text(target));
    }

    private static void syncs(Bench bench) {
        int fd = file(bench, "a", "hello");
        for (int flags : new int[] {0, Abi.FSYNC_DATASYNC, 8}) {
            RawSqe.write(bench.sqe(), Opcode.FSYNC, fd, 0, 0, 0, flags).userData(FIRST);
            bench.submit(1);
        }
        RawSqe.write(bench.sqe(), Opcode.FSYNC, bench.eventFd(), 0, 0, 0, 0)
                .link()
                .userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
        RawSqe.write(bench.sqe(), Opcode.SYNC_FILE_RANGE, fd, 0, 0, 5, Libc.SYNC_FILE_RANGE_WRITE)
                .userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.FADVISE, fd, 0, 0, 5, Libc.POSIX_FADV_WILLNEED)
                .userData(FIRST);
        bench.submit(1);
        RawSqe.write(bench.sqe(), Opcode.FADVISE, fd, 0, 0, 5, 77).link().userData(FIRST);
        bench.sqe().prepNop(12).userData(SECOND);
        bench.submit(2);
        MemorySegment memory = bench.arena.allocate(4096, 4096);
        RawSqe.write(bench.sqe(), Opcode.MADVISE, -1, 0, memory.address(), 4096, Libc.MADV_WILLNEED)
                .userData(FIRST);
        bench.submit(1);
    }

    // ---- registered buffers

    private static Sqe fixed(Bench bench, Opcode opcode, int fd, MemorySegment memory, long position, int index) {
        return RawSqe.write(
                bench.sqe(), opcode, 0, fd, position, memory.address(), (int) memory.byteSize(), 0, index, 0);
    }

    private static void register(Bench bench, RegisterOperation operation, long argument, int count) {
        bench.note(operation + ": " + Bench.describe(bench.ring.register(operation, argument, count), 0));
    }

    private static void fixed(Bench bench) {
        int fd = file(bench, "a", "hello, world");
        MemorySegment memory = bench.arena.allocate(8192, 4096);
        fixed(bench, Opcode.READ_FIXED, fd, memory.asSlice(0, 5), 0, 0).userData(FIRST);
        bench.submit(1);
        register(bench, RegisterOperation.BUFFERS, vectors(bench, memory.asSlice(0, 4096)), 1);
        register(bench, RegisterOperation.BUFFERS, vectors(bench, memory.asSlice(0, 4096)), 1);
        fixed(bench, Opcode.READ_FIXED, fd, memory.asSlice(10, 5), 7, 0).userData(FIRST);
        bench.submit(1);
        bench.note(text(memory.asSlice(10, 6)));
        fixed(bench, Opcode.READ_FIXED, fd, memory.asSlice(4090, 8), 7, 0).userData(FIRST);
        bench.submit(1);
        fixed(bench, Opcode.READ_FIXED, fd, memory.asSlice(0, 8), 7, 1).userData(FIRST);
        bench.submit(1);
        memory.setString(100, "WORLD");
        fixed(bench, Opcode.WRITE_FIXED, fd, memory.asSlice(100, 5), 7, 0).userData(SECOND);
        bench.submit(1);
        fixed(bench, Opcode.READ_FIXED, fd, memory.asSlice(0, 20), 0, 0).userData(THIRD);
        bench.submit(1);
        bench.note(text(memory.asSlice(0, 12)));
        register(bench, RegisterOperation.UNREGISTER_BUFFERS, 0, 0);
        register(bench, RegisterOperation.UNREGISTER_BUFFERS, 0, 0);
    }

    private static void fixedVectors(Bench bench) {
        int fd = file(bench, "a", "hello, world");
        MemorySegment memory = bench.arena.allocate(8192, 4096);
        register(bench, RegisterOperation.BUFFERS, vectors(bench, memory.asSlice(0, 4096)), 1);
        long inside = vectors(bench, memory.asSlice(0, 5), memory.asSlice(100, 7));
        RawSqe.write(bench.sqe(), Opcode.READV_FIXED, fd, 0, inside, 2, 0).userData(FIRST);
        bench.submit(1);
        bench.note(text(memory.asSlice(0, 6)) + text(memory.asSlice(100, 8)));
        RawSqe.write(bench.sqe(), Opcode.WRITEV_FIXED, fd, 12, inside, 2, 0).userData(SECOND);
        bench.submit(1);
        long outside = vectors(bench, memory.asSlice(0, 5), memory.asSlice(5000, 7));
        RawSqe.write(bench.sqe(), Opcode.READV_FIXED, fd, 0, outside, 2, 0).userData(FIRST);
        bench.submit(1);
    }

    private static void changedBuffers(Bench bench) {
        MemorySegment memory = bench.arena.allocate(8192, 4096);
        MemorySegment registration = bench.arena.allocate(32, 8);
        registration.set(ValueLayout.JAVA_INT, 0, 2);
        registration.set(ValueLayout.JAVA_INT, 4, Abi.RSRC_REGISTER_SPARSE);
        register(bench, RegisterOperation.BUFFERS2, registration.address(), 16);
        register(bench, RegisterOperation.BUFFERS2, registration.address(), 32);
        int fd = file(bench, "a", "hello, world");
        fixed(bench, Opcode.READ_FIXED, fd, memory.asSlice(0, 5), 0, 1).userData(FIRST);
        bench.submit(1);
        MemorySegment update = bench.arena.allocate(32, 8);
        update.set(ValueLayout.JAVA_INT, 0, 1);
        update.set(ValueLayout.JAVA_LONG, 8, vectors(bench, memory.asSlice(0, 4096)));
        update.set(
                ValueLayout.JAVA_LONG,
                16,
                bench.arena.allocateFrom(ValueLayout.JAVA_LONG, 77L).address());
        update.set(ValueLayout.JAVA_INT, 24, 1);
        register(bench, RegisterOperation.BUFFERS_UPDATE, update.address(), 32);
        fixed(bench, Opcode.READ_FIXED, fd, memory.asSlice(0, 5), 0, 1).userData(FIRST);
        bench.submit(1);
        register(bench, RegisterOperation.BUFFERS_UPDATE, update.address(), 32);
        bench.submit(1); // the tag of the one that was replaced
        update.set(ValueLayout.JAVA_INT, 0, 2);
        register(bench, RegisterOperation.BUFFERS_UPDATE, update.address(), 32);
        register(bench, RegisterOperation.UNREGISTER_BUFFERS, 0, 0);
        bench.submit(1);
    }

    // ---- eventfd

    private static void eventFd(Bench bench) {
        int fd = bench.eventFd();
        MemorySegment target = bench.arena.allocate(8, 8);
        read(bench, fd, target, 8, 0).userData(FIRST);
        bench.submitOnly();
        RawSqe.write(
                        bench.sqe(),
                        Opcode.WRITE,
                        fd,
                        0,
                        bench.arena.allocateFrom(ValueLayout.JAVA_LONG, 5L).address(),
                        8,
                        0)
                .userData(SECOND);
        bench.submitTogether(2);
        bench.note("read " + target.get(ValueLayout.JAVA_LONG, 0));
        RawSqe.write(bench.sqe(), Opcode.READ, fd, 0, target.address(), 8, Libc.RWF_NOWAIT)
                .userData(THIRD);
        bench.submit(1);
    }

    private static void eventFdMultishot(Bench bench) {
        int fd = bench.eventFd();
        BufferRing buffers = bench.buffers(BufferRingConfig.of(2, 8));
        RawSqe.write(bench.sqe(), Opcode.READ_MULTISHOT, 0, fd, 0, 0, 0, 0, buffers.group(), 0)
                .flags(Abi.SQE_BUFFER_SELECT)
                .userData(FIRST);
        bench.submitOnly();
        bench.kernel.signalEventFd(fd);
        bench.submit(1);
        bench.kernel.signalEventFd(fd);
        bench.submit(1);
        bench.kernel.signalEventFd(fd);
        bench.submit(1); // no buffer is left
    }
}
