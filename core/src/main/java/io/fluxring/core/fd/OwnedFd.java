package io.fluxring.core.fd;

/**
 * A file with the count of the operations that run on it. It is closed when a close was asked for and the count is zero, not
 * before: a number that is closed under a running operation may name another file a moment later. Belongs to one thread.
 */
public final class OwnedFd {
    private final FileRef file;
    private int running;
    private State state = State.OPEN;

    private enum State {
        OPEN,
        CLOSING,
        CLOSED
    }

    /**
     * Owns a file without operations.
     *
     * @param file open
     */
    public OwnedFd(FileRef file) {
        this.file = file;
    }

    /** {@return the file} */
    public FileRef file() {
        return file;
    }

    /**
     * An operation starts.
     *
     * @throws IllegalStateException when the file is closed or about to be
     */
    public void begin() {
        if (state != State.OPEN) {
            throw new IllegalStateException(file + " is " + (state == State.CLOSING ? "being closed" : "closed"));
        }
        running++;
    }

    /**
     * An operation has ended.
     *
     * @return whether the caller must close the file now
     */
    public boolean end() {
        if (running == 0) {
            throw new IllegalStateException("no operation runs on " + file);
        }
        running--;
        return takeClose();
    }

    /**
     * No operation may start any more.
     *
     * @return whether the caller must close the file now; false while operations run, or when it was asked for before
     */
    public boolean close() {
        if (state != State.OPEN) {
            return false;
        }
        state = State.CLOSING;
        return takeClose();
    }

    private boolean takeClose() {
        if (state == State.CLOSING && running == 0) {
            state = State.CLOSED;
            return true;
        }
        return false;
    }

    /** {@return whether operations may start} */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    @Override
    public String toString() {
        return file + " (" + state + ", " + running + " running)";
    }
}
