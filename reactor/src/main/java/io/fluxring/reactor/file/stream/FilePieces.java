package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.OpenFile;
import io.fluxring.core.file.WritePlan;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.file.BufferAccess;
import io.fluxring.reactor.operator.LeasePieces;
import io.fluxring.reactor.operator.PieceSource;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * Pieces of the elements of one subscription, which may keep memory.
 *
 * @param pieces makes them
 * @param close lets go of the memory that holds no element's bytes, on the loop's thread; at the end of the rest as well
 */
record FilePieces<T>(PieceSource<T> pieces, Runnable close) {
    /** Makes pieces for a file that has been opened. */
    @FunctionalInterface
    interface Factory<T> {
        FilePieces<T> make(OpenFile file, String name, WritePlan plan);
    }

    static FilePieces<ByteBuffer> ofBuffers(OpenFile file, String name, WritePlan plan) {
        FileBufferPieces plain = new FileBufferPieces(file.loop(), name);
        return isAligned(file, plan)
                ? aligned(plain, of(MemorySegment::ofBuffer), file, name, plan)
                : new FilePieces<>(plain, plain::close);
    }

    static FilePieces<BufferLease> ofLeases(OpenFile file, String name, WritePlan plan) {
        LeasePieces plain = LeasePieces.INSTANCE;
        return isAligned(file, plan)
                ? aligned(plain, of(BufferLease::segment), file, name, plan)
                : new FilePieces<>(plain, () -> {});
    }

    static <T> Factory<T> ofElements(BufferAccess<T> access) {
        return (file, name, plan) -> {
            ElementPieces<T> plain = new ElementPieces<>(access, file.loop(), name);
            if (!isAligned(file, plan)) {
                return new FilePieces<>(plain, plain::close);
            }
            return aligned(plain, plain::copy, file, name, plan);
        };
    }

    private static <T> AlignedPieces.Copy<T> of(Function<T, MemorySegment> bytes) {
        return (element, offset, to, at, length) -> MemorySegment.copy(bytes.apply(element), offset, to, at, length);
    }

    /** Whether blocks are written at their places: what is appended goes through the page cache. */
    private static boolean isAligned(OpenFile file, WritePlan plan) {
        return file.traits().direct() && !file.traits().append() && plan.position() >= 0;
    }

    private static <T> FilePieces<T> aligned(
            PieceSource<T> plain, AlignedPieces.Copy<T> copy, OpenFile file, String name, WritePlan plan) {
        AlignedPieces<T> aligned = new AlignedPieces<>(
                plain, copy, file.loop(), name, file.traits().writeAlignmentBytes(), plan.position());
        return new FilePieces<>(aligned, aligned::close);
    }
}
