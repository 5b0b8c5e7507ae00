package io.fluxring.core.file;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Writes batches one behind the other, with several writes on their way, each at its own place. A short write is finished there. When
 * one fails no further one begins, and the handler hears of the end behind the last of those on their way, so that the count of bytes
 * without a gap is exact. Belongs to the loop's thread.
 *
 * <p>To a file that is open for direct I/O, a batch of whole blocks at a block's place is written directly; any other goes through the page
 * cache, see {@link BufferedTwin}.
 *
 * <p>To a file without positions, to its own position and to its end there is one write at a time: two would swap.
 */
public final class FileWriter implements OpenFile.User {
    private static final long NONE = Long.MAX_VALUE;

    private enum Phase {
        /** Takes batches. */
        WRITING,
        /** All batches were given; waits for those on their way, then syncs. */
        FINISHING,
        /** Everything is written, and is being made durable. */
        SYNCING,
        /** A write has failed, or the file closes; waits for those on their way. */
        FAILING,
        /** The handler has heard the end. */
        ENDED
    }

    private final OpenFile file;
    private final WritePlan plan;
    private final FileWriteHandler handler;

    /** The one given back last is taken first: its memory is still in the processor's cache. */
    private final ArrayDeque<FileBatch> spareBatches = new ArrayDeque<>(2);

    private final ArrayDeque<FileTransfer> spareWrites = new ArrayDeque<>(2);
    private final ArrayDeque<FileTransfer> running = new ArrayDeque<>(2);

    private final BufferedTwin twin;

    private Phase phase = Phase.WRITING;
    private int underWay; // batches
    private long givenBytes; // how many are written, or on their way
    private long gap = NONE; // the first of the given bytes that is not there
    private int failure;

    /**
     * A writer that has nothing to write yet.
     *
     * @param file open; the writer does not close it
     * @param plan where to write
     * @param handler is called when there is room for a batch, and at the end
     */
    public FileWriter(OpenFile file, WritePlan plan, FileWriteHandler handler) {
        this.file = file;
        this.plan = plan;
        this.handler = handler;
        this.twin = new BufferedTwin(file);
        file.addUser(this);
    }

    /** {@return an empty batch, to be filled and given to {@link #write} or back} */
    public FileBatch takeBatch(Consumer<Object> letGo) {
        FileBatch batch = spareBatches.pollLast();
        if (batch == null) {
            batch = new FileBatch(file.loop());
        }
        batch.begin(letGo);
        return batch;
    }

    /**
     * Takes a batch back that will not be written, or was; lets go of what is left in it.
     *
     * @param batch what {@link #takeBatch} returned
     */
    public void giveBack(FileBatch batch) {
        batch.clear();
        spareBatches.addLast(batch);
    }

    /** {@return whether {@link #write} may be called} */
    public boolean isReady() {
        return phase == Phase.WRITING && file.isOpen() && underWay < window();
    }

    /** {@return whether no write is on its way} */
    public boolean isIdle() {
        return underWay == 0;
    }

    private boolean isSequential() {
        return file.traits().isStream() || file.traits().append() || plan.position() < 0;
    }

    private int window() {
        return isSequential() ? 1 : plan.writeBehind();
    }

    /**
     * Writes a batch behind those before it.
     *
     * @param batch not empty; belongs to the writer from here on, also when this throws
     * @throws IllegalStateException when the writer is not ready, or when checked mode finds a piece in memory that is not lent
     */
    public void write(FileBatch batch) {
        if (!isReady()) {
            giveBack(batch);
            throw new IllegalStateException(this + " can't write now");
        }
        long from = givenBytes;
        givenBytes += batch.lengthBytes();
        underWay++;
        if (isForCache(from, batch)) {
            twin.use(cached -> begin(newWrite(cached), batch, from), refusal -> notBegun(batch, from, refusal));
        } else {
            FileTransfer spare = spareWrites.pollLast();
            begin(spare == null ? newWrite(file) : spare, batch, from);
        }
    }

    /** A direct write has whole blocks; and where the file's end is, only the kernel knows. */
    private boolean isForCache(long from, FileBatch batch) {
        int alignment = file.traits().writeAlignmentBytes();
        return alignment > 1
                && (isSequential()
                        || (plan.position() + from) % alignment != 0
                        || batch.lengthBytes() % alignment != 0);
    }

    private FileTransfer newWrite(OpenFile to) {
        return new FileTransfer(to, Opcode.WRITE, plan.rwFlags(), this::written);
    }

    private void begin(FileTransfer write, FileBatch batch, long from) {
        running.addLast(write);
        write.begin(batch, isSequential() ? FileTransfer.CURRENT : plan.position() + from);
    }

    private void notBegun(FileBatch batch, long from, int refusal) {
        underWay--;
        giveBack(batch);
        fail(refusal, from);
        lookForEnd();
    }

    /** No batch follows. Once all batches are written they are made durable as the plan asks, and the handler's {@code ended} is called. */
    public void finish() {
        if (phase == Phase.WRITING) {
            phase = Phase.FINISHING;
            lookForEnd();
        }
    }

    /** No batch follows, and nothing is made durable. The handler's {@code ended} is called with {@code -ECANCELED}. */
    public void stop() {
        if (phase == Phase.WRITING || phase == Phase.FINISHING) {
            fail(Errno.ECANCELED.result(), givenBytes);
            running.forEach(FileTransfer::callOff);
            lookForEnd();
        }
    }

    /** What is on its way is written still. */
    @Override
    public void fileCloses() {
        if (phase == Phase.WRITING || phase == Phase.FINISHING) {
            fail(Errno.ECANCELED.result(), givenBytes);
            lookForEnd();
        }
    }

    private void written(FileTransfer write, long bytes, int why) {
        running.remove(write);
        underWay--;
        if (write.file() == file) {
            spareWrites.addLast(write);
        }
        long notWritten = write.batch().lengthBytes();
        try {
            giveBack(write.batch());
        } finally {
            if (why < 0) {
                fail(why, isSequential() ? givenBytes - notWritten : write.position() - plan.position() + bytes);
            }
            if (phase == Phase.WRITING) {
                handler.ready();
            } else {
                lookForEnd();
            }
        }
    }

    private void fail(int why, long bytes) {
        if (bytes < gap) {
            gap = bytes;
            failure = why;
        }
        phase = Phase.FAILING;
    }

    private void lookForEnd() {
        if (underWay > 0) {
            return;
        }
        switch (phase) {
            case FINISHING -> sync();
            case FAILING -> end(failure, Math.min(gap, givenBytes));
            case WRITING, SYNCING, ENDED -> {
                // nothing ends here
            }
        }
    }

    private void sync() {
        boolean atEnd = plan.sync() == WritePlan.Sync.DATA || plan.sync() == WritePlan.Sync.FULL;
        if (!atEnd || file.traits().isStream()) { // a pipe keeps nothing that could be synced
            end(0, givenBytes);
        } else if (!file.isOpen()) {
            end(Errno.ECANCELED.result(), givenBytes);
        } else {
            phase = Phase.SYNCING;
            FileSync.submit(file, plan.sync() == WritePlan.Sync.DATA, result -> end(result, givenBytes));
        }
    }

    private void end(int result, long bytes) {
        phase = Phase.ENDED;
        file.removeUser(this);
        twin.close(() -> handler.ended(result, bytes));
    }

    @Override
    public String toString() {
        return "FileWriter[" + file + ", " + phase + ", " + underWay + " of " + window() + " writes]";
    }
}
