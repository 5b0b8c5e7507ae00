package io.fluxring.core.file;

import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * A read or write that is submitted again until all of it is done: the kernel may do a part of it, be interrupted, or have to wait for the
 * other end of a stream. Reusable; belongs to the loop's thread.
 */
abstract class SteppedTransfer extends Operation {
    /** At the file's own position. */
    public static final long CURRENT = -1;

    private final OpenFile file;
    private long position;
    private boolean calledOff;
    private @Nullable StreamWait wait;

    /**
     * A transfer that has not begun.
     *
     * @param opcode of each step
     */
    SteppedTransfer(OpenFile file, Opcode opcode) {
        super(opcode);
        this.file = file;
    }

    /** All is done, or no step follows any more. */
    abstract void ended(int failure);

    final OpenFile file() {
        return file;
    }

    /** Where it began, or {@link #CURRENT}. */
    final long position() {
        return position;
    }

    /** Where the next step begins, so many bytes being done. */
    final long position(long doneBytes) {
        return position == CURRENT ? CURRENT : position + doneBytes;
    }

    /** Takes the file; {@link #submit} follows. Throws when it is closed. */
    final void begin(long atPosition) {
        position = atPosition;
        calledOff = false;
        file.begin(this);
    }

    /** How many bytes the next step is to transfer. */
    abstract int stepBytes();

    /** A direct transfer is the device's work; any other is a copy from or to the page cache. */
    final void submit() {
        try {
            if (file.traits().direct()) {
                file.loop().submit(this);
            } else {
                file.loop().submitInTurn(this, stepBytes());
            }
        } catch (RuntimeException | Error e) {
            end(Errno.EINVAL.result());
            throw e;
        }
    }

    /** The next step, unless the transfer is to end. */
    final void goOn() {
        if (mustEnd()) {
            end(Errno.ECANCELED.result());
        } else {
            submit();
        }
    }

    /** The next step when the stream is ready for it. */
    final void goOnWhenReady(int events) {
        if (mustEnd()) {
            end(Errno.ECANCELED.result());
        } else {
            wait = StreamWait.begin(file, events, this::waited);
        }
    }

    private void waited() {
        wait = null;
        goOn();
    }

    /** A close ends what waits for a stream, once: nothing may begin behind it that could wait for ever. */
    private boolean mustEnd() {
        return calledOff || (file.traits().isStream() && !file.isOpen());
    }

    /**
     * Whether a step has brought all that a read brings, though there is room for more: what is there of a stream; of a direct read, the
     * block that has the file's end in it, behind which the next step could not begin.
     */
    final boolean isLastRead(int result) {
        return position == CURRENT
                || file.traits().isStream()
                || result % file.traits().offsetAlignmentBytes() != 0;
    }

    final void end(int failure) {
        try {
            ended(failure);
        } finally {
            file.ended(this);
        }
    }

    /** Asks it to end soon: no further step begins, and a wait for a stream is given up. */
    public final void callOff() {
        calledOff = true;
        StreamWait waiting = wait;
        if (waiting != null) {
            file.loop().cancel(waiting);
        } else if (isLive()) {
            file.loop().cancel(this);
        }
    }

    @Override
    protected final String describe() {
        return file.file() + (position == CURRENT ? "" : " at " + position);
    }
}
