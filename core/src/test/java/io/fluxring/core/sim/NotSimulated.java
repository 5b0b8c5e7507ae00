package io.fluxring.core.sim;

import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.util.EnumMap;
import java.util.Map;

/** What the simulated kernel doesn't do, and why. An operation of these is a {@link Violation}, a register call {@code -EINVAL}. */
final class NotSimulated {
    static final Map<Opcode, String> OPERATIONS = operations();
    static final Map<RegisterOperation, String> REGISTERS = registers();

    private NotSimulated() {}

    private static Map<Opcode, String> operations() {
        String processes = "about processes and their memory, of which there is one here; the real kernel is tried";
        Map<Opcode, String> all = new EnumMap<>(Opcode.class);
        all.put(Opcode.WAITID, processes);
        all.put(Opcode.RECV_ZC, "takes a network card");
        return all;
    }

    private static Map<RegisterOperation, String> registers() {
        Map<RegisterOperation, String> all = new EnumMap<>(RegisterOperation.class);
        all.put(RegisterOperation.ZCRX_IFQ, "takes a network card");
        all.put(RegisterOperation.RESIZE_RINGS, "moves the maps, which stay where they are here");
        return all;
    }
}
