package io.fluxring.core.loop;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.DirectFd;
import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.RegisteredFiles;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.function.IntConsumer;

/**
 * Closes a file of any kind, an ordinary descriptor or a direct one, once nothing runs on it any more (see {@link
 * io.fluxring.core.fd.OwnedFd}). It completes when the kernel has let go of the file: the next bind of that name, or open of that
 * file, finds it free.
 */
public final class CloseOperation extends Operation {
    private final RingLoop loop;
    private final FileRef file;
    private final IntConsumer closed;

    private CloseOperation(RingLoop loop, FileRef file, IntConsumer closed) {
        super(Opcode.CLOSE);
        this.loop = loop;
        this.file = file;
        this.closed = closed;
    }

    /**
     * Closes a file. Loop's thread only.
     *
     * @param loop the loop
     * @param file belongs to the operation from here on
     * @param closed is given 0, or the negated errno of a file that could not be flushed; the descriptor is gone all the same
     */
    public static void submit(RingLoop loop, FileRef file, IntConsumer closed) {
        loop.submit(new CloseOperation(loop, file, closed));
    }

    @Override
    protected void prepare(Sqe sqe) {
        if (file instanceof DirectFd(int slot)) {
            sqe.prepCloseDirect(slot);
        } else {
            sqe.prepClose(file.number());
        }
    }

    @Override
    protected void completed(int result, int flags) {
        int outcome = result;
        if (file instanceof DirectFd) {
            RegisteredFiles files = loop.files();
            if (files != null) {
                files.removed();
            }
        } else if (result == Errno.ECANCELED.result()) {
            outcome = loop.kernel().close(file.number()); // the teardown called the close off
        }
        closed.accept(outcome);
    }

    @Override
    protected String describe() {
        return file.toString();
    }
}
