package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationTableTest {
    private final OperationTable table = new OperationTable(100);

    private static Operation operation() {
        Operation operation = new Operation(Opcode.NOP) {
            @Override
            protected void prepare(Sqe sqe) {}

            @Override
            protected void completed(int result, int flags) {}
        };
        operation.queued();
        return operation;
    }

    @Test
    void aLateCompletionFindsNobody() {
        Operation first = operation();
        table.add(first);
        long userData = first.userData();
        table.remove(first);
        Operation second = operation();
        table.add(second);
        assertThat(table.find(userData)).isNull();
        assertThat(table.find(second.userData())).isSameAs(second);
        assertThat(table.find(userData + (5L << 40))).isNull();
        assertThat(table.find(99)).isNull();
    }

    @Test
    void growsToItsCapacityAndNoFurther() {
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            assertThat(table.room()).isPositive();
            Operation operation = operation();
            table.add(operation);
            operations.add(operation);
        }
        assertThat(table.room()).isZero();
        assertThat(operations.stream().map(Operation::userData).distinct()).hasSize(100);
        operations.forEach(table::remove);
        assertThat(table.live()).isZero();
    }

    @Test
    void reservedSlotsAreNotFree() {
        assertThat(table.reserve(60)).isTrue();
        assertThat(table.reserve(41)).isFalse();
        assertThat(table.free()).isEqualTo(40);
        table.unreserve(60);
        assertThat(table.free()).isEqualTo(100);
    }

    @Test
    void anOperationIsSubmittedOnceAtATime() {
        Operation operation = operation();
        assertThatThrownBy(operation::queued)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("NOP: cannot go from QUEUED to QUEUED");
        table.add(operation);
        table.remove(operation);
        assertThatThrownBy(operation::ended).hasMessageContaining("from DONE to DONE");
        operation.queued();
    }
}
