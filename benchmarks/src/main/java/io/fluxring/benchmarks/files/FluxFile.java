package io.fluxring.benchmarks.files;

import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.RegisteredBuffer;
import io.fluxring.core.memory.RegisteredBuffers;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.file.Durability;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.RingOpenOption;
import io.fluxring.reactor.file.WriteOptions;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Fluxring's files as publishers: a Flux of leases, a Flux that is written. */
final class FluxFile implements FileLibrary {

    private final ReactiveRing ring = ReactiveRing.create(
            ReactiveRingConfig.defaults().withLoop(RingLoopConfig.defaults().withRegisteredBuffers(1)));

    private final Scheduler onLoop = Schedulers.fromExecutor(ring.loop());
    private final boolean registered;

    /** Either reads at random into a registered buffer or into the JDK's. */
    FluxFile(boolean registered) {
        this.registered = registered;
    }

    private static <T> T get(Mono<T> mono) {
        T value = mono.block();
        if (value == null) {
            throw new IllegalStateException("nothing came");
        }
        return value;
    }

    @Override
    public long read(Task task) {
        ReadOptions options = ReadOptions.defaults()
                .withLengthBytes(task.bytes())
                .withChunkBytes(task.chunkBytes())
                .withReadAhead(task.depth());
        if (task.work().isDirect()) {
            return get(Mono.usingWhen(
                    ring.files().open(task.file(), StandardOpenOption.READ, RingOpenOption.DIRECT),
                    file -> look(file.read(options)),
                    RingFile::close));
        }
        return get(look(ring.files().read(task.file(), options)));
    }

    private static Mono<Long> look(Flux<BufferLease> leases) {
        Pages pages = new Pages();
        long[] done = new long[1];
        return leases.doOnNext(lease -> {
                    for (int i = 0; i < lease.lengthBytes(); i += Pages.BYTES) {
                        pages.add(lease.get(i));
                    }
                    done[0] += lease.lengthBytes();
                })
                .then(Mono.fromSupplier(() -> done[0]));
    }

    @Override
    public long readAtRandom(Task task) {
        return get(Mono.usingWhen(
                ring.files().open(task.file(), StandardOpenOption.READ, RingOpenOption.DIRECT),
                file -> readAtRandom(file, task),
                RingFile::close));
    }

    private Mono<Long> readAtRandom(RingFile file, Task task) {
        return registered
                ? Mono.usingWhen(
                        Mono.fromCallable(() -> register(task)).subscribeOn(onLoop),
                        memory -> readAtRandom(
                                task,
                                range(task.depth()),
                                (place, position) -> file.readFixed(
                                        memory, (long) place * task.chunkBytes(), task.chunkBytes(), position)),
                        memory ->
                                Mono.fromRunnable(() -> table().remove(memory)).subscribeOn(onLoop))
                : readAtRandom(
                        task,
                        List.of(Pages.allocate(task.depth(), task.chunkBytes())),
                        (buffer, position) -> file.read(buffer.clear(), position));
    }

    private RegisteredBuffer register(Task task) {
        ByteBuffer memory = Pages.allocate(task.depth() * task.chunkBytes());
        return Objects.requireNonNull(table().add(MemorySegment.ofBuffer(memory), _ -> {}));
    }

    private RegisteredBuffers table() {
        return Objects.requireNonNull(ring.loop().registeredBuffers());
    }

    private static List<Integer> range(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    /** A place is what is read into. */
    private static <P> Mono<Long> readAtRandom(Task task, List<P> places, BiFunction<P, Long, Mono<Integer>> read) {
        Queue<P> free = new ConcurrentLinkedQueue<>(places);
        RandomBlocks positions = new RandomBlocks(task, 0);
        long end = System.nanoTime() + (long) (task.seconds() * 1e9);
        Flux<Long> wanted = Flux.generate(sink -> {
            if (System.nanoTime() - end < 0) {
                sink.next(positions.next(task.chunkBytes()));
            } else {
                sink.complete();
            }
        });
        return wanted.flatMap(
                        position -> {
                            P place = free.remove();
                            return read.apply(place, position).doOnSuccess(bytes -> free.add(place));
                        },
                        task.depth())
                .count();
    }

    @Override
    public long write(Task task) {
        Durability durability = switch (task.work()) {
            case WRITE_SYNC -> Durability.DATA;
            case WRITE_DSYNC -> Durability.EACH_WRITE;
            default -> Durability.NONE;
        };
        WriteOptions options =
                WriteOptions.defaults().withWriteBehind(task.depth()).withDurability(durability);
        ByteBuffer chunk = Pages.random(task.chunkBytes());
        Flux<ByteBuffer> source = Flux.range(0, (int) task.chunks()).map(i -> chunk.duplicate());
        return get(ring.files().write(task.file(), source, options));
    }

    @Override
    public void close() {
        ring.dispose();
    }
}
