package io.fluxring.core.kernel;

import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.util.EnumMap;
import java.util.Map;

/** What no test here can show to work, each with the reason. Its refusal may have a test all the same. */
final class OutOfReach {
    static final Map<Opcode, String> OPERATIONS = new EnumMap<>(Map.of(
            Opcode.RECV_ZC,
            "needs a network device with header and data split and flow steering; what is shown is the refusal"));

    static final Map<RegisterOperation, String> REGISTERS = new EnumMap<>(Map.of(
            RegisterOperation.ZCRX_IFQ,
            "needs a network device with header and data split and flow steering; what is shown is the refusal"));

    private OutOfReach() {}
}
