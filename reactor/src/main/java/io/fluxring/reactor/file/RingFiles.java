package io.fluxring.reactor.file;

import io.fluxring.core.file.FileOpening;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.LeaseFlux;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.name.PathBytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.RejectedExecutionException;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The files of this machine, by their names. Nothing of it blocks, and any thread may call; signals are given on the ring's thread. Each
 * subscription does the work anew.
 *
 * <p>Paths are those of the default file system, with any name that Linux allows. Errors are a {@link RingException} of the kind that
 * fits, such as {@link io.fluxring.reactor.error.NotFoundException}, with the operation and the path in its message.
 */
public final class RingFiles {
    private static final OpenOption[] TO_WRITE = {
        StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING
    };

    private final RingLoop loop;

    /**
     * The files, worked on by a loop.
     *
     * @param loop the ring's
     */
    public RingFiles(RingLoop loop) {
        this.loop = loop;
    }

    // ---- contents

    /**
     * Opens a file. The subscriber that gets it closes it; one that has cancelled by then need not, it is closed.
     *
     * @param path its name, or that of a directory for {@link RingOpenOption#TEMPORARY}
     * @param options {@link StandardOpenOption}, {@link RingOpenOption}, {@link java.nio.file.LinkOption#NOFOLLOW_LINKS}; none to read
     * @return the file
     * @throws IllegalArgumentException when options contradict each other
     * @throws UnsupportedOperationException when one is unknown
     */
    public Mono<RingFile> open(Path path, OpenOption... options) {
        return MonoOpen.of(named(path, options));
    }

    private FileSource.Named named(Path path, OpenOption... options) {
        OpenMode mode = OpenMode.of(options);
        PathBytes.of(path); // refuses what is no path of this machine
        return new FileSource.Named(loop, path, mode);
    }

    /**
     * A file that is open already, such as 0, 1 and 2 for the process's standard streams. Streams begin at its current position, and move
     * it, unless they are told where to begin. It stays open when the {@link RingFile} is closed.
     *
     * @param descriptor its number, which stays open as long as the file is used
     * @return the file
     */
    public Mono<RingFile> ofDescriptor(int descriptor) {
        return Mono.create(sink -> adopt(descriptor, sink));
    }

    private void adopt(int descriptor, MonoSink<RingFile> sink) {
        FileOpening.Handler handler = new FileOpening.Handler() {
            @Override
            public void opened(OpenFile file) {
                sink.success(new RingFile(new FileSource.Open(file, "", FileSource.CURRENT)));
            }

            @Override
            public void failed(int result) {
                sink.error(RingException.of("STATX", null, result));
            }
        };
        try {
            loop.execute(() -> FileOpening.adopt(loop, descriptor, 0, false, handler));
        } catch (RejectedExecutionException e) {
            sink.error(RingException.rejected(loop, e));
        }
    }

    /**
     * {@return all of a file} It is opened for each subscription, and closed before the end is told; see {@link
     * RingFile#read(ReadOptions)}.
     *
     * @param path its name
     */
    public LeaseFlux read(Path path) {
        return read(path, ReadOptions.defaults());
    }

    /**
     * {@return the bytes of a file} It is opened for each subscription, and closed before the end is told; see {@link
     * RingFile#read(ReadOptions)}.
     *
     * @param path its name
     * @param options what to read, and how
     */
    public LeaseFlux read(Path path, ReadOptions options) {
        return FluxFileRead.of(named(path), options);
    }

    /**
     * {@return the whole content of a small file}
     *
     * @param path its name
     * @param mostBytes how many bytes there may be; a longer file is an {@link IllegalStateException}, and no more than that is read
     */
    public Mono<byte[]> readAll(Path path, int mostBytes) {
        if (mostBytes < 0) {
            throw new IllegalArgumentException("mostBytes can't be negative: " + mostBytes);
        }
        ReadOptions options = ReadOptions.defaults().withLengthBytes(mostBytes + 1L);
        return read(path, options)
                .collect(ByteArrayOutputStream::new, (all, lease) -> all.writeBytes(lease.toByteArray()))
                .map(all -> {
                    if (all.size() > mostBytes) {
                        throw new IllegalStateException(path + " is longer than " + mostBytes + " bytes");
                    }
                    return all.toByteArray();
                });
    }

    /**
     * {@return the count of bytes that were written to a file} See {@link #write(Path, Publisher, WriteOptions, OpenOption...)}.
     *
     * @param path its name
     * @param buffers what to write
     * @param options how to open it; none to make it, or to empty it where it is there
     */
    public Mono<Long> write(Path path, Publisher<ByteBuffer> buffers, OpenOption... options) {
        return write(path, buffers, WriteOptions.defaults(), options);
    }

    /**
     * {@return the count of bytes that were written to a file, when all of them are and are durable as asked} The file is opened for each
     * subscription before the publisher is subscribed to, and closed before the end is told; see {@link RingFile#write(Publisher,
     * WriteOptions)}. One that was made for it, by {@link StandardOpenOption#CREATE_NEW}, is removed when not all of it is written.
     *
     * @param path its name
     * @param buffers what to write
     * @param how where in it, and how
     * @param options how to open it; none to make it, or to empty it where it is there
     */
    public Mono<Long> write(Path path, Publisher<ByteBuffer> buffers, WriteOptions how, OpenOption... options) {
        return MonoFileWrite.ofBuffers(named(path, options.length == 0 ? TO_WRITE : toWrite(options)), how, buffers);
    }

    private static OpenOption[] toWrite(OpenOption... options) {
        OpenOption[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = StandardOpenOption.WRITE;
        return all;
    }

    @Override
    public String toString() {
        return "RingFiles[" + loop + "]";
    }
}
