package io.fluxring.tests.allocation;

import com.sun.management.ThreadMXBean;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.file.ReadOptions;
import io.fluxring.reactor.file.RingFile;
import io.fluxring.reactor.file.WriteOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;

/** A program: the bytes that the ring's thread allocates for a piece of a stream of a file's bytes, in and out. */
final class FileAllocationProbe {
    /** What is measured: a piece that is read; one that is written from where it is, from the heap, and out of a lease. */
    static final String[] NAMES = {"file-read", "file-write", "file-write-heap", "file-write-leases"};

    private static final int CHUNK_BYTES = 4096;
    private static final int CHUNKS = 20_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long thread;

    private FileAllocationProbe(long thread) {
        this.thread = thread;
    }

    public static void main(String[] arguments) throws IOException {
        ReactiveRing ring = ReactiveRing.create();
        Path path = Files.createTempFile("allocation", "");
        Files.write(path, new byte[CHUNKS * CHUNK_BYTES]);
        RingFile file = ring.files()
                .open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                .block();
        FileAllocationProbe probe = new FileAllocationProbe(
                CompletableFuture.supplyAsync(() -> Thread.currentThread().threadId(), ring.loop())
                        .join());
        ReadOptions pieces = ReadOptions.defaults().withChunkBytes(CHUNK_BYTES);
        ByteBuffer direct = ByteBuffer.allocateDirect(CHUNK_BYTES);
        ByteBuffer heap = ByteBuffer.allocate(CHUNK_BYTES);
        ByteBuffer[] directs = new ByteBuffer[CHUNKS];
        ByteBuffer[] heaps = new ByteBuffer[CHUNKS];
        Arrays.fill(directs, direct);
        Arrays.fill(heaps, heap);
        probe.measure("file-read", name -> file.read(pieces).blockLast());
        probe.measure(
                "file-write", name -> file.write(Flux.fromArray(directs), 0).block());
        probe.measure(
                "file-write-heap", name -> file.write(Flux.fromArray(heaps), 0).block());
        Flux<BufferLease> leases = ring.files().read(path, pieces);
        probe.measure(
                "file-write-leases",
                name -> file.writeLeases(leases, WriteOptions.defaults()).block());
        file.close().block();
        Files.delete(path);
        ring.disposeLater().block();
    }

    private void measure(String name, Consumer<String> stream) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < CoreAllocationProbe.ROUNDS; round++) {
            long before = threads.getThreadAllocatedBytes(thread);
            stream.accept(name);
            least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
        }
        System.out.println(name + " " + (double) least / CHUNKS);
    }
}
