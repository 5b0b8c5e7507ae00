package io.fluxring.benchmarks.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Several operations in flight, for libraries that answer by futures and callbacks. */
final class Callbacks {

    /** An operation whose answer can be waited for. */
    interface Operation {
        Future<Integer> begin(ByteBuffer buffer, long position) throws IOException;
    }

    /** A read whose answer calls back. */
    interface Reader {
        void read(ByteBuffer buffer, long position, Answer answer);
    }

    /** Hears of the answer. */
    interface Answer {
        void done(int result);
    }

    private Callbacks() {}

    static int await(Future<Integer> answer) throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** Reads in order: each buffer is read into anew when the library's user has looked at it. */
    static long readInOrder(Task task, Operation read) throws IOException, InterruptedException {
        Pages pages = new Pages();
        ByteBuffer[] buffers = Pages.allocate(task.depth(), task.chunkBytes());
        @SuppressWarnings({"unchecked", "rawtypes"})
        Future<Integer>[] answers = new Future[task.depth()];
        long begun = 0;
        long done = 0;
        for (long i = 0; i < task.chunks(); i++) {
            while (begun < Math.min(i + answers.length, task.chunks())) {
                int place = (int) (begun % answers.length);
                answers[place] = read.begin(buffers[place].clear(), begun * task.chunkBytes());
                begun++;
            }
            int place = (int) (i % answers.length);
            done += await(answers[place]);
            pages.look(buffers[place].flip());
        }
        return done;
    }

    /** Writes the same bytes over and over. */
    static long write(Task task, Operation write) throws IOException, InterruptedException {
        ByteBuffer chunk = Pages.random(task.chunkBytes());
        @SuppressWarnings({"unchecked", "rawtypes"})
        Future<Integer>[] answers = new Future[task.depth()];
        long done = 0;
        for (long i = 0; i < task.chunks() + answers.length; i++) {
            int place = (int) (i % answers.length);
            if (i >= answers.length) {
                done += await(answers[place]);
            }
            if (i < task.chunks()) {
                answers[place] = write.begin(chunk.duplicate(), i * task.chunkBytes());
            }
        }
        return done;
    }

    /** Keeps reads in flight: each answer begins the next. */
    static long readAtRandom(Task task, Reader reader) throws InterruptedException {
        long end = System.nanoTime() + (long) (task.seconds() * 1e9);
        CountDownLatch ended = new CountDownLatch(task.depth());
        Place[] places = new Place[task.depth()];
        for (int i = 0; i < places.length; i++) {
            places[i] = new Place(task, i, reader, end, ended);
            places[i].begin();
        }
        ended.await();
        long count = 0;
        for (Place place : places) {
            count += place.count;
        }
        return count;
    }

    /** A read in flight, and its memory. */
    private static final class Place implements Answer {
        private final Task task;
        private final RandomBlocks positions;
        private final ByteBuffer buffer;
        private final Reader reader;
        private final long end;
        private final CountDownLatch ended;
        private long count;

        Place(Task task, int seed, Reader reader, long end, CountDownLatch ended) {
            this.task = task;
            this.reader = reader;
            this.end = end;
            this.ended = ended;
            positions = new RandomBlocks(task, seed);
            buffer = Pages.allocate(task.chunkBytes());
        }

        void begin() {
            reader.read(buffer.clear(), positions.next(task.chunkBytes()), this);
        }

        @Override
        public void done(int result) {
            count++;
            if (result == task.chunkBytes() && System.nanoTime() - end < 0) {
                begin();
            } else {
                ended.countDown();
            }
        }
    }
}
