package io.fluxring.core.file.whole;

import io.fluxring.core.file.FileBatch;
import io.fluxring.core.file.FileReadHandler;
import io.fluxring.core.file.FileReader;
import io.fluxring.core.file.FileWriteHandler;
import io.fluxring.core.file.FileWriter;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.file.ReadPlan;
import io.fluxring.core.file.WritePlan;
import io.fluxring.core.memory.BufferLease;

/** Copies a range of bytes by way of this process's memory: what a reader brings goes to a writer. */
final class StreamCopy implements FileReadHandler, FileWriteHandler {
    private static final int CHUNK_BYTES = 256 * 1024;

    private static final int READ_AHEAD = 8;

    /** The kernel writes to a file with one worker at a time; so the next one is there when it is done. */
    private static final int WRITE_BEHIND = 3;

    private final RangeCopy.Answer answer;
    private final FileReader reader;
    private final FileWriter writer;
    private boolean readEnded;
    private int readFailure;
    private long writtenBytes;

    /**
     * A copy that is not begun.
     *
     * @param position where the range begins in both; of no meaning for a file without positions
     * @param lengthBytes {@link Long#MAX_VALUE} for all up to the end
     */
    StreamCopy(OpenFile from, OpenFile to, long position, long lengthBytes, RangeCopy.Answer answer) {
        this.answer = answer;
        long readAt = from.traits().isStream() ? ReadPlan.CURRENT : position;
        long writeAt = to.traits().isStream() ? WritePlan.CURRENT : position;
        this.writer = new FileWriter(to, new WritePlan(writeAt, WRITE_BEHIND, WritePlan.Sync.NONE), this);
        this.reader = new FileReader(from, new ReadPlan(readAt, lengthBytes, CHUNK_BYTES, READ_AHEAD), this);
    }

    void begin() {
        reader.deliver();
    }

    /** Nothing further is read, and the end comes when what is being written is. */
    void stop() {
        reader.cancel();
        readEnded = true;
        writer.stop();
    }

    // ---- the reader's side

    @Override
    public long demand() {
        return writer.isReady() ? 1 : 0;
    }

    @Override
    public void received(BufferLease lease) {
        FileBatch batch = writer.takeBatch(this::letGo);
        batch.add(lease, lease.address(), lease.lengthBytes());
        writer.write(batch);
    }

    private void letGo(Object written) {
        BufferLease lease = (BufferLease) written;
        writtenBytes += lease.lengthBytes();
        lease.release();
    }

    @Override
    public void ended(int result) {
        readEnded = true;
        readFailure = result;
        writer.finish();
    }

    // ---- the writer's side

    @Override
    public void ready() {
        try {
            answer.progressed(writtenBytes);
        } finally {
            reader.deliver();
        }
    }

    @Override
    public void ended(int result, long bytes) {
        if (!readEnded) {
            reader.cancel();
            readEnded = true;
        }
        answer.done(readFailure, result, bytes);
    }
}
