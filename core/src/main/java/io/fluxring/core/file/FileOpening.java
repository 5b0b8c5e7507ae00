package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.RawFd;
import io.fluxring.core.loop.CloseOperation;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Opens a file, {@code open(2)}, without a wait for the other end of a FIFO: one that is to be read is open at once, and its reads wait;
 * one that is to be written and is not being read is refused with {@code -ENXIO}. A ring has few workers, and as many opens that wait
 * in them keep it from every other open and sync. What is opened after the handler has called it off is closed. Belongs to the loop's thread.
 */
public final class FileOpening extends Operation {
    /** Hears how an opening has ended. */
    public interface Handler {
        /**
         * The file is open, and the handler's.
         *
         * @param file to be closed by the handler
         */
        void opened(OpenFile file);

        /**
         * The file is not open.
         *
         * @param result a negated errno
         */
        void failed(int result);
    }

    private final RingLoop loop;
    private final int directoryFd;
    private final MemorySegment path;
    private final boolean mayWait;
    private int openFlags;
    private final int mode;
    private @Nullable Handler handler;
    private boolean cancelled;

    private FileOpening(RingLoop loop, int directoryFd, MemorySegment path, int openFlags, int mode, Handler handler) {
        super(Opcode.OPENAT);
        this.loop = loop;
        this.directoryFd = directoryFd;
        this.path = path;
        this.mayWait = (openFlags & (Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NONBLOCK)) == 0;
        this.openFlags = openFlags | Libc.O_CLOEXEC | (mayWait ? Libc.O_NONBLOCK : 0);
        this.mode = mode;
        this.handler = handler;
    }

    /**
     * Begins to open a file.
     *
     * @param loop that will work on it
     * @param path with a NUL at its end; native, and reachable through this operation as long as it needs it
     * @param openFlags {@code O_*}; {@code O_CLOEXEC} is added
     * @param mode the permissions of a file that is made
     * @param handler hears of the end
     * @return what can be called off
     */
    public static FileOpening submit(RingLoop loop, MemorySegment path, int openFlags, int mode, Handler handler) {
        return submit(loop, Libc.AT_FDCWD, path, openFlags, mode, handler);
    }

    /**
     * As {@link #submit(RingLoop, MemorySegment, int, int, Handler)}, with a directory where a relative path starts.
     *
     * @param loop that will work on it
     * @param directoryFd stays open until the handler hears of the end
     * @param path with a NUL at its end; native
     * @param openFlags {@code O_*}; {@code O_CLOEXEC} is added
     * @param mode the permissions of a file that is made
     * @param handler hears of the end
     * @return what can be called off
     */
    public static FileOpening submit(
            RingLoop loop, int directoryFd, MemorySegment path, int openFlags, int mode, Handler handler) {
        FileOpening opening = new FileOpening(loop, directoryFd, path, openFlags, mode, handler);
        loop.submit(opening);
        return opening;
    }

    /**
     * A file that is open already, such as one of the process's standard streams.
     *
     * @param loop that will work on it
     * @param fd an ordinary descriptor
     * @param openFlags how it was opened, as far as {@code O_DIRECT} and {@code O_APPEND} matter
     * @param owned whether it is closed with the file
     * @param handler gets it, at once
     */
    public static void adopt(RingLoop loop, int fd, int openFlags, boolean owned, Handler handler) {
        FileRef file = new RawFd(fd);
        int result =
                FileTraits.find(loop, fd, openFlags, traits -> handler.opened(new OpenFile(loop, file, traits, owned)));
        if (result < 0) {
            handler.failed(result);
        }
    }

    /**
     * A file that is open already and that others have as well: how it was opened is asked of the kernel, and it stays open.
     *
     * @param loop that will work on it
     * @param fd an ordinary descriptor
     * @param handler gets it, at once
     */
    public static void share(RingLoop loop, int fd, Handler handler) {
        int openFlags = loop.kernel().files().statusFlags(fd);
        if (openFlags < 0) {
            handler.failed(openFlags);
        } else {
            adopt(loop, fd, openFlags, false, handler);
        }
    }

    /** Asks the opening to end early. The handler hears how it has ended: the file may be open all the same. */
    public void cancel() {
        cancelled = true;
        loop.cancel(this);
    }

    /** Calls the opening off: the handler hears nothing of it any more. */
    public void callOff() {
        handler = null;
        loop.cancel(this);
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepOpen(directoryFd, path.address(), openFlags, mode);
    }

    @Override
    protected void completed(int result, int flags) {
        Handler to = handler;
        handler = null;
        if (to == null) {
            if (result >= 0) {
                CloseOperation.submit(loop, new RawFd(result), ignored -> {});
            }
        } else if (result == Errno.EINTR.result() && !cancelled) {
            handler = to;
            loop.submit(this);
        } else if (result == Errno.EAGAIN.result() && isNonBlocking() && !cancelled) { // a lease is to be broken
            openFlags &= ~Libc.O_NONBLOCK;
            handler = to;
            loop.submit(this);
        } else if (result < 0) {
            to.failed(result);
        } else {
            adoptOpened(result, to);
        }
    }

    private boolean isNonBlocking() {
        return mayWait && (openFlags & Libc.O_NONBLOCK) != 0;
    }

    private void adoptOpened(int fd, Handler to) {
        if (isNonBlocking()) { // the kernel refuses to wait for a file with this flag also where only a worker can read
            // it
            openFlags &= ~Libc.O_NONBLOCK;
            int result = loop.kernel().files().setStatusFlags(fd, openFlags);
            if (result < 0) {
                CloseOperation.submit(loop, new RawFd(fd), ignored -> to.failed(result));
                return;
            }
        }
        adopt(loop, fd, openFlags, true, new Handler() {
            @Override
            public void opened(OpenFile file) {
                to.opened(file);
            }

            @Override
            public void failed(int result) {
                CloseOperation.submit(loop, new RawFd(fd), ignored -> to.failed(result));
            }
        });
    }
}
