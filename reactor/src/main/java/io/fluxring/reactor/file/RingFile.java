package io.fluxring.reactor.file;

import io.fluxring.core.file.OpenFile;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.RegisteredBuffer;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.LeaseFlux;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.name.PathBytes;
import io.fluxring.reactor.file.stream.FileSource;
import io.fluxring.reactor.file.stream.FileStreams;
import io.fluxring.reactor.file.stream.TransferMemory;
import io.fluxring.reactor.operator.MonoOperation;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * A file that is open on a ring. Any thread may call, and any number of streams and operations may run at a time; signals are given on
 * the ring's thread. It is closed by {@link #close}, and with the ring.
 *
 * <p>A pipe, a terminal or another file without positions is read and written in the order of its bytes, one operation at a time; so is a
 * file that was open already (see {@link RingFiles#ofDescriptor}), from its current position on, unless a position is given.
 */
public final class RingFile {
    private static final int MOST_DEPTH = 1024;

    private final FileSource.Open source;

    RingFile(FileSource.Open source) {
        this.source = source;
    }

    private OpenFile file() {
        return source.file();
    }

    private RingLoop loop() {
        return source.loop();
    }

    // ---- streams

    /** {@return all of the file, see {@link #read(ReadOptions)}} */
    public LeaseFlux read() {
        return read(ReadOptions.defaults());
    }

    /**
     * {@return a part of the file, see {@link #read(ReadOptions)}}
     *
     * @param from where to begin, in bytes
     * @param lengthBytes how many at most
     */
    public LeaseFlux read(long from, long lengthBytes) {
        return read(ReadOptions.defaults().withFrom(from).withLengthBytes(lengthBytes));
    }

    /**
     * {@return the bytes of the file, in order} Each lease is lent for the time of {@code onNext}, see {@link LeaseFlux}. The stream
     * completes at the end of the file, which is where a read finds nothing, whatever size the file is said to have, and after as many
     * bytes as were asked for.
     *
     * <p><b>Backpressure:</b> reads run ahead of the demand, up to {@link ReadOptions#readAhead}, and no further. From a file without
     * positions nothing is read that is not in demand.
     *
     * <p><b>Cancel:</b> what is on its way is awaited, and discarded.
     *
     * <p><b>Errors:</b> a {@link RingException} behind all that was read before it; a
     * {@link io.fluxring.reactor.error.CancelledException} when the file or the ring is closed.
     *
     * <p><b>Discard Support:</b> pieces that were read ahead are discarded on cancel and on errors.
     *
     * @param options what to read, and how
     */
    public LeaseFlux read(ReadOptions options) {
        return FileStreams.read(source, options.plan(source.firstPosition()));
    }

    /**
     * {@return the bytes of ranges, one piece for each, as they come: not in the order of the ranges} Ranges that arrive together and lie
     * side by side are read by one operation; they may be any number, and overlap. Not for a file without positions.
     *
     * <p><b>Backpressure:</b> the publisher is asked for what is in demand, and for no more than {@code depth} at a time.
     *
     * <p><b>Errors:</b> that of the publisher, behind the pieces of what it gave before; a {@link RingException} with the first range that
     * can't be read.
     *
     * @param ranges what to read
     * @param depth how many reads may be on their way, 1 to 1,024
     */
    public Flux<FilePiece> readMany(Publisher<FileRange> ranges, int depth) {
        if (depth < 1 || depth > MOST_DEPTH) {
            throw new IllegalArgumentException("depth must be between 1 and " + MOST_DEPTH + ": " + depth);
        }
        return FileStreams.readMany(source, ranges, depth);
    }

    /**
     * {@return the count of bytes that were written} See {@link #write(Publisher, WriteOptions)}.
     *
     * @param buffers what to write
     * @param at where to begin, in bytes
     */
    public Mono<Long> write(Publisher<ByteBuffer> buffers, long at) {
        return write(buffers, WriteOptions.defaults().withPosition(at));
    }

    /**
     * {@return the count of bytes that were written, when all of them are and are durable as asked} Buffers are written one behind the
     * other, and left as they are, positions included; one must not be changed before the end. Short writes are finished.
     *
     * <p><b>Backpressure:</b> 32 buffers are asked for and not in a write; of writes {@link WriteOptions#writeBehind} are on their way.
     *
     * <p><b>Cancel:</b> what is on its way is written.
     *
     * <p><b>Errors:</b> that of the publisher; a {@link RingException} when a write or the sync fails, such as {@link
     * io.fluxring.reactor.error.NoSpaceException}, whose {@link RingException#transferredBytes} tells how many bytes are there without a
     * gap from the first one on. Then the publisher is cancelled.
     *
     * <p><b>Discard Support:</b> buffers that have arrived and are not written are discarded on cancel and on errors.
     *
     * @param buffers what to write
     * @param options where and how
     */
    public Mono<Long> write(Publisher<ByteBuffer> buffers, WriteOptions options) {
        return FileStreams.write(source, options.plan(source.firstPosition()), buffers);
    }

    /**
     * As {@link #write(Publisher, WriteOptions)}, with leases, such as those of another file or of a connection: they are written from where
     * they are, and released then.
     *
     * @param leases what to write; a lent one is kept, a retained one is taken over
     * @param options where and how
     * @return the count of bytes that were written
     */
    public Mono<Long> writeLeases(Publisher<BufferLease> leases, WriteOptions options) {
        return FileStreams.writeLeases(source, options.plan(source.firstPosition()), leases);
    }

    /**
     * Appends: each write goes to the end that the file has at that moment, one write at a time, also while others append. See {@link
     * #write(Publisher, WriteOptions)}. A direct buffer, and one on the heap of up to 128 KiB, stays in one piece: what others append stands
     * before or behind it.
     *
     * @param buffers what to write
     * @return the count of bytes that were written
     */
    public Mono<Long> append(Publisher<ByteBuffer> buffers) {
        return FileStreams.write(source, WriteOptions.defaults().plan(FileSource.END), buffers);
    }

    // ---- single operations

    /**
     * Reads into what remains of a buffer, until it is full or the file ends; its position moves with the bytes. From a pipe and its likes
     * it is what is there, at least one byte unless it has ended.
     *
     * <p><b>Ownership:</b> the buffer belongs to the kernel until the end of the Mono, and after a cancel as long as the operation is on its
     * way.
     *
     * @param target not read-only; a direct one saves a copy
     * @param position where in the file, in bytes; -1 for the file's own position
     * @param flags how
     * @return how many bytes; fewer than remained means the end of the file
     */
    public Mono<Integer> read(ByteBuffer target, long position, IoFlag... flags) {
        return read(List.of(target), position, flags).map(Math::toIntExact);
    }

    /**
     * Reads into what remains of several buffers, one behind the other; otherwise as {@link #read(ByteBuffer, long, IoFlag...)}.
     *
     * @param targets not read-only
     * @param position where in the file, in bytes; -1 for the file's own position
     * @param flags how
     * @return how many bytes; fewer than remained means the end of the file
     */
    public Mono<Long> read(List<ByteBuffer> targets, long position, IoFlag... flags) {
        List<ByteBuffer> all = List.copyOf(targets);
        return FileStreams.transfer(
                source, Opcode.READ, position, IoFlag.bits(flags), () -> new TransferMemory.Buffers(all, false));
    }

    /**
     * Writes what remains of a buffer, all of it; its position moves with the bytes.
     *
     * <p><b>Ownership:</b> as for {@link #read(ByteBuffer, long, IoFlag...)}: the bytes must not change before the end.
     *
     * @param bytes a direct one saves a copy
     * @param position where in the file, in bytes; -1 for the file's own position
     * @param flags how
     * @return how many bytes, all that remained
     */
    public Mono<Integer> write(ByteBuffer bytes, long position, IoFlag... flags) {
        return write(List.of(bytes), position, flags).map(Math::toIntExact);
    }

    /**
     * Writes what remains of several buffers, one behind the other; otherwise as {@link #write(ByteBuffer, long, IoFlag...)}.
     *
     * @param buffers what to write
     * @param position where in the file, in bytes; -1 for the file's own position
     * @param flags how
     * @return how many bytes, all that remained
     */
    public Mono<Long> write(List<ByteBuffer> buffers, long position, IoFlag... flags) {
        List<ByteBuffer> all = List.copyOf(buffers);
        return FileStreams.transfer(
                source, Opcode.WRITE, position, IoFlag.bits(flags), () -> new TransferMemory.Buffers(all, true));
    }

    /**
     * Writes what remains of a buffer and makes it durable ({@code fdatasync(2)}), with one submission: the sync is linked to the write, and
     * begins in the kernel when all is written. Covers what was written to the file before as well.
     *
     * <p><b>Ownership:</b> as for {@link #write(ByteBuffer, long, IoFlag...)}.
     *
     * <p><b>Errors:</b> a {@link RingException} of {@code WRITE} or of {@code FSYNC}, whose {@link RingException#transferredBytes} tells how
     * many bytes are written; durable is none of them then. A failed sync must not be taken for passing, see {@link #sync}.
     *
     * @param bytes a direct one saves a copy
     * @param position where in the file, in bytes
     * @return how many bytes, all that remained
     */
    public Mono<Integer> writeAndSync(ByteBuffer bytes, long position) {
        requireNotNegative("position", position);
        return FileStreams.writeAndSync(source, bytes, position);
    }

    /**
     * Reads into a registered buffer of the ring's loop ({@link RingLoop#registeredBuffers}): its pages need not be looked up again, which
     * pays for direct I/O.
     *
     * @param target registered, until the end
     * @param offsetBytes where in it to begin
     * @param lengthBytes how many bytes at most
     * @param position where in the file, in bytes; -1 for the file's own position
     * @return how many bytes
     * @throws IndexOutOfBoundsException when the range is not within the buffer
     */
    public Mono<Integer> readFixed(RegisteredBuffer target, long offsetBytes, int lengthBytes, long position) {
        TransferMemory.Registered memory = new TransferMemory.Registered(target, offsetBytes, lengthBytes);
        return FileStreams.transfer(source, Opcode.READ, position, 0, memory::again)
                .map(Math::toIntExact);
    }

    /**
     * Writes from a registered buffer, see {@link #readFixed}.
     *
     * @param bytes registered, until the end
     * @param offsetBytes where in it to begin
     * @param lengthBytes how many bytes
     * @param position where in the file, in bytes; -1 for the file's own position
     * @return how many bytes
     * @throws IndexOutOfBoundsException when the range is not within the buffer
     */
    public Mono<Integer> writeFixed(RegisteredBuffer bytes, long offsetBytes, int lengthBytes, long position) {
        TransferMemory.Registered memory = new TransferMemory.Registered(bytes, offsetBytes, lengthBytes);
        return FileStreams.transfer(source, Opcode.WRITE, position, 0, memory::again)
                .map(Math::toIntExact);
    }

    // ---- the file itself

    /** {@return what the file system knows of the file} */
    public Mono<FileStat> stat() {
        return MonoOperation.of(loop(), () -> new FileStatCall(source));
    }

    /**
     * Makes the file longer or shorter, {@code ftruncate(2)}. Since Linux 6.9.
     *
     * @param lengthBytes its size from then on
     * @return the end
     */
    public Mono<Void> truncate(long lengthBytes) {
        requireNotNegative("lengthBytes", lengthBytes);
        return FileStreams.call(source, Opcode.FTRUNCATE, (sqe, fd) -> sqe.prepTruncate(fd, lengthBytes));
    }

    /**
     * Allocates space, so that writes there can't fail for want of it, {@code fallocate(2)}. A file that ends before becomes longer.
     *
     * @param position where the space begins, in bytes
     * @param lengthBytes how much, 1 or more
     * @return the end
     */
    public Mono<Void> allocate(long position, long lengthBytes) {
        requireNotNegative("position", position);
        requireNotNegative("lengthBytes", lengthBytes);
        return FileStreams.call(source, Opcode.FALLOCATE, (sqe, fd) -> sqe.prepAllocate(fd, 0, position, lengthBytes));
    }

    /**
     * Makes a hole: the space is given back, and reads as zeros, {@code fallocate(2)}.
     *
     * @param position where it begins, in bytes
     * @param lengthBytes how long it is, 1 or more
     * @return the end
     */
    public Mono<Void> punchHole(long position, long lengthBytes) {
        requireNotNegative("position", position);
        requireNotNegative("lengthBytes", lengthBytes);
        int mode = Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE;
        return FileStreams.call(
                source, Opcode.FALLOCATE, (sqe, fd) -> sqe.prepAllocate(fd, mode, position, lengthBytes));
    }

    /**
     * Tells the kernel how the file will be used, {@code posix_fadvise(2)}.
     *
     * @param position where, in bytes
     * @param lengthBytes how far; 0 for up to the end
     * @param advice how
     * @return the end
     */
    public Mono<Void> advise(long position, long lengthBytes, FileAdvice advice) {
        requireNotNegative("position", position);
        requireNotNegative("lengthBytes", lengthBytes);
        return FileStreams.call(
                source, Opcode.FADVISE, (sqe, fd) -> sqe.prepAdvise(fd, position, lengthBytes, advice.number()));
    }

    /**
     * Makes durable what has been written by now, {@code fsync(2)}. A failure means that bytes may be lost. The kernel reports
     * it once: a later sync that succeeds does not mean that those bytes are there.
     *
     * @param dataOnly without those of the file's attributes that are not needed to read it, {@code fdatasync(2)}
     * @return the end
     */
    public Mono<Void> sync(boolean dataOnly) {
        int flags = dataOnly ? Abi.FSYNC_DATASYNC : 0;
        return FileStreams.call(source, Opcode.FSYNC, (sqe, fd) -> sqe.prepSync(fd, flags));
    }

    /**
     * Has a part of what was written go to the device, and waits for it, {@code sync_file_range(2)}. Neither the file's size nor what the
     * device itself has cached is made durable by that.
     *
     * @param position where it begins, in bytes
     * @param lengthBytes how long it is; 0 for up to the end
     * @return the end
     */
    public Mono<Void> syncRange(long position, int lengthBytes) {
        requireNotNegative("position", position);
        requireNotNegative("lengthBytes", lengthBytes);
        int flags = Libc.SYNC_FILE_RANGE_WAIT_BEFORE | Libc.SYNC_FILE_RANGE_WRITE | Libc.SYNC_FILE_RANGE_WAIT_AFTER;
        return FileStreams.call(
                source, Opcode.SYNC_FILE_RANGE, (sqe, fd) -> sqe.prepSyncRange(fd, position, lengthBytes, flags));
    }

    /**
     * Gives the file a name, {@code linkat(2)}, on the mount that it is on: the first one for a {@link RingOpenOption#TEMPORARY} file, which
     * is an ordinary file from then on, and one more for any other. By {@code /proc}, which must be mounted.
     *
     * @param link the name
     * @return the end; a {@link io.fluxring.reactor.error.ConflictException} when the name is taken, a {@link
     *     io.fluxring.reactor.error.UnsupportedException} when it is on another mount
     */
    public Mono<Void> createLink(Path link) {
        MemorySegment open = PathBytes.of(Path.of("/proc/self/fd/" + descriptor()));
        MemorySegment name = PathBytes.of(link);
        return FileStreams.call(
                source,
                Opcode.LINKAT,
                (sqe, fd) -> sqe.prepCreateHardLink(
                        Libc.AT_FDCWD, open.address(), Libc.AT_FDCWD, name.address(), Libc.AT_SYMLINK_FOLLOW));
    }

    /** {@return the number of the descriptor, which is the file's as long as it is open} Not to be closed. */
    public int descriptor() {
        return file().file().number();
    }

    /**
     * Locks the file as a whole for this {@link RingFile}, {@code flock(2)}: against others who do so, of this process or another one. The
     * lock does not hinder reads and writes. A lock that this file has already is changed to the new kind. {@link #unlock} and {@link #close}
     * end it.
     *
     * @param shared whether others may have such a lock as well
     * @return whether it is locked; false where another has a lock that excludes this one
     */
    public Mono<Boolean> tryLock(boolean shared) {
        return lock((shared ? Libc.LOCK_SH : Libc.LOCK_EX) | Libc.LOCK_NB);
    }

    /** {@return completes when the lock is given back; also where there was none} */
    public Mono<Void> unlock() {
        return lock(Libc.LOCK_UN).then();
    }

    private Mono<Boolean> lock(int operation) {
        return Mono.create(sink -> onLoop(sink, () -> lock(operation, sink)));
    }

    private void lock(int operation, MonoSink<Boolean> sink) {
        int fd = file().file().number();
        file().callOffLoop(() -> loop().kernel().files().lock(fd, operation), result -> {
            if (result < 0 && result != Errno.EAGAIN.result()) {
                sink.error(source.failureOf("FLOCK", (int) result));
            } else {
                sink.success(result == 0);
            }
        });
    }

    private void onLoop(MonoSink<?> sink, Runnable task) {
        try {
            loop().execute(task);
        } catch (RejectedExecutionException e) {
            sink.error(RingException.rejected(loop(), e));
        }
    }

    /**
     * {@return this file as a channel of the JDK, for code that is written for one} Its reads and writes are operations of the ring.
     */
    public AsynchronousFileChannel asChannel() {
        return new RingFileChannel(this);
    }

    private static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " can't be negative: " + value);
        }
    }

    // ---- the end

    /**
     * Closes the file behind the operations on it: those on a regular file are awaited, those on a pipe or its likes are called off.
     * Streams end with a {@link io.fluxring.reactor.error.CancelledException}. Begins when it is subscribed to, and may be subscribed to
     * any number of times.
     *
     * @return completes when the kernel has let go of the file, so that it can be unmounted, locked or executed; an error when bytes that
     *     were written before could not be kept
     */
    public Mono<Void> close() {
        return Mono.create(this::close);
    }

    private void close(MonoSink<Void> sink) {
        try {
            loop().execute(() -> file().close(result -> {
                if (result < 0) {
                    sink.error(source.failure("CLOSE", file().file(), result));
                } else {
                    sink.success();
                }
            }));
        } catch (RejectedExecutionException e) {
            sink.success(); // the ring is closed, and the file with it
        }
    }

    /** {@return whether operations may begin} A hint: it may be closed a moment later. */
    public boolean isOpen() {
        return file().isOpen();
    }

    @Override
    public String toString() {
        return "RingFile[" + source.name() + ", " + file() + "]";
    }
}
