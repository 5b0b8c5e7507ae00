package io.fluxring.benchmarks.files;

import static org.lwjgl.system.MemoryUtil.memAddress;
import static org.lwjgl.system.MemoryUtil.memFree;
import static org.lwjgl.system.MemoryUtil.memGetAddress;
import static org.lwjgl.system.MemoryUtil.memUTF8;
import static org.lwjgl.system.linux.liburing.LibIOURing.IORING_FSYNC_DATASYNC;
import static org.lwjgl.system.linux.liburing.LibIOURing.IORING_SETUP_DEFER_TASKRUN;
import static org.lwjgl.system.linux.liburing.LibIOURing.IORING_SETUP_SINGLE_ISSUER;
import static org.lwjgl.system.linux.liburing.LibURing.io_uring_queue_exit;
import static org.lwjgl.system.linux.liburing.LibURing.io_uring_queue_init;
import static org.lwjgl.system.linux.liburing.LibURing.io_uring_register_buffers;
import static org.lwjgl.system.linux.liburing.LibURing.io_uring_unregister_buffers;
import static org.lwjgl.system.linux.liburing.LibURing.nio_uring_cq_advance;
import static org.lwjgl.system.linux.liburing.LibURing.nio_uring_get_sqe;
import static org.lwjgl.system.linux.liburing.LibURing.nio_uring_peek_batch_cqe;
import static org.lwjgl.system.linux.liburing.LibURing.nio_uring_prep_close;
import static org.lwjgl.system.linux.liburing.LibURing.nio_uring_prep_fsync;
import static org.lwjgl.system.linux.liburing.LibURing.nio_uring_prep_openat;
import static org.lwjgl.system.linux.liburing.LibURing.nio_uring_prep_read;
import static org.lwjgl.system.linux.liburing.LibURing.nio_uring_prep_read_fixed;
import static org.lwjgl.system.linux.liburing.LibURing.nio_uring_prep_write;
import static org.lwjgl.system.linux.liburing.LibURing.nio_uring_sqe_set_data64;
import static org.lwjgl.system.linux.liburing.LibURing.nio_uring_submit_and_wait;

import io.fluxring.core.sys.Libc;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.lwjgl.system.linux.IOVec;
import org.lwjgl.system.linux.liburing.IOURing;
import org.lwjgl.system.linux.liburing.IOURingCQE;

/** LWJGL's binding of liburing, with a loop on the calling thread: what has completed is begun anew in the enter that waits for more. */
final class LiburingFile implements FileLibrary {
    private static final int ENTRIES = 256;
    private static final int O_DSYNC = 010000;
    private static final int CREATED_MODE = 0644;

    private final IOURing memory = IOURing.calloc();
    private final long ring = memory.address();
    private final ByteBuffer found = Pages.allocate(ENTRIES * Long.BYTES);
    private final int[] places = new int[ENTRIES];
    private final int[] results = new int[ENTRIES];

