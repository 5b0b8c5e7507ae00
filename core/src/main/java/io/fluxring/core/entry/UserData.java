package io.fluxring.core.entry;

import io.fluxring.core.sys.Opcode;

/**
 * The 64 bits that travel with an operation and come back with its completions: slot, opcode and the slot's generation. The
 * generation tells a late completion of an earlier operation from one of the operation that now has the slot; the opcode is
 * there to be read in traces.
 *
 * <pre>{@code  63        32 31    24 23          0
 *   generation   opcode   slot         }</pre>
 */
public final class UserData {
    /** Slots are numbered from 0 up to, not including, this. */
    public static final int MAX_SLOTS = (1 << 24) - 1;

    /** Carried by requests whose completion has no reader, such as a cancel. No slot has this number. */
    public static final long IGNORED = MAX_SLOTS;

    private static final int OPCODE_SHIFT = 24;
    private static final long ONE_GENERATION = 1L << 32;
    private static final long GENERATION_AND_SLOT = ~(0xffL << OPCODE_SHIFT);

    private UserData() {}

    /**
     * Puts the parts together.
     *
     * @param slot the operation's place
     * @param generation how often the place has been used
     * @param opcode the kind
     * @return the user data
     */
    public static long of(int slot, int generation, Opcode opcode) {
        return slot | (long) opcode.code() << OPCODE_SHIFT | (long) generation << 32;
    }

    /**
     * {@return a slot and its generation, together with an opcode that it does not have yet}
     *
     * @param slotAndGeneration user data without an opcode
     * @param opcode the kind
     */
    public static long withOpcode(long slotAndGeneration, Opcode opcode) {
        return slotAndGeneration | (long) opcode.code() << OPCODE_SHIFT;
    }

    /**
     * {@return the slot of some user data and its next generation, without an opcode}
     *
     * @param userData of the operation that has ended
     */
    public static long nextGeneration(long userData) {
        return (userData & GENERATION_AND_SLOT) + ONE_GENERATION;
    }

    /**
     * {@return the slot}
     *
     * @param userData what {@link #of} made
     */
    public static int slot(long userData) {
        return (int) userData & MAX_SLOTS;
    }

    /**
     * {@return the generation}
     *
     * @param userData what {@link #of} made
     */
    public static int generation(long userData) {
        return (int) (userData >>> 32);
    }

    /**
     * {@return the number of the operation}
     *
     * @param userData what {@link #of} made
     */
    public static int opcode(long userData) {
        return (int) userData >>> OPCODE_SHIFT;
    }

    /**
     * In words, for dumps: {@code RECV slot=7 generation=3}.
     *
     * @param userData what {@link #of} made
     * @return the parts
     */
    public static String describe(long userData) {
        return slot(userData) == IGNORED
                ? "ignored"
                : Opcode.of(opcode(userData)) + " slot=" + slot(userData) + " generation=" + generation(userData);
    }
}
