package io.fluxring.benchmarks.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A loop with the JDK's FileChannel and a direct buffer; a thread for each read at random that is in flight. */
final class ChannelFile implements FileLibrary {

    private final ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

    @Override
    public long read(Task task) throws IOException {
        Pages pages = new Pages();
        ByteBuffer buffer = Pages.allocate(task.chunkBytes());
        long done = 0;
        try (FileChannel channel = FileChannel.open(task.file(), OpenOptions.of(task))) {
            while (done < task.bytes()) {
                done += channel.read(buffer.clear());
                pages.look(buffer.flip());
            }
        }
        return done;
    }

    @Override
    public long readAtRandom(Task task) throws IOException, InterruptedException {
        long end = System.nanoTime() + (long) (task.seconds() * 1e9);
        try (FileChannel channel = FileChannel.open(task.file(), OpenOptions.of(task))) {
            List<Callable<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < task.depth(); i++) {
                RandomBlocks positions = new RandomBlocks(task, i);
                readers.add(() -> readUntil(end, channel, positions, task.chunkBytes()));
            }
            long count = 0;
            for (Future<Integer> each : threads.invokeAll(readers)) {
                count += Callbacks.await(each);
            }
            return count;
        }
    }

    private static int readUntil(long end, FileChannel channel, RandomBlocks positions, int blockBytes) {
        ByteBuffer buffer = Pages.allocate(blockBytes);
        int count = 0;
        try {
            do {
                count += channel.read(buffer.clear(), positions.next(blockBytes)) / blockBytes;
            } while (System.nanoTime() - end < 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    @Override
    public long write(Task task) throws IOException {
        ByteBuffer chunk = Pages.random(task.chunkBytes());
        long done = 0;
        try (FileChannel channel = FileChannel.open(task.file(), OpenOptions.of(task))) {
            while (done < task.bytes()) {
                done += channel.write(chunk.rewind());
            }
            if (task.work() == Work.WRITE_SYNC) {
                channel.force(false);
            }
        }
        return done;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
