package io.fluxring.core.file;

import io.fluxring.core.sys.Libc;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A second way into a file that is open for direct I/O: through the page cache, for the parts of it that no direct write can have
 * because they do not fill a block. Opened when it is first needed. Belongs to the loop's thread.
 *
 * <p>Each byte of the file is written by one of the two ways only, and they meet at the boundary of a page, so that the cache never holds
 * an older copy of what was written past it.
 */
final class BufferedTwin {
    private final OpenFile direct;
    private final List<Waiting> waiting = new ArrayList<>(1);
    private @Nullable FileOpening opening;
    private @Nullable OpenFile twin;

    private record Waiting(Consumer<OpenFile> ready, IntConsumer failed) {}

    BufferedTwin(OpenFile direct) {
        this.direct = direct;
    }

    /**
     * Gets the file, at once when it is open.
     *
     * @param ready is given it
     * @param failed is given a negated errno
     */
    void use(Consumer<OpenFile> ready, IntConsumer failed) {
        OpenFile open = twin;
        if (open != null) {
            ready.accept(open);
            return;
        }
        waiting.add(new Waiting(ready, failed));
        if (opening == null) {
            open();
        }
    }

    private void open() {
        String path = "/proc/self/fd/" + direct.file().number();
        int openFlags = Libc.O_WRONLY | (direct.traits().append() ? Libc.O_APPEND : 0);
        opening = FileOpening.submit(
                direct.loop(), Arena.ofAuto().allocateFrom(path), openFlags, 0, new FileOpening.Handler() {
                    @Override
                    public void opened(OpenFile file) {
                        twin = file;
                        takeWaiting().forEach(each -> each.ready().accept(file));
                    }

                    @Override
                    public void failed(int result) {
                        takeWaiting().forEach(each -> each.failed().accept(result));
                    }
                });
    }

    private List<Waiting> takeWaiting() {
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        opening = null;
        return all;
    }

    /** Closes it behind its operations, if it was opened. */
    void close(Runnable closed) {
        OpenFile open = twin;
        if (open == null) {
            closed.run();
        } else {
            open.close(ignored -> closed.run());
        }
    }
}
