package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;

/**
 * Writes bytes and makes them durable, as one chain that the kernel goes through by itself: a write and a sync of the data linked to it.
 * A short write cuts the chain; the rest is written by another one. Belongs to the loop's thread.
 */
public final class DurableWrite {
    /** Hears of the end. */
    @FunctionalInterface
    public interface Answer {
        /**
         * All is written and durable, or something has failed. The memory is free again.
         *
         * @param operation what has failed: {@link Opcode#WRITE} or {@link Opcode#FSYNC}
         * @param result 0, or a negated errno
         * @param bytes how many are written, durable or not
         */
        void done(Opcode operation, int result, int bytes);
    }

    private final OpenFile file;
    private final long address;
    private final int lengthBytes;
    private final long position;
    private final Answer answer;
    private final Operation write = new Write();
    private final Operation sync = new Sync();

    private int writtenBytes;
    private int writeFailure;
    private int syncResult;
    private int running; // members of the chain
    private boolean calledOff;

    private DurableWrite(OpenFile file, long address, int lengthBytes, long position, Answer answer) {
        this.file = file;
        this.address = address;
        this.lengthBytes = lengthBytes;
        this.position = position;
        this.answer = answer;
    }

    /**
     * Begins to write.
     *
     * @param file open, with positions
     * @param address of native memory, which is the kernel's until the answer
     * @param lengthBytes 0 or more; with 0 the file is synced alone
     * @param position where, in bytes
     * @param answer hears of the end
     * @return what can be called off
     * @throws IllegalStateException when the file is closed
     */
    public static DurableWrite submit(OpenFile file, long address, int lengthBytes, long position, Answer answer) {
        DurableWrite durable = new DurableWrite(file, address, lengthBytes, position, answer);
        file.begin(durable.sync);
        try {
            durable.submit();
        } catch (RuntimeException | Error e) {
            file.ended(durable.sync);
            throw e;
        }
        return durable;
    }

    /** What is on its way is ended early where it can be; the answer comes all the same. */
    public void callOff() {
        calledOff = true;
        file.loop().cancel(write);
        file.loop().cancel(sync);
    }

    private void submit() {
        if (writtenBytes == lengthBytes) {
            running = 1;
            file.loop().submit(sync);
        } else {
            running = 2;
            file.loop().submitChain(write, sync);
        }
    }

    private void memberEnded() {
        running--;
        if (running > 0) {
            return;
        }
        int result = syncResult;
        if (writeFailure < 0) {
            end(Opcode.WRITE, writeFailure);
        } else if (calledOff && result < 0) {
            end(Opcode.FSYNC, Errno.ECANCELED.result());
        } else if (writtenBytes < lengthBytes || result == Errno.EINTR.result()) {
            submit();
        } else {
            end(Opcode.FSYNC, result);
        }
    }

    private void end(Opcode operation, int result) {
        try {
            answer.done(operation, result, writtenBytes);
        } finally {
            file.ended(sync);
        }
    }

    private final class Write extends Operation {
        Write() {
            super(Opcode.WRITE);
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepWrite(
                    file.file().number(),
                    address + writtenBytes,
                    lengthBytes - writtenBytes,
                    position + writtenBytes,
                    0);
            sqe.flags(file.file().sqeFlags());
            sqe.link();
        }

        @Override
        protected void completed(int result, int flags) {
            if (result > 0) {
                writtenBytes += result;
            } else if (result != Errno.EINTR.result()) {
                writeFailure =
                        result == 0 ? Errno.EIO.result() : result; // 0 bytes of some: never to be repeated for ever
            }
            memberEnded();
        }
    }

    private final class Sync extends Operation {
        Sync() {
            super(Opcode.FSYNC);
        }

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepSync(file.file().number(), Abi.FSYNC_DATASYNC);
            sqe.flags(file.file().sqeFlags());
        }

        @Override
        protected void completed(int result, int flags) {
            syncResult = result;
            memberEnded();
        }
    }
}
