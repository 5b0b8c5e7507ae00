package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.loop.RingCounters.Counter;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Opcode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop's figures in the flight recorder, while it lives and as often as a recording asks. */
class RingStatisticsTest {
    private static final String EVENT = "io.fluxring.RingStatistics";
    private static final RingLoopConfig SMALL =
            RingLoopConfig.defaults().withRing(RingConfig.defaults().withEntries(16, 32));

    private static RingLoop start(String name) {
        return RingLoop.open(SMALL).start(task -> new Thread(task, name));
    }

    private static void end(RingLoop loop) throws Exception {
        loop.close();
        loop.closed().get(10, TimeUnit.SECONDS);
    }

    /** An idle loop is not woken for it, and all increments add up to the counters. */
    @Test
    @Timeout(60)
    void figuresAndIncrements() throws Exception {
        RingLoop loop = start("statistics-busy");
        RingLoop idle = start("statistics-idle");
        CompletableFuture.runAsync(
                        () -> {
                            loop.provideBuffers(BufferRingConfig.of(8, 64));
                            loop.sendBlocks();
                            loop.reserveSlots(3);
                        },
                        loop)
                .get(10, TimeUnit.SECONDS);
        long idleEnters = idle.counters().get(Counter.ENTERS);
        ConcurrentLinkedQueue<RecordedEvent> events = new ConcurrentLinkedQueue<>();
        CountDownLatch several = new CountDownLatch(10);
        try (RecordingStream stream = new RecordingStream()) {
            stream.setReuse(false);
            stream.enable(EVENT).withPeriod(Duration.ofMillis(20));
            stream.onEvent(EVENT, event -> {
                events.add(event);
                several.countDown();
            });
            stream.startAsync();
            for (int i = 0; i < 100; i++) {
                loop.execute(() -> loop.submit(new TestOperation(Opcode.NOP, sqe -> sqe.prepNop())));
            }
            assertThat(several.await(30, TimeUnit.SECONDS))
                    .as("events while both live")
                    .isTrue();
            assertThat(idle.counters().get(Counter.ENTERS)).isEqualTo(idleEnters);
            end(loop);
            end(idle);
            stream.stop();
        }
        List<RecordedEvent> busy = of(events, "statistics-busy");
        assertThat(busy).hasSizeGreaterThan(2);
        assertThat(sum(busy, "sqes"))
                .isEqualTo(loop.counters().get(Counter.SQES))
                .isGreaterThanOrEqualTo(100);
        assertThat(sum(busy, "cqes")).isEqualTo(loop.counters().get(Counter.CQES));
        assertThat(sum(busy, "enters")).isEqualTo(loop.counters().get(Counter.ENTERS));
        assertThat(sum(busy, "wakeups")).isEqualTo(loop.counters().get(Counter.WAKEUPS));
        assertThat(busy).anySatisfy(event -> {
            assertThat(event.getInt("slots")).isEqualTo(32);
            assertThat(event.getInt("reservedSlots")).isEqualTo(3);
            assertThat(event.getInt("buffers")).isEqualTo(8);
            assertThat(event.getInt("freeBuffers")).isEqualTo(8);
            assertThat(event.getInt("liveSlots")).isZero();
            assertThat(event.getInt("waitingTasks")).isZero();
            assertThat(event.getInt("queuedOperations")).isZero();
            assertThat(event.getInt("leases")).isZero();
        });
        assertThat(of(events, "statistics-idle")).hasSizeGreaterThan(2);
    }

    private static List<RecordedEvent> of(ConcurrentLinkedQueue<RecordedEvent> events, String loop) {
        return events.stream()
                .filter(event -> event.getString("loop").equals(loop))
                .toList();
    }

    private static long sum(List<RecordedEvent> events, String field) {
        return events.stream().mapToLong(event -> event.getLong(field)).sum();
    }

    /** Each counter has a field, or the event would not tell all that the loop counts. */
    @Test
    void aFieldForEachCounter() throws Exception {
        end(start("statistics-fields"));
        EventType type = FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .filter(each -> each.getName().equals(EVENT))
                .findFirst()
                .orElseThrow();
        for (Counter counter : Counter.values()) {
            String name = counter.name().toLowerCase(java.util.Locale.ROOT).replace("_", "");
            assertThat(type.getFields()).anyMatch(field -> field.getName().equalsIgnoreCase(name));
        }
    }

    @Test
    void onlyLoopsThatLive() throws Exception {
        RingLoop loop = RingLoop.open(SMALL);
        assertThat(RingStatistics.has(loop)).isFalse();
        loop.start(task -> new Thread(task, "statistics-life"));
        assertThat(RingStatistics.has(loop)).isTrue();
        end(loop);
        assertThat(RingStatistics.has(loop)).isFalse();
    }
}
