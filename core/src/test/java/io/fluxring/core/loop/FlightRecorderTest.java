package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The loop's events, recorded and read back. */
@ExtendWith(QuietLog.class)
class FlightRecorderTest {
    private static final String PREFIX = "io.fluxring.";

    @TempDir
    Path folder;

    private List<RecordedEvent> record(Consumer<ForeignLoop> program) throws IOException {
        Path file = folder.resolve("recording.jfr");
        try (Recording recording = new Recording()) {
            for (String kind : List.of(
                    "RingOpened",
                    "RingClosed",
                    "RingKept",
                    "CompletionOverflow",
                    "OperationCancelled",
                    "NoBuffer",
                    "HandlerFailed")) {
                recording.enable(PREFIX + kind);
            }
            recording.enable(PREFIX + "SlowTick").withThreshold(Duration.ofMillis(5));
            recording.start();
            try (ForeignLoop foreign = new ForeignLoop(
                    RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(4, 8)))) {
                program.accept(foreign);
            }
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file);
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String kind) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals(PREFIX + kind))
                .toList();
    }

    private static RecordedEvent one(List<RecordedEvent> events, String kind) {
        List<RecordedEvent> found = of(events, kind);
        assertThat(found).as(kind).hasSize(1);
        return found.getFirst();
    }

    @Test
    void aRingOpensAndClosesAndNothingElseHappens() throws IOException {
        List<RecordedEvent> events = record(foreign -> foreign.run(Opcode.NOP, sqe -> sqe.prepNop()));
        RecordedEvent opened = one(events, "RingOpened");
        assertThat(opened.getString("configuration")).contains("4 and 8 entries", "batchCompletions=1");
        assertThat(opened.getString("capabilities")).contains("Linux", "operations");
        RecordedEvent closed = one(events, "RingClosed");
        assertThat(closed.getString("counters")).contains("enters ", "handler-failures 0");
        assertThat(closed.getInt("leases")).isZero();
        assertThat(of(events, "HandlerFailed")).isEmpty();
        assertThat(of(events, "CompletionOverflow")).isEmpty();
        assertThat(of(events, "RingKept")).isEmpty();
    }

    @Test
    void cancelsFailuresAndSlowHandlers() throws IOException {
        int eventFd = Kernel.linux().eventFd(Libc.EFD_CLOEXEC);
        List<RecordedEvent> events = record(foreign -> {
            TestOperation poll = new TestOperation(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN));
            foreign.loop.submit(poll);
            foreign.loop.tick(0);
            foreign.loop.cancel(poll);
            foreign.until(() -> !poll.isLive());
            foreign.loop.execute(() -> {
                throw new IllegalStateException("expected by the test");
            });
            foreign.loop.schedule(FlightRecorderTest::keepBusy, 0);
            foreign.loop.tick(0);
            foreign.loop.tick(0);
        });
        assertThat(of(events, "OperationCancelled"))
                .extracting(event -> event.getString("operation"))
                .anySatisfy(operation -> assertThat(operation).contains("POLL_ADD", "fd=" + eventFd, "slot="));
        assertThat(one(events, "HandlerFailed").getString("failure"))
                .isEqualTo("java.lang.IllegalStateException: expected by the test");
        assertThat(of(events, "SlowTick")).anySatisfy(slow -> {
            assertThat(slow.getString("kind")).isEqualTo("tasks");
            assertThat(slow.getInt("count")).isEqualTo(1);
            assertThat(slow.getDuration()).isGreaterThanOrEqualTo(Duration.ofMillis(10));
        });
        Kernel.linux().close(eventFd);
    }

    private static void keepBusy() {
        long end = System.nanoTime() + 10_500_000L;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Test
    void overflowsAndWantOfBuffers() throws IOException {
        List<RecordedEvent> events = record(foreign -> {
            try (Loopback loopback = new Loopback(foreign)) {
                Socket client = loopback.connect();
                int fd = loopback.accept();
                BufferRing buffers = foreign.loop.provideBuffers(BufferRingConfig.of(2, 8));
                TestOperation receive =
                        new TestOperation(Opcode.RECV, sqe -> sqe.prepReceiveMultishot(fd, buffers.group()));
                foreign.loop.submit(receive);
                foreign.loop.tick(0);
                Loopback.send(client, new byte[64]);
                foreign.until(() -> !receive.isLive());
                for (int i = 0; i < receive.results.size(); i++) {
                    var lease = buffers.take(receive.results.get(i), receive.flags.get(i), null);
                    if (lease != null) {
                        lease.release();
                    }
                }
            }
            OverflowTest.overflow(foreign);
        });
        assertThat(one(events, "NoBuffer").getString("operation")).contains("RECV", "fd=");
        assertThat(of(events, "CompletionOverflow")).isNotEmpty();
        assertThat(of(events, "CompletionOverflow").getFirst().getLong("overflows"))
                .isPositive();
    }
}