    LiburingFile() {
        int result = io_uring_queue_init(ENTRIES, memory, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
        if (result < 0) {
            throw new IllegalStateException("no ring: " + result);
        }
    }

    /** {@return how many completions have come once what was prepared is submitted} They are in {@code places} and {@code results}. */
    private int submitAndTake() {
        nio_uring_submit_and_wait(ring, 1);
        int count = nio_uring_peek_batch_cqe(ring, memAddress(found), ENTRIES);
        for (int i = 0; i < count; i++) {
            long cqe = memGetAddress(memAddress(found) + (long) i * Long.BYTES);
            places[i] = (int) IOURingCQE.nuser_data(cqe);
            results[i] = IOURingCQE.nres(cqe);
        }
        nio_uring_cq_advance(ring, count);
        return count;
    }

    private int takeOne() throws IOException {
        int count = 0;
        while (count == 0) {
            count = submitAndTake();
        }
        if (results[0] < 0) {
            throw new IOException("result " + results[0]);
        }
        return results[0];
    }

    private int open(Task task) throws IOException {
        int flags = switch (task.work()) {
            case CACHED, COLD -> 0;
            case DIRECT, RANDOM -> Libc.O_DIRECT;
            case WRITE, WRITE_SYNC -> Libc.O_WRONLY | Libc.O_CREAT;
            case WRITE_DSYNC -> Libc.O_WRONLY | Libc.O_CREAT | O_DSYNC;
        };
        ByteBuffer path = memUTF8(task.file().toString());
        try {
            nio_uring_prep_openat(nio_uring_get_sqe(ring), Libc.AT_FDCWD, memAddress(path), flags, CREATED_MODE);
            return takeOne();
        } finally {
            memFree(path);
        }
    }

    private void close(int fd) throws IOException {
        nio_uring_prep_close(nio_uring_get_sqe(ring), fd);
        takeOne();
    }

    private void prepareRead(int fd, int place, ByteBuffer buffer, long position) {
        long sqe = nio_uring_get_sqe(ring);
        nio_uring_prep_read(sqe, fd, memAddress(buffer), buffer.capacity(), position);
        nio_uring_sqe_set_data64(sqe, place);
    }

    @Override
    public long read(Task task) throws IOException {
        int fd = open(task);
        Pages pages = new Pages();
        int depth = task.depth();
        ByteBuffer[] buffers = Pages.allocate(depth, task.chunkBytes());
        boolean[] ready = new boolean[depth];
        long begun = 0;
        long next = 0; // whose turn it is to be looked at
        while (next < task.chunks()) {
            for (; begun < Math.min(next + depth, task.chunks()); begun++) {
                int place = (int) (begun % depth);
                prepareRead(fd, place, buffers[place], begun * task.chunkBytes());
            }
            int count = submitAndTake();
            for (int i = 0; i < count; i++) {
                check(task, results[i]);
                ready[places[i]] = true;
            }
            for (int place = (int) (next % depth); ready[place]; place = (int) (next % depth)) {
                ready[place] = false;
                pages.look(buffers[place]);
                next++;
            }
        }
        close(fd);
        return next * task.chunkBytes();
    }

    @Override
    public long readAtRandom(Task task) throws IOException {
        int fd = open(task);
        RandomBlocks positions = new RandomBlocks(task, 0);
        ByteBuffer buffers = Pages.allocate(task.depth() * task.chunkBytes());
        register(buffers);
        for (int place = 0; place < task.depth(); place++) {
            prepareFixedRead(fd, place, buffers, task.chunkBytes(), positions);
        }
        int inFlight = task.depth();
        long count = 0;
        long end = System.nanoTime() + (long) (task.seconds() * 1e9);
        while (inFlight > 0) {
            int done = submitAndTake();
            boolean goesOn = System.nanoTime() - end < 0;
            for (int i = 0; i < done; i++) {
                check(task, results[i]);
                if (goesOn) {
                    prepareFixedRead(fd, places[i], buffers, task.chunkBytes(), positions);
                }
            }
            count += done;
            inFlight -= goesOn ? 0 : done;
        }
        io_uring_unregister_buffers(memory);
        close(fd);
        return count;
    }

    private void register(ByteBuffer buffer) throws IOException {
        try (IOVec.Buffer vector = IOVec.calloc(1)) {
            vector.get(0).iov_base(buffer).iov_len(buffer.capacity());
            int result = io_uring_register_buffers(memory, vector);
            if (result < 0) {
                throw new IOException("result " + result);
            }
        }
    }

    private void prepareFixedRead(int fd, int place, ByteBuffer buffers, int bytes, RandomBlocks positions) {
        long sqe = nio_uring_get_sqe(ring);
        nio_uring_prep_read_fixed(sqe, fd, memAddress(buffers) + (long) place * bytes, bytes, positions.next(bytes), 0);
        nio_uring_sqe_set_data64(sqe, place);
    }

    @Override
    public long write(Task task) throws IOException {
        int fd = open(task);
        ByteBuffer chunk = Pages.random(task.chunkBytes());
        long begun = 0;
        long done = 0;
        while (done < task.chunks()) {
            for (; begun < Math.min(done + task.depth(), task.chunks()); begun++) {
                nio_uring_prep_write(
                        nio_uring_get_sqe(ring), fd, memAddress(chunk), task.chunkBytes(), begun * task.chunkBytes());
            }
            int count = submitAndTake();
            for (int i = 0; i < count; i++) {
                check(task, results[i]);
            }
            done += count;
        }
        if (task.work() == Work.WRITE_SYNC) {
            nio_uring_prep_fsync(nio_uring_get_sqe(ring), fd, IORING_FSYNC_DATASYNC);
            takeOne();
        }
        close(fd);
        return done * task.chunkBytes();
    }

    /** Short ones do not happen to regular files of full chunks. */
    private static void check(Task task, int result) throws IOException {
        if (result != task.chunkBytes()) {
            throw new IOException("result " + result + " of " + task);
        }
    }

    @Override
    public void close() {
        io_uring_queue_exit(memory);
        memory.free();
    }
}
