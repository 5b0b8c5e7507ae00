package io.fluxring.reactor.file.name;

import io.fluxring.core.file.OffLoop;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.CallSite;
import io.fluxring.reactor.operator.LoopSubscription;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;

/** Paths that are found off the loop, a chunk at a time, the next one when all of the last are emitted. */
final class FluxPaths extends Flux<Path> implements Scannable {
    private final RingLoop loop;
    private final Supplier<? extends PathSource> sources;

    private FluxPaths(RingLoop loop, Supplier<? extends PathSource> sources) {
        this.loop = loop;
        this.sources = sources;
    }

    static Flux<Path> of(RingLoop loop, Supplier<? extends PathSource> sources) {
        return CallSite.name(onAssembly(new FluxPaths(loop, sources)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Path> actual) {
        new PathSubscription(loop, actual, sources.get()).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    /** What a look into the source has found. */
    private record Chunk(
            List<Path> paths, boolean isLast, @Nullable Throwable failure) {}

    private static final class PathSubscription extends LoopSubscription<Path> {
        /** The way to another thread and back is small against the calls for so many. */
        private static final int CHUNK = 256;

        private enum State {
            /** Nothing was asked of the source. */
            NEW,
            /** The source is idle. */
            IDLE,
            /** Another thread looks into the source. */
            LOOKING,
            /** The source is closed, or will be without a further call. */
            DONE
        }

        private final PathSource source;
        private final Deque<Path> paths = new ArrayDeque<>(CHUNK);
        private final Runnable ringCloses = this::ringCloses;
        private State state = State.NEW;
        private @Nullable Throwable failure;
        private boolean emits;

        PathSubscription(RingLoop loop, CoreSubscriber<? super Path> actual, PathSource source) {
            super(loop, actual);
            this.source = source;
        }

        @Override
        protected void attach() {
            loop().addCloseHook(ringCloses);
            if (!isOver()) {
                look();
            }
        }

        private void ringCloses() {
            fail(RingException.ringClosed());
            detach();
        }

        private void look() {
            state = State.LOOKING;
            OffLoop.call(loop(), this::chunk, (chunk, bug) -> found(chunk, bug), late -> source.close());
        }

        private Chunk chunk() {
            List<Path> found = new ArrayList<>(CHUNK);
            boolean mayHaveMore = false;
            try {
                mayHaveMore = source.read(found, CHUNK);
                return new Chunk(found, !mayHaveMore, null);
            } catch (UnreadableDirectoryException e) {
                return new Chunk(found, true, e);
            } finally {
                if (!mayHaveMore) {
                    source.close();
                }
            }
        }

        private void found(@Nullable Chunk chunk, @Nullable Throwable bug) {
            if (state == State.DONE) { // cancelled meanwhile
                closeSource();
                return;
            }
            if (chunk == null) {
                finished(bug);
            } else {
                paths.addAll(chunk.paths);
                state = State.IDLE;
                if (chunk.isLast) {
                    finished(chunk.failure);
                }
            }
            drain();
        }

        private void finished(@Nullable Throwable why) {
            failure = why;
            state = State.DONE;
            loop().removeCloseHook(ringCloses);
        }

        /** What the subscriber requests while it is given an element is seen by the loop that gives it. */
        @Override
        protected void drain() {
            if (emits) {
                return;
            }
            emits = true;
            try {
                while (!paths.isEmpty() && demand() > 0) {
                    next(paths.remove());
                }
            } finally {
                emits = false;
            }
            if (paths.isEmpty() && !isOver()) {
                goOn();
            }
        }

        private void goOn() {
            if (state == State.IDLE) {
                look();
            } else if (state == State.DONE) {
                Throwable why = failure;
                if (why == null) {
                    complete();
                } else {
                    fail(why);
                }
            }
        }

        @Override
        protected void detach() {
            paths.clear();
            State left = state;
            if (left == State.IDLE) {
                closeSource();
            }
            if (left != State.DONE) {
                finished(null);
            }
        }

        /** Waits for what the file system does, like any other call for it. */
        private void closeSource() {
            OffLoop.call(
                    loop(),
                    () -> {
                        source.close();
                        return null;
                    },
                    (closed, bug) -> {});
        }
    }
}
