package io.fluxring.samples.files;

import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.LongConsumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads two files beside each other. */
final class Comparison {
    /** What {@link #of} gives for files that do not differ. */
    static final long SAME = -1;

    private static final ReadOptions READING = ReadOptions.defaults().withChunkBytes(256 * 1024);
    private static final byte[] END = {};

    private final Program program;
    private final OpenOption[] how;
    private final LongConsumer progress;
    private long comparedBytes;

    /**
     * A comparison that has not begun.
     *
     * @param progress is given the size of each piece
     * @param how the files are opened
     */
    Comparison(Program program, LongConsumer progress, OpenOption... how) {
        this.program = program;
        this.how = how.clone();
        this.progress = progress;
    }

    /** The position of the first byte in which two files differ, or {@link #SAME}. */
    Mono<Long> of(Path one, Path other) {
        return Flux.zip(this::compare, 1, pieces(one), pieces(other))
                .filter(position -> position != SAME)
                .next()
                .defaultIfEmpty(SAME);
    }

    /** All but the last piece of a file have the same size. What is behind the end of the shorter file is compared with nothing. */
    private Flux<byte[]> pieces(Path file) {
        return Flux.usingWhen(
                        program.files().open(file, how), it -> it.read(READING).asByteArray(), RingFile::close)
                .concatWithValues(END);
    }

    private long compare(Object[] pieces) {
        byte[] one = (byte[]) pieces[0];
        byte[] other = (byte[]) pieces[1];
        int mismatch = Arrays.mismatch(one, other);
        if (mismatch >= 0) {
            return comparedBytes + mismatch;
        }
        comparedBytes += one.length;
        progress.accept(one.length);
        return SAME;
    }
}
