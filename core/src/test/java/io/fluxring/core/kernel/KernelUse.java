package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Notes what a test asks of the kernel, and holds it against what the test says that it shows. */
final class KernelUse implements BeforeTestExecutionCallback, AfterTestExecutionCallback {
    private static final Set<Opcode> OPERATIONS = Collections.synchronizedSet(EnumSet.noneOf(Opcode.class));
    private static final Set<RegisterOperation> REGISTERS =
            Collections.synchronizedSet(EnumSet.noneOf(RegisterOperation.class));

    static void saw(Opcode operation) {
        OPERATIONS.add(operation);
    }

    static void saw(RegisterOperation operation) {
        REGISTERS.add(operation);
    }

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        OPERATIONS.clear();
        REGISTERS.clear();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            return; // failed or skipped: it says so itself
        }
        Shows shows = context.getRequiredTestMethod().getAnnotation(Shows.class);
        assertThat(OPERATIONS).as("operations that were submitted").containsAll(List.of(shows.value()));
        assertThat(REGISTERS).as("register operations that were made").containsAll(List.of(shows.registers()));
    }
}
