package io.fluxring.core.register;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;

/**
 * Credentials that operations run with ({@code io_uring_register_personality(3)}): those of the thread at the time of
 * registering, for later use by {@link io.fluxring.core.entry.Sqe#personality} when the thread's own have changed. Operations
 * without one use the submitting thread's; workers and the polling thread of {@code IORING_SETUP_SQPOLL} do likewise.
 *
 * <p>On the ring's owner thread only, once the ring is enabled; others get {@code -EEXIST}.
 */
public final class Personalities {
    private static final int MAX_ID = 0xffff;

    private final RingHandle ring;

    /**
     * Of the ring that has this handle.
     *
     * @param ring the ring's handle
     */
    @SuppressWarnings("exports") // users pass Ring.handle() on
    public Personalities(RingHandle ring) {
        this.ring = ring;
    }

    /**
     * Keeps the calling thread's credentials. Since Linux 5.6.
     *
     * @return their number, from 1 to 65,535, or a negated errno
     */
    @Registers(RegisterOperation.PERSONALITY)
    public int register() {
        return ring.register(RegisterOperation.PERSONALITY, 0L, 0);
    }

    /**
     * Forgets credentials; operations that run already keep them. Since Linux 5.6.
     *
     * @param id what {@link #register} returned
     * @return 0; {@code -EINVAL} when there are none by that number
     */
    @Registers(RegisterOperation.UNREGISTER_PERSONALITY)
    public int unregister(int id) {
        if (id < 1 || id > MAX_ID) {
            throw new IllegalArgumentException("not the number of a personality: " + id);
        }
        return ring.register(RegisterOperation.UNREGISTER_PERSONALITY, 0L, id);
    }
}
