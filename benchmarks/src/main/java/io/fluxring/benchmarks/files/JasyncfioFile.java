package io.fluxring.benchmarks.files;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import one.jasyncfio.AsyncFile;
import one.jasyncfio.EventExecutor;
import one.jasyncfio.OpenOption;

/** jasyncfio: io_uring on a thread of its own, answers by CompletableFuture. */
final class JasyncfioFile implements FileLibrary {

    private static final int CREATED_MODE = 0644;

    private final EventExecutor executor = EventExecutor.initDefault();

    private AsyncFile open(Task task) throws IOException, InterruptedException {
        return get(AsyncFile.open(task.file(), CREATED_MODE, executor, options(task.work())));
    }

    private static OpenOption[] options(Work work) {
        return switch (work) {
            case CACHED, COLD -> new OpenOption[] {OpenOption.READ_ONLY};
            case DIRECT, RANDOM -> new OpenOption[] {OpenOption.READ_ONLY, OpenOption.DIRECT};
            case WRITE, WRITE_SYNC -> new OpenOption[] {OpenOption.WRITE_ONLY, OpenOption.CREATE};
            case WRITE_DSYNC -> new OpenOption[] {OpenOption.WRITE_ONLY, OpenOption.CREATE, OpenOption.DSYNC};
        };
    }

    private static <T> T get(Future<T> answer) throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    @Override
    public long read(Task task) throws IOException, InterruptedException {
        AsyncFile file = open(task);
        long done = Callbacks.readInOrder(task, file::read);
        get(file.close());
        return done;
    }

    @Override
    public long readAtRandom(Task task) throws IOException, InterruptedException {
        AsyncFile file = open(task);
        long count = Callbacks.readAtRandom(task, (buffer, position, answer) -> {
            CompletableFuture<Integer> _ = file.read(buffer, position)
                    .whenComplete((result, failure) -> answer.done(failure == null ? result : -1));
        });
        get(file.close());
        return count;
    }

    @Override
    public long write(Task task) throws IOException, InterruptedException {
        AsyncFile file = open(task);
        long done = Callbacks.write(task, file::write);
        if (task.work() == Work.WRITE_SYNC) {
            get(file.dataSync());
        }
        get(file.close());
        return done;
    }

    @Override
    public void close() {
        try {
            executor.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
