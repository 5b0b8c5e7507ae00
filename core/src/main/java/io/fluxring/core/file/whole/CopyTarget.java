package io.fluxring.core.file.whole;

import io.fluxring.core.file.FileOpening;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The file that is copied to: whether it was there decides what becomes of it when the copy fails. */
final class CopyTarget implements FileOpening.Handler {
    /** Hears of the opening. */
    interface Handler {
        /** The file is open, and the target's. */
        void opened(HeldFile file);

        /** It is not. */
        void failed(int result);
    }

    /** A name that comes and goes between two tries is left to those who are at it. */
    private static final int MOST_TRIES = 5;

    private final RingLoop loop;
    private final MemorySegment path;
    private final boolean replace;
    private final Handler handler;

    private @Nullable FileOpening opening;
    private @Nullable HeldFile file;
    private int permissions;
    private boolean isMade;
    private int tries;

    /**
     * A target that is not open.
     *
     * @param handler hears of the opening
     */
    CopyTarget(RingLoop loop, MemorySegment path, boolean replace, Handler handler) {
        this.loop = loop;
        this.path = path;
        this.replace = replace;
        this.handler = handler;
    }

    /** Makes the file; opens the one that is there, with its contents, where that may be replaced. */
    void open(int newPermissions) {
        permissions = newPermissions;
        make();
    }

    /**
     * The opening is not wanted any more.
     *
     * @return whether the handler hears nothing of it; of a file that is being made it does: that has to be removed
     */
    boolean callOff() {
        FileOpening running = opening;
        if (running == null || isMade) {
            return false;
        }
        opening = null;
        running.callOff();
        return true;
    }

    private void make() {
        isMade = true;
        tries++;
        opening = FileOpening.submit(loop, path, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL, permissions, this);
    }

    private void openExisting() {
        isMade = false;
        opening = FileOpening.submit(loop, path, Libc.O_WRONLY, 0, this);
    }

    @Override
    public void opened(OpenFile opened) {
        opening = null;
        HeldFile held = new HeldFile(opened);
        file = held;
        handler.opened(held);
    }

    @Override
    public void failed(int result) {
        opening = null;
        if (isMade && replace && result == Errno.EEXIST.result()) {
            openExisting();
        } else if (!isMade && result == Errno.ENOENT.result() && tries < MOST_TRIES) {
            make();
        } else {
            isMade = false;
            handler.failed(result);
        }
    }

    /** Closes the file. */
    void close(IntConsumer closed) {
        HeldFile open = file;
        if (open == null) {
            closed.accept(0);
        } else {
            open.close(closed);
        }
    }

    /** Removes the file if the copy has made it and it still has its name, before it is closed. */
    void remove(Runnable removed) {
        HeldFile made = file;
        if (!isMade || made == null || (made.isHeld() && made.facts().links() == 0)) {
            removed.run();
        } else {
            PathOperation.remove(loop, Libc.AT_FDCWD, path, removed);
        }
    }

    /** Makes the name of a file that was made durable. */
    void syncName(IntConsumer synced) {
        if (isMade) {
            DirectorySync.submit(loop, PathParts.directory(path), synced);
        } else {
            synced.accept(0);
        }
    }
}
