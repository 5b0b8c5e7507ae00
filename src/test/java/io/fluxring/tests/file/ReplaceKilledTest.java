package io.fluxring.tests.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.reactor.ReactiveRing;
import io.fluxring.tests.support.ChildJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** A process that is killed while it replaces a file leaves the old contents or the new ones. */
class ReplaceKilledTest {
    /** {@code -Dfluxring.kills=N} for more. */
    private static final int KILLS = Integer.getInteger("fluxring.kills", 8);

    private static final int BLOCKS = 64;
    private static final int BLOCK_BYTES = 10_007;

    @TempDir
    Path directory;

    /** Replaces a file for ever; each version has a byte of its own, everywhere. */
    static final class Replacer {
        private Replacer() {}

        public static void main(String[] arguments) {
            ReactiveRing ring = ReactiveRing.create();
            Path path = Path.of(arguments[0]);
            for (int version = 0; ; version++) {
                byte[] block = new byte[BLOCK_BYTES];
                Arrays.fill(block, (byte) version);
                Flux<ByteBuffer> blocks = Flux.range(0, BLOCKS).map(i -> ByteBuffer.wrap(block));
                ring.files().replace(path, blocks).block();
                if (version == 0) {
                    System.out.println("replaced");
                }
            }
        }
    }

    @Test
    @Tag("F8")
    void theContentsAreNeverAMixture() throws IOException {
        Path path = directory.resolve("file");
        for (int i = 0; i < KILLS; i++) {
            try (ChildJvm child = ChildJvm.start(Replacer.class, path.toString())) {
                child.awaitOutput("replaced");
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(50_000_000));
                child.kill();
            }
            byte[] content = Files.readAllBytes(path);
            assertThat(content).hasSize(BLOCKS * BLOCK_BYTES).containsOnly(content[0]);
        }
        try (var left = Files.list(directory)) {
            assertThat(left.filter(each -> !each.equals(path)))
                    .hasSizeLessThanOrEqualTo(KILLS)
                    .allSatisfy(
                            each -> assertThat(each.getFileName().toString()).matches("\\.fluxring-[0-9a-f]{16}"));
        }
    }
}
