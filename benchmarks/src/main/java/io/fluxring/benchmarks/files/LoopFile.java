package io.fluxring.benchmarks.files;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.file.FileBatch;
import io.fluxring.core.file.FileOpening;
import io.fluxring.core.file.FileReadHandler;
import io.fluxring.core.file.FileReader;
import io.fluxring.core.file.FileWriteHandler;
import io.fluxring.core.file.FileWriter;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.file.ReadPlan;
import io.fluxring.core.file.WritePlan;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.RegisteredBuffer;
import io.fluxring.core.memory.RegisteredBuffers;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Fluxring's core without Reactor: its reader and writer, and bare operations at random, on a loop that the calling thread runs. */
final class LoopFile implements FileLibrary {
    private static final int CREATED_MODE = 0644;

    private final RingLoop loop = RingLoop.open(RingLoopConfig.defaults().withRegisteredBuffers(1));

    LoopFile() {
        loop.attach();
    }

    /** An end that is waited for. */
    private abstract class Outcome {
        private int result;
        private boolean over;

        void over(int how) {
            result = how;
            over = true;
        }

        void await() throws IOException {
            while (!over) {
                loop.tick(RingLoop.FOREVER);
            }
            if (result < 0) {
                throw new IOException(Errno.describe(result));
            }
        }
    }

    private final class Opened extends Outcome implements FileOpening.Handler {
        private @Nullable OpenFile file;

        @Override
        public void opened(OpenFile open) {
            file = open;
            over(0);
        }

        @Override
        public void failed(int result) {
            over(result);
        }
    }

    private OpenFile open(Task task) throws IOException {
        int flags = switch (task.work()) {
            case CACHED, COLD -> Libc.O_RDONLY;
            case DIRECT, RANDOM -> Libc.O_RDONLY | Libc.O_DIRECT;
            case WRITE, WRITE_SYNC, WRITE_DSYNC -> Libc.O_WRONLY | Libc.O_CREAT;
        };
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(task.file().toString());
            Opened opened = new Opened();
            FileOpening.submit(loop, path, flags, CREATED_MODE, opened);
            opened.await();
            OpenFile file = opened.file;
            if (file == null) {
                throw new IOException("not open: " + task);
            }
            return file;
        }
    }

    private void close(OpenFile file) throws IOException {
        Outcome closed = new Outcome() {};
        file.close(closed::over);
        closed.await();
    }

    @Override
    public long read(Task task) throws IOException {
        OpenFile file = open(task);
        Stream stream = new Stream();
        new FileReader(file, new ReadPlan(0, task.bytes(), task.chunkBytes(), task.depth()), stream).deliver();
        stream.await();
        close(file);
        return stream.done;
    }

    /** Looks at what comes. */
    private final class Stream extends Outcome implements FileReadHandler {
        private final Pages pages = new Pages();
        private long done;

        @Override
        public long demand() {
            return Long.MAX_VALUE;
        }

        @Override
        public void received(BufferLease lease) {
            for (int i = 0; i < lease.lengthBytes(); i += Pages.BYTES) {
                pages.add(lease.get(i));
            }
            done += lease.lengthBytes();
            lease.release();
        }

        @Override
        public void ended(int result) {
            over(result);
        }
    }

    @Override
    public long write(Task task) throws IOException {
        OpenFile file = open(task);
        WritePlan.Sync sync = switch (task.work()) {
            case WRITE_SYNC -> WritePlan.Sync.DATA;
            case WRITE_DSYNC -> WritePlan.Sync.EACH_WRITE;
            default -> WritePlan.Sync.NONE;
        };
        Source source = new Source(task, file, new WritePlan(0, task.depth(), sync));
        source.ready();
        source.await();
        close(file);
        return source.done;
    }

    /** Writes the same bytes over and over. */
    private final class Source extends Outcome implements FileWriteHandler {
        private final FileWriter writer;
        private final ByteBuffer chunk;
        private final long address;
        private long left;
        private long done;

        Source(Task task, OpenFile file, WritePlan plan) {
            writer = new FileWriter(file, plan, this);
            chunk = Pages.random(task.chunkBytes());
            address = MemorySegment.ofBuffer(chunk).address();
            left = task.chunks();
        }

        @Override
        public void ready() {
            while (left > 0 && writer.isReady()) {
                FileBatch batch = writer.takeBatch(owner -> {});
                batch.add(chunk, address, chunk.capacity());
                writer.write(batch);
                left--;
            }
            if (left == 0) {
                writer.finish();
            }
        }

        @Override
        public void ended(int result, long bytes) {
            done = bytes;
            over(result);
        }
    }

    @Override
    public long readAtRandom(Task task) throws IOException {
        OpenFile file = open(task);
        RegisteredBuffers table = Objects.requireNonNull(loop.registeredBuffers());
        ByteBuffer buffers = Pages.allocate(task.depth() * task.chunkBytes());
        RegisteredBuffer memory = Objects.requireNonNull(table.add(MemorySegment.ofBuffer(buffers), _ -> {}));
        Run run = new Run(task, file, memory);
        for (int place = 0; place < task.depth(); place++) {
            loop.submit(new Read(run, place));
        }
        while (run.inFlight > 0) {
            loop.tick(RingLoop.FOREVER);
        }
        table.remove(memory);
        close(file);
        return run.count;
    }

    /** What the reads in flight have in common. */
    private static final class Run {
        private final Task task;
        private final OpenFile file;
        private final RegisteredBuffer memory;
        private final RandomBlocks positions;
        private final long end;
        private int inFlight;
        private long count;

        Run(Task task, OpenFile file, RegisteredBuffer memory) {
            this.task = task;
            this.file = file;
            this.memory = memory;
            inFlight = task.depth();
            positions = new RandomBlocks(task, 0);
            end = System.nanoTime() + (long) (task.seconds() * 1e9);
        }
    }

    /** Submits itself anew when it has ended. */
    private final class Read extends Operation {
        private final Run run;
        private final long address;

        Read(Run run, int place) {
            super(Opcode.READ_FIXED);
            this.run = run;
            address = run.memory.memory().address() + (long) place * run.task.chunkBytes();
        }

        @Override
        protected void prepare(Sqe sqe) {
            int fd = run.file.file().number();
            int bytes = run.task.chunkBytes();
            sqe.prepReadFixed(fd, address, bytes, run.positions.next(bytes), run.memory.slot());
        }

        @Override
        protected void completed(int result, int flags) {
            run.count++;
            if (result == run.task.chunkBytes() && System.nanoTime() - run.end < 0) {
                loop.submit(this);
            } else {
                run.inFlight--;
            }
        }
    }

    @Override
    public void close() {
        loop.close();
    }
}
