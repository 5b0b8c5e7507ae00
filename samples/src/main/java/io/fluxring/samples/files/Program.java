package io.fluxring.samples.files;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.FileStat;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.RingFiles;
import io.fluxring.reactor.file.WriteOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the programs on files share: a ring, the standard streams, and complaints about files that do not end the program. */
final class Program implements AutoCloseable {
    /** What a shell says of a program that wrote into a pipe which is read no more. */
    private static final int BROKEN_PIPE = 128 + 13;

    private static final int STANDARD_INPUT = 0;
    private static final int STANDARD_OUTPUT = 1;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final String name;
    private final int failureStatus;
    private final ReactiveRing ring = ReactiveRing.create();

    /** What standard output is; null when it is closed. */
    private final @Nullable FileStat output;

    private volatile boolean failed;

    Program(String name, int failureStatus) {
        this.name = name;
        this.failureStatus = failureStatus;
        this.output = files().stat(Path.of("/proc/self/fd/1")).onErrorComplete().block();
    }

    RingFiles files() {
        return ring.files();
    }

    // ---- files

    /** A file that is read from its beginning, or standard input from where it is. Closed with the subscription. */
    Flux<BufferLease> read(Name file, ReadOptions options) {
        return Flux.usingWhen(open(file), it -> it.read(options), RingFile::close);
    }

    Mono<RingFile> open(Name file) {
        return file.isStandardInput()
                ? files().ofDescriptor(STANDARD_INPUT)
                : stat(file).then(Mono.defer(() -> files().open(file.path(), StandardOpenOption.READ)));
    }

    /** What a file is; an error where there is none. What a {@link Path} leaves out of a name matters to a Unix user. */
    Mono<FileStat> stat(Name file) {
        if (file.isStandardInput()) {
            return files().stat(Path.of("/proc/self/fd/0"));
        }
        if (file.bytes().isEmpty()) {
            return Mono.error(() -> RingException.of("STATX", null, Errno.ENOENT.result()));
        }
        Mono<FileStat> stat = files().stat(file.path());
        return file.bytes().endsWith("/") ? stat.flatMap(Program::requireDirectory) : stat;
    }

    private static Mono<FileStat> requireDirectory(FileStat stat) {
        return stat.isDirectory()
                ? Mono.just(stat)
                : Mono.error(() -> RingException.of("STATX", null, Errno.ENOTDIR.result()));
    }

    /** Whether a file would be written into while it is read. */
    boolean isOutput(FileStat file) {
        return file.isRegularFile() && output != null && file.isSameFile(output);
    }

    // ---- standard output

    /** Writes to standard output, whatever that is. */
    Mono<Void> print(Publisher<ByteBuffer> bytes) {
        return output().flatMap(it -> it.write(bytes, WriteOptions.defaults())).then();
    }

    /** The same with leases, which are written from where they are. */
    Mono<Void> printLeases(Publisher<BufferLease> leases) {
        return output().flatMap(it -> it.writeLeases(leases, WriteOptions.defaults()))
                .then();
    }

    private Mono<RingFile> output() {
        return files().ofDescriptor(STANDARD_OUTPUT);
    }

    static ByteBuffer line(String bytes) {
        return ByteBuffer.wrap((bytes + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    // ---- complaints

    /** A failure that the program goes on after, in one line on standard error. */
    void fail(String message) {
        fail();
        warn(message);
    }

    /** The status will tell of a failure. */
    void fail() {
        failed = true;
    }

    void warn(String message) {
        byte[] line = (name + ": " + message + "\n").getBytes(StandardCharsets.ISO_8859_1);
        System.err.write(line, 0, line.length);
        System.err.flush();
    }

    /** Runs to the end. What the publisher fails with is a failure of standard output; those of files are elements. */
    int run(Mono<?> work, int status) {
        try {
            work.block();
        } catch (RingException e) {
            if (e.errno() == Errno.EPIPE) {
                return BROKEN_PIPE;
            }
            fail("write error: " + ErrorText.of(e));
        }
        return failed ? failureStatus : status;
    }

    @Override
    public void close() {
        ring.disposeLater().block(CLOSE_LIMIT);
    }
}
