package io.fluxring.core.sim;

import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.TreeSet;

/** How a ring's waits are to poll devices. There are none here: it is only kept, and told. */
final class NapiState {
    private static final long BYTES = 16;
    private static final long POLL_MICROS = 0;
    private static final long PREFER = 4;
    private static final long COMMAND = 5;
    private static final long PADDING = 6;
    private static final long PARAMETER = 8;
    private static final long RESERVED = 12;
    private static final int MOST_MICROS = 10_000;
    private static final int FIRST_ID = 8193; // smaller numbers are those of processors

    private static final int DYNAMIC = 0;
    private static final int STATIC = 1;
    private static final int INACTIVE = 255;

    private final Set<Integer> ids = new TreeSet<>();
    private int pollMicros;
    private boolean prefer;
    private int tracking = INACTIVE;

    int register(long argument, int count) {
        MemorySegment napi = NativeMemory.at(argument, BYTES);
        if (count != 1 || Access.getShort(napi, PADDING) != 0 || Access.getInt(napi, RESERVED) != 0) {
            return Errno.EINVAL.result();
        }
        int micros = Access.getInt(napi, POLL_MICROS);
        boolean preferred = napi.get(ValueLayout.JAVA_BYTE, PREFER) != 0;
        int command = napi.get(ValueLayout.JAVA_BYTE, COMMAND);
        int parameter = Access.getInt(napi, PARAMETER);
        tell(napi);
        if (command == 0) {
            return set(micros, preferred, parameter);
        }
        if (tracking != STATIC || command > 2 || command < 0 || parameter < FIRST_ID) {
            return Errno.EINVAL.result();
        }
        boolean done = command == 1 ? ids.add(parameter) : ids.remove(parameter);
        return done ? 0 : (command == 1 ? Errno.EEXIST : Errno.ENOENT).result();
    }

    private int set(int micros, boolean preferred, int track) {
        if (track != DYNAMIC && track != STATIC) {
            return Errno.EINVAL.result();
        }
        ids.clear();
        tracking = track;
        pollMicros = Math.min(micros, MOST_MICROS);
        prefer = preferred;
        return 0;
    }

    int unregister(long argument, int count) {
        if (count != 1) {
            return Errno.EINVAL.result();
        }
        if (argument != 0) {
            MemorySegment napi = NativeMemory.at(argument, BYTES);
            tell(napi);
            Access.putInt(napi, PARAMETER, 0); // this call doesn't say how it was tracked
        }
        pollMicros = 0;
        prefer = false;
        tracking = INACTIVE;
        return 0;
    }

    private void tell(MemorySegment napi) {
        napi.fill((byte) 0);
        Access.putInt(napi, POLL_MICROS, pollMicros);
        napi.set(ValueLayout.JAVA_BYTE, PREFER, (byte) (prefer ? 1 : 0));
        Access.putInt(napi, PARAMETER, tracking);
    }
}
