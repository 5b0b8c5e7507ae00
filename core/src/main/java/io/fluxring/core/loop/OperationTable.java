package io.fluxring.core.loop;

import io.fluxring.core.entry.UserData;
import java.util.Arrays;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations that the kernel has, by slot. There are as many slots as the completion queue has entries, so that the
 * operations that complete once can't overflow it, and one more, which is the loop's own: it must be able to wait, and so to be
 * woken, however full it is. A slot's generation changes each time it is given back: a completion that
 * comes late for its operation finds none.
 */
final class OperationTable {
    /** Enough for a loop with little in flight; doubled where it is not. */
    private static final int FIRST_SIZE = 64;

    private static final int OWN_SLOT = 0;

    private final int capacity;
    private @Nullable Operation[] operations = new Operation[FIRST_SIZE];

    /** Slots that were given back, each with its next generation: user data without an opcode. The latest is used first. */
    private long[] free = new long[FIRST_SIZE];

    private int freeCount;
    private long own = OWN_SLOT;
    private int touched = OWN_SLOT + 1; // slots from here on were never used
    private int reserved;

    OperationTable(int capacity) {
        this.capacity = Math.min(capacity, UserData.MAX_SLOTS - 1);
    }

    /** How many operations there are, without the loop's own. */
    int live() {
        return touched - OWN_SLOT - 1 - freeCount;
    }

    int capacity() {
        return capacity;
    }

    int reserved() {
        return reserved;
    }

    /** How many more operations can be added. */
    int room() {
        return capacity - live();
    }

    /** Whether no operation can be added. */
    boolean isFull() {
        return freeCount == 0 && touched > capacity;
    }

    /** Slots that are neither used nor reserved. */
    int free() {
        return capacity - Math.max(live(), reserved);
    }

    /** Sets slots aside for operations that will come later, such as a connection's. */
    boolean reserve(int slots) {
        if (capacity - reserved < slots) {
            return false;
        }
        reserved += slots;
        return true;
    }

    void unreserve(int slots) {
        reserved -= slots;
    }

    /** Puts the loop's own operation into its slot. */
    void addOwn(Operation operation) {
        put(own, operation);
    }

    /** Puts an operation into a free slot. Only to be called when there is room. */
    void add(Operation operation) {
        put(freeCount > 0 ? free[--freeCount] : unused(), operation);
    }

    private void put(long slot, Operation operation) {
        operations[UserData.slot(slot)] = operation;
        operation.issued(UserData.withOpcode(slot, operation.opcode()));
    }

    private long unused() {
        if (touched == operations.length) {
            int size = Math.min(operations.length * 2, capacity + 1);
            operations = Arrays.copyOf(operations, size);
            free = Arrays.copyOf(free, size);
        }
        return touched++;
    }

    /** The operation that a completion belongs to, or null when it has ended before. */
    @Nullable
    Operation find(long userData) {
        Operation operation = inSlotOf(userData);
        return operation != null && operation.userData() == userData ? operation : null;
    }

    /** The operation that has the slot and the generation of some user data, whatever its opcode; null when it has ended. */
    @Nullable
    Operation findSlot(long userData) {
        Operation operation = inSlotOf(userData);
        return operation != null && UserData.generation(operation.userData()) == UserData.generation(userData)
                ? operation
                : null;
    }

    private @Nullable Operation inSlotOf(long userData) {
        int slot = UserData.slot(userData);
        return slot < operations.length ? operations[slot] : null;
    }

    /** Ends an operation and gives its slot back. */
    void remove(Operation operation) {
        long userData = operation.userData();
        int slot = UserData.slot(userData);
        operations[slot] = null;
        if (slot == OWN_SLOT) {
            own = UserData.nextGeneration(userData);
        } else {
            free[freeCount++] = UserData.nextGeneration(userData);
        }
        operation.ended();
    }

    /** Shows each live operation, without the loop's own. */
    void forEach(Consumer<Operation> action) {
        for (int slot = OWN_SLOT + 1; slot < touched; slot++) {
            Operation operation = operations[slot];
            if (operation != null) {
                action.accept(operation);
            }
        }
    }

    /** The live operations, one a line, the first {@code limit} of them. */
    String dump(int limit) {
        StringJoiner lines = new StringJoiner(System.lineSeparator());
        int shown = 0;
        for (int slot = OWN_SLOT + 1; slot < touched && shown < limit; slot++) {
            Operation operation = operations[slot];
            if (operation != null) {
                lines.add("  " + operation);
                shown++;
            }
        }
        if (shown < live()) {
            lines.add("  and " + (live() - shown) + " more");
        }
        if (operations[OWN_SLOT] != null) {
            lines.add("  " + operations[OWN_SLOT]);
        }
        return lines.toString();
    }

    @Override
    public String toString() {
        return live() + " of " + capacity + " slots live, " + reserved + " reserved";
    }
}
