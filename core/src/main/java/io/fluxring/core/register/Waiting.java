package io.fluxring.core.register;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import io.fluxring.core.sys.layout.NapiLayout;
import io.fluxring.core.sys.layout.WaitLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How waits of a ring go about: the clock of their time limits, and whether they poll network devices before they sleep
 * ({@code io_uring_register_napi(3)}).
 *
 * <p>On the ring's owner thread only, once the ring is enabled; others get {@code -EEXIST}. Methods return 0, or a negated errno.
 */
public final class Waiting {
    private static final byte COMMAND_REGISTER = 0;
    private static final byte COMMAND_ADD = 1;
    private static final byte COMMAND_REMOVE = 2;

    private final RingHandle ring;

    /**
     * Of the ring that has this handle.
     *
     * @param ring the ring's handle
     */
    @SuppressWarnings("exports") // users pass Ring.handle() on
    public Waiting(RingHandle ring) {
        this.ring = ring;
    }

    /**
     * Sets the clock that time limits of waits are measured by, {@code IORING_REGISTER_CLOCK}. The points in time of
     * {@link io.fluxring.core.ring.Ring#submitAndWaitUntil} are then of that clock. Since Linux 6.12.
     *
     * @param clock {@link Libc#CLOCK_MONOTONIC}, which a ring has at first, or {@link Libc#CLOCK_BOOTTIME}, which goes on while
     *     the machine is suspended
     * @return 0; {@code -EINVAL} for other clocks
     */
    @Registers(RegisterOperation.CLOCK)
    public int clock(int clock) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment registration = arena.allocate(WaitLayout.CLOCK_BYTES, Long.BYTES);
            Access.putInt(registration, WaitLayout.CLOCK, clock);
            return ring.register(RegisterOperation.CLOCK, registration.address(), 0);
        }
    }

    /**
     * Has waits poll the network devices of the ring's sockets for a while before they sleep: lower latency, at the price of a
     * busy processor. Of use with real devices only. Since Linux 6.9.
     *
     * @param settings the new ones
     * @param former has room for one: what was set before
     * @return 0; {@code -EINVAL} on a ring with {@code IORING_SETUP_IOPOLL}, and on a kernel without it
     */
    @Registers(RegisterOperation.NAPI)
    public int napi(NapiSettings settings, NapiSettings[] former) {
        if (settings.tracking() == NapiSettings.Tracking.INACTIVE) {
            throw new IllegalArgumentException("unregister in order to have no tracking: " + settings);
        }
        return call(
                RegisterOperation.NAPI,
                settings,
                COMMAND_REGISTER,
                settings.tracking().code(),
                former);
    }

    /**
     * Polls no more; 0 also when it did not. Since Linux 6.9.
     *
     * @return 0, or a negated errno
     */
    @Registers(RegisterOperation.UNREGISTER_NAPI)
    public int unregisterNapi() {
        return call(RegisterOperation.UNREGISTER_NAPI, NapiSettings.OFF, COMMAND_REGISTER, 0, new NapiSettings[1]);
    }

    /**
     * Adds a device's queue to those that are polled, with {@link NapiSettings.Tracking#STATIC}. Since Linux 6.13.
     *
     * @param id what the socket option {@code SO_INCOMING_NAPI_ID} tells of a socket
     * @return 0; {@code -EINVAL} with another tracking or for something that is no such number, {@code -EEXIST} when it is there
     */
    @Registers(RegisterOperation.NAPI)
    public int addNapi(int id) {
        return call(RegisterOperation.NAPI, NapiSettings.OFF, COMMAND_ADD, id, new NapiSettings[1]);
    }

    /**
     * The reverse of {@link #addNapi}; {@code -ENOENT} when it is not there. Since Linux 6.13.
     *
     * @param id the device queue's number
     * @return 0, or a negated errno
     */
    @Registers(RegisterOperation.NAPI)
    public int removeNapi(int id) {
        return call(RegisterOperation.NAPI, NapiSettings.OFF, COMMAND_REMOVE, id, new NapiSettings[1]);
    }

    private int call(
            RegisterOperation operation, NapiSettings settings, byte command, int parameter, NapiSettings[] former) {
        if (former.length != 1) {
            throw new IllegalArgumentException("room for one setting is needed: " + former.length);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment napi = arena.allocate(NapiLayout.BYTES, Long.BYTES);
            Access.putInt(napi, NapiLayout.POLL_MICROS, settings.busyPollMicros());
            napi.set(ValueLayout.JAVA_BYTE, NapiLayout.PREFER, (byte) (settings.prefer() ? 1 : 0));
            napi.set(ValueLayout.JAVA_BYTE, NapiLayout.COMMAND, command);
            Access.putInt(napi, NapiLayout.PARAMETER, parameter);
            int result = ring.register(operation, napi.address(), 1);
            if (result == 0) {
                former[0] = new NapiSettings(
                        Access.getInt(napi, NapiLayout.POLL_MICROS),
                        napi.get(ValueLayout.JAVA_BYTE, NapiLayout.PREFER) != 0,
                        NapiSettings.Tracking.of(Access.getInt(napi, NapiLayout.PARAMETER)));
            }
            return result;
        }
    }
}
