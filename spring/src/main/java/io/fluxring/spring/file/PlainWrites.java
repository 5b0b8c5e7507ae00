package io.fluxring.spring.file;

import io.fluxring.reactor.file.Durability;
import io.fluxring.reactor.file.WriteOptions;
import io.fluxring.spring.buffers.HiddenNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Writes without a ring, with the same results, by threads that may block. */
final class PlainWrites {
    /** None waits within an operator: one that arrives there while an error ends it would stay. */
    private static final int PREFETCH = 0;

    private PlainWrites() {}

    static Mono<Long> write(
            Publisher<? extends DataBuffer> source, Path file, WriteOptions how, OpenOption... options) {
        Set<OpenOption> all = new HashSet<>(List.of(options));
        boolean isPart = how.position().isPresent();
        if (isPart && all.contains(StandardOpenOption.APPEND)) {
            throw new IllegalArgumentException("APPEND and a position exclude each other: " + how);
        }
        if (all.isEmpty()) {
            all.add(StandardOpenOption.CREATE);
            if (!isPart) {
                all.add(StandardOpenOption.TRUNCATE_EXISTING);
            }
        }
        all.add(StandardOpenOption.WRITE);
        boolean makesFile = all.contains(StandardOpenOption.CREATE_NEW);
        return Mono.usingWhen(
                opened(() -> open(file, how, all), channel -> makesFile ? discard(channel, file) : close(channel)),
                channel -> write(source, channel)
                        .flatMap(bytes -> sync(channel, how.durability()).thenReturn(bytes)),
                PlainWrites::close,
                (channel, e) -> makesFile ? discard(channel, file) : close(channel),
                channel -> makesFile ? discard(channel, file) : close(channel));
    }

    private static FileChannel open(Path file, WriteOptions how, Set<OpenOption> options) throws IOException {
        FileChannel channel = FileChannel.open(file, options);
        if (how.position().isPresent()) {
            channel.position(how.position().getAsLong());
        }
        return channel;
    }

    static Mono<Long> replace(Publisher<? extends DataBuffer> source, Path file) {
        return Mono.usingWhen(
                opened(() -> Replacement.begin(file), next -> discard(next.channel, next.temporary)),
                next -> write(source, next.channel)
                        .flatMap(bytes -> blocking(next::commit).thenReturn(bytes)),
                next -> close(next.channel),
                (next, e) -> discard(next.channel, next.temporary),
                next -> discard(next.channel, next.temporary));
    }

    /** The source's thread may be one that must not block. */
    private static Mono<Long> write(Publisher<? extends DataBuffer> source, FileChannel channel) {
        return Flux.<DataBuffer>from(source)
                .concatMap(buffer -> write(buffer, channel), PREFETCH)
                .reduce(0L, Long::sum);
    }

    /** Once it is handed over, a buffer is written and released, whether the answer is still waited for or not. */
    private static Mono<Integer> write(DataBuffer buffer, FileChannel channel) {
        return Mono.create(sink -> {
            AtomicBoolean isCancelled = new AtomicBoolean();
            sink.onCancel(() -> isCancelled.set(true));
            try {
                Schedulers.boundedElastic().schedule(() -> {
                    try {
                        sink.success(writeAll(buffer, channel));
                    } catch (IOException e) {
                        if (!isCancelled.get()) { // its channel may be closed by now
                            sink.error(e);
                        }
                    } finally {
                        DataBufferUtils.release(buffer);
                    }
                });
            } catch (RejectedExecutionException e) {
                DataBufferUtils.release(buffer);
                sink.error(e);
            }
        });
    }

    private static int writeAll(DataBuffer buffer, FileChannel channel) throws IOException {
        int bytes = buffer.readableByteCount();
        try (DataBuffer.ByteBufferIterator parts = buffer.readableByteBuffers()) {
            while (parts.hasNext()) {
                ByteBuffer part = parts.next();
                while (part.hasRemaining()) {
                    channel.write(part);
                }
            }
        }
        return bytes;
    }

    /**
     * What is opened on another thread has an owner also when it is there too late: one who has cancelled meanwhile never hears of it.
     *
     * @param giveUp closes it, and removes what was made for it
     */
    private static <T> Mono<T> opened(Callable<T> open, Function<T, Mono<Void>> giveUp) {
        return Mono.create(sink -> {
            AtomicBoolean isDecided = new AtomicBoolean();
            sink.onCancel(() -> isDecided.set(true));
            Schedulers.boundedElastic().schedule(() -> {
                try {
                    T opened = open.call();
                    if (isDecided.compareAndSet(false, true)) {
                        sink.success(opened);
                    } else {
                        giveUp.apply(opened).subscribe(done -> {}, failure -> {});
                    }
                } catch (Exception e) {
                    if (isDecided.compareAndSet(false, true)) {
                        sink.error(e);
                    }
                }
            });
        });
    }

    private static Mono<Void> sync(FileChannel channel, Durability durability) {
        if (durability == Durability.NONE) {
            return Mono.empty();
        }
        return blocking(() -> {
                    channel.force(true);
                    return true;
                })
                .then();
    }

    private static Mono<Void> close(FileChannel channel) {
        return blocking(() -> {
                    channel.close();
                    return true;
                })
                .then();
    }

    private static Mono<Void> discard(FileChannel channel, Path file) {
        return blocking(() -> {
                    channel.close();
                    return Files.deleteIfExists(file);
                })
                .then();
    }

    private static <T> Mono<T> blocking(Callable<T> call) {
        return Mono.fromCallable(call).subscribeOn(Schedulers.boundedElastic());
    }

    /** The new contents of a file on their way into a temporary one beside it. */
    private record Replacement(Path file, Path temporary, FileChannel channel) {
        static Replacement begin(Path file) throws IOException {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isSymbolicLink(file)) {
                throw new FileSystemException(file.toString(), null, "a directory, a device or a pipe is not replaced");
            }
            Path directory = file.toAbsolutePath().getParent();
            if (directory == null) {
                throw new IOException("a directory: " + file);
            }
            Files.createDirectories(directory);
            Path temporary = HiddenNames.beside(file.toAbsolutePath());
            FileChannel channel =
                    FileChannel.open(temporary, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            return new Replacement(file, temporary, channel);
        }

        Path commit() throws IOException {
            PosixFileAttributeView view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
            if (view != null && Files.exists(file)) {
                view.setPermissions(
                        Files.readAttributes(file, PosixFileAttributes.class).permissions());
            }
            channel.force(true);
            return Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
