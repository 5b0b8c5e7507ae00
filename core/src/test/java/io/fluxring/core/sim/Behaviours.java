package io.fluxring.core.sim;

import io.fluxring.core.sys.Opcode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/** What the operations do. Each subject adds its own here; what nobody has added is not simulated. */
final class Behaviours {
    /**
     * One operation.
     *
     * @param onFile whether its descriptor must name a file, which is looked up when it starts
     * @param preparation reads what is read during submission; 0, or why the entry is refused
     * @param look what happens each time that the kernel looks at it; whether it has ended
     */
    record Behaviour(boolean onFile, ToIntFunction<Request> preparation, Predicate<Request> look) {}

    private final Map<Opcode, Behaviour> byOpcode = new EnumMap<>(Opcode.class);

    /** An operation without a file. */
    void add(Opcode opcode, ToIntFunction<Request> preparation, Predicate<Request> look) {
        put(opcode, new Behaviour(false, preparation, look));
    }

    /** An operation on a file. */
    void addOnFile(Opcode opcode, ToIntFunction<Request> preparation, Predicate<Request> look) {
        put(opcode, new Behaviour(true, preparation, look));
    }

    private void put(Opcode opcode, Behaviour behaviour) {
        if (byOpcode.putIfAbsent(opcode, behaviour) != null) {
            throw new IllegalStateException(opcode + " has a behaviour already");
        }
    }

    /** The behaviour; null when the operation is not simulated. */
    Behaviour of(Opcode opcode) {
        return byOpcode.get(opcode);
    }

    /** What is simulated. */
    Set<Opcode> opcodes() {
        return Collections.unmodifiableSet(byOpcode.keySet());
    }

    /** For operations that have nothing to read, and refuse nothing. */
    static int nothing(Request request) {
        return 0;
    }

    /** For operations that the kernel always leaves to a worker. */
    static int worker(Request request) {
        request.punted = true;
        return 0;
    }
}
