package io.fluxring.benchmarks.files;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;

/** The JDK's AsynchronousFileChannel with its own threads, and several operations in flight. */
final class AsyncChannelFile implements FileLibrary {

    private static final CompletionHandler<Integer, Callbacks.Answer> HANDLER = new CompletionHandler<>() {
        @Override
        public void completed(Integer result, Callbacks.Answer answer) {
            answer.done(result);
        }

        @Override
        public void failed(Throwable failure, Callbacks.Answer answer) {
            answer.done(-1);
        }
    };

    @Override
    public long read(Task task) throws IOException, InterruptedException {
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(task.file(), OpenOptions.of(task))) {
            return Callbacks.readInOrder(task, channel::read);
        }
    }

    @Override
    public long readAtRandom(Task task) throws IOException, InterruptedException {
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(task.file(), OpenOptions.of(task))) {
            return Callbacks.readAtRandom(
                    task, (buffer, position, answer) -> channel.read(buffer, position, answer, HANDLER));
        }
    }

    @Override
    public long write(Task task) throws IOException, InterruptedException {
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(task.file(), OpenOptions.of(task))) {
            long done = Callbacks.write(task, channel::write);
            if (task.work() == Work.WRITE_SYNC) {
                channel.force(false);
            }
            return done;
        }
    }
}
