package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Opcode;

/**
 * Waits until a stream can be read or written, where its descriptor does not block ({@code O_NONBLOCK}, which a process inherits with its
 * standard streams): there the kernel answers EAGAIN and does not wait.
 */
final class StreamWait extends Operation {
    private final OpenFile file;
    private final int events;
    private final Runnable ready;

    private StreamWait(OpenFile file, int events, Runnable ready) {
        super(Opcode.POLL_ADD);
        this.file = file;
        this.events = events;
        this.ready = ready;
    }

    /**
     * Begins to wait.
     *
     * @param events {@code POLLIN} or {@code POLLOUT}
     * @param ready run once, also when the wait has failed: the next try tells why
     * @return what can be called off
     */
    static StreamWait begin(OpenFile file, int events, Runnable ready) {
        StreamWait wait = new StreamWait(file, events, ready);
        file.begin(wait);
        file.loop().submit(wait);
        return wait;
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepPoll(file.file().number(), events);
        sqe.flags(file.file().sqeFlags());
    }

    @Override
    protected void completed(int result, int flags) {
        try {
            ready.run();
        } finally {
            file.ended(this);
        }
    }
}
