package io.fluxring.spring.support;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * What Netty's leak detection reports, from now on. A test ends with {@link #assertNone}: then each buffer that was lost by then has been
 * found, as one that is lost on purpose has.
 */
public final class BufferLeaks implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Queue<String> reports = new ConcurrentLinkedQueue<>();

    public BufferLeaks() {
        ByteBufUtil.setLeakListener((type, records) -> reports.add(type + records));
    }

    /** Fails when a buffer was collected that was not released. */
    public void assertNone() {
        Logger log = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);
        log.setAdditive(false); // it has to be enabled, and need not be read
        try {
            lose(UUID.randomUUID().toString());
            lose(UUID.randomUUID().toString());
        } finally {
            log.setAdditive(true);
        }
        assertThat(reports).isEmpty();
    }

    /** Loses a buffer, and waits for its report. */
    private void lose(String mark) {
        allocate().touch(mark);
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!isReported(mark)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("leaks are not detected: is the detection paranoid?");
            }
            System.gc();
            allocate().release(); // reports are made when a buffer is made
        }
    }

    private static ByteBuf allocate() {
        return PooledByteBufAllocator.DEFAULT.directBuffer(16);
    }

    private boolean isReported(String mark) {
        return reports.removeIf(each -> each.contains(mark));
    }

    /** {@return what was reported} */
    public List<String> reports() {
        return List.copyOf(reports);
    }

    @Override
    public void close() {
        ByteBufUtil.setLeakListener(null);
    }
}
