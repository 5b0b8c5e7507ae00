package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.file.FileBatch;
import io.fluxring.core.file.FileWriteHandler;
import io.fluxring.core.file.FileWriter;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.file.WritePlan;
import io.fluxring.core.file.whole.FileReplacement;
import io.fluxring.core.file.whole.FileReplacement.Step;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.LeaseHolder;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A file is replaced on a kernel whose disk fails, writes short, is slow and loses cancels: the name never has a part of the contents. */
class FileReplacementSimulationTest {
    private static final int SEEDS = 1000;
    private static final byte[] OLD = "the old contents".getBytes(StandardCharsets.US_ASCII);

    @Test
    void theNameHasTheOldContentsOrTheNew() {
        Seeds.run(SEEDS, seed -> new Program(seed).run());
    }

    private static final class Program implements FileReplacement.Handler, FileWriteHandler, LeaseHolder {
        private final SplittableRandom random;
        private final SimulatedKernel kernel;
        private final RingLoop loop;
        private final Arena arena = Arena.ofShared();
        private final boolean deep; // in a directory that is not there
        private final byte[] contents;
        private final List<String> steps = new ArrayList<>();
        private final int callOffAt;

        private @Nullable FileReplacement replacement;
        private @Nullable FileWriter writer;
        private @Nullable Step endedAt;
        private int result;
        private int givenBytes;
        private boolean unlinkFailed;

        Program(long seed) {
            random = new SplittableRandom(seed * 31 + 17);
            kernel = new SimulatedKernel(seed, Faults.swarm(seed));
            loop = RingLoop.open(
                    kernel,
                    RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(4, 16)));
            deep = random.nextInt(4) == 0;
            contents = new byte[random.nextInt(60_000)];
            random.nextBytes(contents);
            callOffAt = random.nextInt(3) == 0 ? random.nextInt(40) : Integer.MAX_VALUE;
        }

        private String path() {
            return deep ? "/a/b/file" : "/file";
        }

        void run() {
            if (!deep) {
                open("/file", Libc.O_WRONLY | Libc.O_CREAT).write(0, OLD);
            }
            loop.attach();
            loop.observe(this::observe);
            replacement = FileReplacement.begin(loop, arena.allocateFrom(path()), this);
            for (int ticks = 0; endedAt == null; ticks++) {
                if (ticks == callOffAt) {
                    replacement.callOff();
                }
                loop.tick(RingLoop.FOREVER);
                assertThat(ticks).as("ticks: %s", loop.dump()).isLessThan(20_000);
            }
            loop.close();
            kernel.verifyNothingLeft();
            assertOutcome();
            arena.close();
        }

        private FileTree.Regular open(String name, int flags) {
            try {
                return (FileTree.Regular) kernel.tree().open(kernel.tree().root(), name, flags, 0644);
            } catch (FileTree.Refused e) {
                throw new AssertionError(name + ": " + e.errno, e);
            }
        }

        private void observe(Operation operation, int outcome, int flags) {
            switch (operation.opcode()) {
                case WRITE, WRITEV, FSYNC, RENAMEAT -> steps.add(operation.opcode() + (outcome < 0 ? " fails" : ""));
                case UNLINKAT -> unlinkFailed |= outcome < 0;
                default -> {
                    // of no meaning for a power cut
                }
            }
        }

        private void assertOutcome() {
            boolean isNew = result == 0 || endedAt == Step.SYNC_DIRECTORY;
            if (deep && !isNew) {
                assertThat(exists(path())).isFalse();
            } else {
                assertThat(open(path(), Libc.O_RDONLY).content).isEqualTo(isNew ? contents : OLD);
            }
            int renamed = steps.indexOf("RENAMEAT");
            assertThat(renamed >= 0).isEqualTo(isNew);
            if (isNew) {
                assertThat(steps.get(renamed - 1)).isEqualTo("FSYNC");
                assertThat(steps.subList(renamed + 1, steps.size()))
                        .isNotEmpty()
                        .allMatch(step -> step.startsWith("FSYNC"));
            }
            assertThat(steps.stream().filter(step -> step.equals("FSYNC fails")))
                    .hasSizeLessThanOrEqualTo(1);
            if (!unlinkFailed) {
                assertThat(temporaryFiles()).isEmpty();
            }
        }

        private boolean exists(String name) {
            try {
                return kernel.tree().find(kernel.tree().root(), name, true).node() != null;
            } catch (FileTree.Refused e) {
                return false;
            }
        }

        private List<String> temporaryFiles() {
            List<String> names = new ArrayList<>(kernel.tree().root().entries.keySet());
            names.removeIf(name -> !name.startsWith(".fluxring-"));
            return names;
        }

        // ---- the temporary file

        @Override
        public void opened(OpenFile file) {
            WritePlan plan = new WritePlan(0, 1 + random.nextInt(4), WritePlan.Sync.NONE);
            writer = new FileWriter(file, plan, this);
            ready();
        }

        @Override
        public void failed(Step step, int why) {
            over(step, why);
        }

        @Override
        public void ready() {
            FileWriter to = writer;
            while (to != null && to.isReady() && givenBytes < contents.length) {
                BufferLease block = loop.fileBlocks(4096).allocate(this);
                if (block == null) {
                    loop.fileBlocks(4096).whenFree(this::ready);
                    return;
                }
                int length = Math.min(1 + random.nextInt(4096), contents.length - givenBytes);
                block.byteBuffer().put(0, contents, givenBytes, length);
                givenBytes += length;
                FileBatch batch = to.takeBatch(owner -> ((BufferLease) owner).release());
                batch.add(block, block.address(), length);
                to.write(batch);
            }
            if (to != null && givenBytes == contents.length) {
                to.finish();
            }
        }

        @Override
        public void ended(int why, long bytes) {
            FileReplacement all = replacement;
            if (all == null) {
                throw new AssertionError("ended before it began");
            }
            if (why < 0) {
                all.abandon(() -> over(Step.OPEN, why));
            } else {
                all.commit(this::over);
            }
        }

        private void over(Step step, int why) {
            assertThat(endedAt).as("told once").isNull();
            endedAt = step;
            result = why;
            if (why < 0 && callOffAt == Integer.MAX_VALUE) {
                assertThat(why).isIn(Errno.EIO.result(), Errno.ENOSPC.result());
            }
        }

        @Override
        public void leaseReleased() {}

        @Override
        public String describe() {
            return "contents " + Arrays.hashCode(contents);
        }
    }
}
