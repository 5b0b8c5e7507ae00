package io.fluxring.tests.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In a JVM of its own: BlockHound rewrites the methods that block, for good. */
class BlockHoundTest {
    @Test
    void findsWhatBlocksAndNothingElse() throws IOException {
        List<String> command = new ArrayList<>(ChildJvm.command(BlockHoundProgram.class));
        command.addAll(
                1,
                List.of(
                        "-XX:+AllowRedefinitionToAddDeleteMethods",
                        "-XX:+EnableDynamicAgentLoading",
                        "-Djdk.attach.allowAttachSelf=true"));
        try (ChildJvm program = ChildJvm.run(command)) {
            assertThat(program.awaitExit()).as("%s", program).isZero();
            assertThat(program.output()).containsExactly("served", "reads: true", "sleeps: true", "ended");
            assertThat(program.errors())
                    .anyMatch(line -> line.contains("a handler has failed on the loop"))
                    .filteredOn(line -> line.contains("BlockingOperationError"))
                    .isEmpty();
        }
    }
}
