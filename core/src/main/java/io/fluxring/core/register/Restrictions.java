package io.fluxring.core.register;

import io.fluxring.core.ring.handle.RingHandle;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import io.fluxring.core.sys.layout.RestrictionLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a ring may be used for once it is enabled, {@code IORING_REGISTER_RESTRICTIONS}: an allow list. An operation that is not
 * on it completes with {@code -EACCES}, a register operation returns that. Since Linux 5.10. Seccomp filters don't see
 * operations; this is what does.
 *
 * <p>A list that names anything forbids all that it does not name: allow every operation, register operation and flag that will
 * be used. {@link io.fluxring.core.ring.Ring#enable} registers the ring's descriptor where it may: allow
 * {@link RegisterOperation#RING_FDS} for that.
 */
public final class Restrictions {
    private static final int ALL_FLAGS = 0x7f;

    private final Set<Opcode> operations = EnumSet.noneOf(Opcode.class);
    private final Set<RegisterOperation> registers = EnumSet.noneOf(RegisterOperation.class);
    private int allowedFlags;
    private int requiredFlags;

    /** Nothing is allowed yet. */
    public Restrictions() {}

    /**
     * Allows operations.
     *
     * @param allowed what is added to the allowed ones
     * @return this
     */
    public Restrictions allow(Opcode... allowed) {
        operations.addAll(Set.of(allowed));
        return this;
    }

    /**
     * Allows register operations. With {@link RegisterOperation#RING_FDS} goes its reverse: a ring that can't have it
     * stays.
     *
     * @param allowed what is added to the allowed ones
     * @return this
     */
    public Restrictions allow(RegisterOperation... allowed) {
        registers.addAll(Set.of(allowed));
        if (registers.contains(RegisterOperation.RING_FDS)) {
            registers.add(RegisterOperation.UNREGISTER_RING_FDS);
        }
        return this;
    }

    /**
     * Allows {@code IOSQE_*} flags; an operation may have them.
     *
     * @param sqeFlags what is added to the allowed ones
     * @return this
     */
    public Restrictions allowFlags(int sqeFlags) {
        requireFlags("allowed", sqeFlags);
        allowedFlags |= sqeFlags;
        return this;
    }

    /**
     * Demands {@code IOSQE_*} flags: an operation must have all of them. They need not be allowed too.
     *
     * @param sqeFlags what is added to the demanded ones
     * @return this
     */
    public Restrictions demandFlags(int sqeFlags) {
        requireFlags("demanded", sqeFlags);
        requiredFlags |= sqeFlags;
        return this;
    }

    /**
     * Restricts a ring, from the time that it is enabled.
     *
     * @param ring not enabled yet
     * @return 0; {@code -EBADFD} when the ring is enabled already, {@code -EBUSY} when it has restrictions already
     * @throws IllegalStateException when nothing was allowed or demanded
     */
    @Registers(RegisterOperation.RESTRICTIONS)
    @SuppressWarnings("exports") // likewise
    public int applyTo(RingHandle ring) {
        int count = operations.size() + registers.size() + (allowedFlags == 0 ? 0 : 1) + (requiredFlags == 0 ? 0 : 1);
        if (count == 0) {
            throw new IllegalStateException("nothing is allowed: such a ring is of no use");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(count * RestrictionLayout.BYTES, Long.BYTES);
            write(list);
            return ring.register(RegisterOperation.RESTRICTIONS, list.address(), count);
        }
    }

    private void write(MemorySegment list) {
        long at = 0;
        for (Opcode operation : operations) {
            at = write(list, at, Abi.RESTRICTION_SQE_OP, operation.code());
        }
        for (RegisterOperation operation : registers) {
            at = write(list, at, Abi.RESTRICTION_REGISTER_OP, operation.code());
        }
        if (allowedFlags != 0) {
            at = write(list, at, Abi.RESTRICTION_SQE_FLAGS_ALLOWED, allowedFlags);
        }
        if (requiredFlags != 0) {
            write(list, at, Abi.RESTRICTION_SQE_FLAGS_REQUIRED, requiredFlags);
        }
    }

    private static long write(MemorySegment list, long at, int kind, int value) {
        Access.putShort(list, at + RestrictionLayout.KIND, (short) kind);
        list.set(ValueLayout.JAVA_BYTE, at + RestrictionLayout.VALUE, (byte) value);
        return at + RestrictionLayout.BYTES;
    }

    private static void requireFlags(String what, int sqeFlags) {
        if (sqeFlags == 0 || (sqeFlags & ~ALL_FLAGS) != 0) {
            throw new IllegalArgumentException(
                    "not " + what + " flags of an entry: 0x" + Integer.toHexString(sqeFlags));
        }
    }

    @Override
    public String toString() {
        return "Restrictions[" + operations + ", " + registers + ", allowed flags=0x"
                + Integer.toHexString(allowedFlags) + ", demanded flags=0x" + Integer.toHexString(requiredFlags) + "]";
    }
}
