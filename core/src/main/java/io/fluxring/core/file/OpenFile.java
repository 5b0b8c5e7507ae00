package io.fluxring.core.file;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.fd.OwnedFd;
import io.fluxring.core.loop.CloseOperation;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A file that is open on a loop. Each operation on it is counted between {@link #begin} and {@link #ended}, and its descriptor is closed
 * after the last one. Belongs to the loop's thread. A loop that ends closes what is open.
 */
public final class OpenFile {
    private final RingLoop loop;
    private final OwnedFd fd;
    private final FileTraits traits;
    private final boolean owned;
    private final Runnable loopEnds = this::loopEnds;
    private final List<IntConsumer> onClosed = new ArrayList<>(1);

    /** What reads or writes it, and hears of its close. */
    interface User {
        /** The file is about to be closed: no operation may begin any more. */
        void fileCloses();
    }

    private final Set<User> users = new LinkedHashSet<>(2);

    /** Reads and writes of a stream, which may wait for its other end for ever: a close calls them off. */
    private @Nullable List<Operation> endless;

    private int callsOffLoop;
    private boolean released;
    private int closeResult;

    /**
     * A file that is open.
     *
     * @param loop the loop that works on it
     * @param file its descriptor
     * @param traits what it is
     * @param owned whether the descriptor is closed with it
     */
    OpenFile(RingLoop loop, FileRef file, FileTraits traits, boolean owned) {
        this.loop = loop;
        this.fd = new OwnedFd(file);
        this.traits = traits;
        this.owned = owned;
        loop.addCloseHook(loopEnds);
    }

    /** {@return the loop that works on it} */
    public RingLoop loop() {
        return loop;
    }

    /** {@return its descriptor} */
    public FileRef file() {
        return fd.file();
    }

    /** {@return what it was found to be when it was opened} */
    public FileTraits traits() {
        return traits;
    }

    /** {@return whether operations may begin} */
    public boolean isOpen() {
        return fd.isOpen();
    }

    /** Has a user told of the close. */
    void addUser(User user) {
        users.add(user);
    }

    void removeUser(User user) {
        users.remove(user);
    }

    /**
     * An operation begins.
     *
     * @param operation which, about to be submitted
     * @throws IllegalStateException when the file is closed
     */
    public void begin(Operation operation) {
        fd.begin();
        if (traits.isStream()) {
            if (endless == null) {
                endless = new ArrayList<>(2);
            }
            endless.add(operation);
        }
    }

    /**
     * An operation has ended.
     *
     * @param operation which
     */
    public void ended(Operation operation) {
        if (endless != null) {
            endless.remove(operation);
        }
        letGo();
    }

    /**
     * Keeps the descriptor open for a call that is no operation of the ring, until {@link #letGo}.
     *
     * @throws IllegalStateException when the file is closed
     */
    public void hold() {
        fd.begin();
    }

    /** Ends what {@link #hold} has begun. */
    public void letGo() {
        if (fd.end()) {
            release();
        }
    }

    /**
     * Makes a call on the file that may wait for a device, on another thread. The descriptor stays open until then.
     *
     * @param call a value or a negated errno
     * @param answer gets what the call has returned, on the loop's thread; {@code -ECANCELED} at once when the file is closed
     */
    public void callOffLoop(LongSupplier call, LongConsumer answer) {
        if (!isOpen()) {
            answer.accept(Errno.ECANCELED.result());
            return;
        }
        hold();
        callsOffLoop++;
        OffLoop.call(loop, call::getAsLong, (result, failure) -> answered(result, failure, answer), late -> {
            // a loop that ends awaits the call; this one has given up, and keeps what it has
        });
    }

    private void answered(@Nullable Long result, @Nullable Throwable failure, LongConsumer answer) {
        callsOffLoop--;
        try {
            if (failure != null) {
                throw new IllegalStateException("a call of the kernel has thrown", failure);
            }
            answer.accept(result == null ? 0 : result);
        } finally {
            letGo();
        }
    }

    /**
     * Closes the file behind its operations: those on a regular file are awaited, those on a stream are called off. May be called more
     * than once.
     *
     * @param closed is given 0, or the negated errno of a file that could not be flushed, once the kernel has let go of it
     */
    public void close(IntConsumer closed) {
        if (released) {
            closed.accept(closeResult);
            return;
        }
        onClosed.add(closed);
        if (!fd.isOpen()) {
            return;
        }
        boolean unused = fd.close();
        if (endless != null) {
            List.copyOf(endless).forEach(loop::cancel);
        }
        List.copyOf(users).forEach(user -> loop.execute(user::fileCloses)); // one that throws does not cost the others
        if (unused) {
            release();
        }
    }

    private void loopEnds() {
        LoopHold.begin(loop, () -> callsOffLoop > 0);
        close(result -> {});
    }

    private void release() {
        loop.removeCloseHook(loopEnds);
        if (owned) {
            CloseOperation.submit(loop, fd.file(), this::released);
        } else {
            released(0);
        }
    }

    private void released(int result) {
        released = true;
        closeResult = result;
        for (IntConsumer each : onClosed) {
            loop.execute(() -> each.accept(result)); // one that throws does not cost the others
        }
        onClosed.clear();
    }

    @Override
    public String toString() {
        return fd.toString();
    }
}
