package io.fluxring.reactor.file.stream;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.file.ReadPlan;
import io.fluxring.core.file.WritePlan;
import io.fluxring.core.file.whole.CopyPlan;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.LeaseFlux;
import io.fluxring.reactor.file.BufferAccess;
import io.fluxring.reactor.file.CopyProgress;
import io.fluxring.reactor.file.FilePiece;
import io.fluxring.reactor.file.FileRange;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the operators of this package do. */
public final class FileStreams {
    private FileStreams() {}

    /** The bytes of a file, in order. */
    public static LeaseFlux read(FileSource source, ReadPlan plan) {
        return FluxFileRead.of(source, plan);
    }

    /** The bytes of ranges of a file, as they come. */
    public static Flux<FilePiece> readMany(FileSource.Open source, Publisher<FileRange> ranges, int depth) {
        return FluxReadMany.of(source, Objects.requireNonNull(ranges, "ranges"), depth);
    }

    /** Writes buffers to a file, one behind the other; the count of bytes. */
    public static Mono<Long> write(FileSource target, WritePlan plan, Publisher<ByteBuffer> buffers) {
        return MonoFileWrite.of(target, plan, Objects.requireNonNull(buffers, "buffers"), FilePieces::ofBuffers);
    }

    /** Writes leases to a file, one behind the other; the count of bytes. */
    public static Mono<Long> writeLeases(FileSource target, WritePlan plan, Publisher<BufferLease> leases) {
        return MonoFileWrite.of(target, plan, Objects.requireNonNull(leases, "leases"), FilePieces::ofLeases);
    }

    /** Writes elements to a file, one behind the other; the count of bytes. */
    public static <T> Mono<Long> writeElements(
            FileSource target, WritePlan plan, Publisher<? extends T> elements, BufferAccess<T> access) {
        Objects.requireNonNull(access, "access");
        return MonoFileWrite.of(
                target, plan, Objects.requireNonNull(elements, "elements"), FilePieces.ofElements(access));
    }

    /**
     * One read or write of a user's memory; the count of bytes.
     *
     * @param opcode {@link Opcode#READ} or {@link Opcode#WRITE}
     * @param position in bytes, or -1 for the file's own
     * @param rwFlags {@code RWF_*}
     * @param memories has the memory of each subscription
     */
    public static Mono<Long> transfer(
            FileSource.Open source,
            Opcode opcode,
            long position,
            int rwFlags,
            Supplier<? extends TransferMemory> memories) {
        return MonoTransfer.of(source, opcode, position, rwFlags, memories);
    }

    /** Writes what remains of a buffer and syncs the file, as one chain; the count of bytes. */
    public static Mono<Integer> writeAndSync(FileSource.Open source, ByteBuffer bytes, long position) {
        return MonoDurableWrite.of(source, bytes, position);
    }

    /** Copies a file to another. */
    public static Flux<CopyProgress> copy(RingLoop loop, Path from, Path to, CopyPlan plan) {
        return FluxFileCopy.of(loop, from, to, plan);
    }

    /**
     * One operation on a file that gives nothing but its end.
     *
     * @param preparation fills the entry, for a descriptor of that number
     */
    public static Mono<Void> call(FileSource.Open source, Opcode opcode, BiConsumer<Sqe, Integer> preparation) {
        return FileCall.of(source, opcode, preparation);
    }
}
