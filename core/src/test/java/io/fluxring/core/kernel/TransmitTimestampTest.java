package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.kernel.Sockets.Pair;
import io.fluxring.core.ring.CompletionSink;
import io.fluxring.core.setup.CompletionFormat;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When packets were sent, as completions of 32 bytes tell it. */
class TransmitTimestampTest {
    // bits of SO_TIMESTAMPING, see linux/net_tstamp.h
    private static final int TX_SOFTWARE = 1 << 1;
    private static final int SOFTWARE = 1 << 4;
    private static final int OPTION_ID = 1 << 7;
    private static final int OPTION_ONLY_TIME = 1 << 11;
    private static final int SENT = 0; // SCM_TSTAMP_SND

    private final KernelRing ring =
            KernelRing.open(RingConfig.defaults().withEntries(64, 256).withCompletionFormat(CompletionFormat.WIDE));
    private final KernelRing sender = KernelRing.open(); // whose waits take no completions of the other
    private final Sockets sockets = new Sockets(sender);

    private record Time(long userData, int result, int flags, long seconds, long nanos) {}

    @BeforeEach
    void requireKernel() {
        Sockets.assumeKernel(ring, 6, 17, "times of sending");
    }

    @AfterEach
    void close() {
        sockets.close();
        sender.close();
        ring.close();
    }

    private List<Time> await(int count) {
        List<Time> times = new ArrayList<>();
        CompletionSink sink = new CompletionSink() {
            @Override
            public void completed(long userData, int result, int flags) {
                completedWide(userData, result, flags, 0, 0);
            }

            @Override
            public void completedWide(long userData, int result, int flags, long seconds, long nanos) {
                times.add(new Time(userData, result, flags, seconds, nanos));
            }
        };
        long start = System.nanoTime();
        while (times.size() < count) {
            assertThat(System.nanoTime() - start).as("%s", times).isLessThan(TimeUnit.SECONDS.toNanos(10));
            ring.ring().submitAndWait(1, TimeUnit.MILLISECONDS.toNanos(100), 0);
            ring.ring().completions().drain(sink);
        }
        return times;
    }

    @Test
    @Shows(Opcode.URING_CMD)
    void eachDatagramHasItsTimeAndItsNumber() {
        Pair pair = sockets.udpPair();
        sockets.setOption(
                pair.left(),
                Libc.SOL_SOCKET,
                Libc.SO_TIMESTAMPING,
                TX_SOFTWARE | SOFTWARE | OPTION_ID | OPTION_ONLY_TIME);
        long times = ring.add(sqe -> sqe.prepTransmitTimestamps(pair.left()));
        ring.submit();
        long now = System.currentTimeMillis() / 1000;
        for (int i = 0; i < 3; i++) {
            sockets.send(pair.left(), "datagram");
            Time time = await(1).getFirst();
            assertThat(time.userData()).isEqualTo(times);
            assertThat(time.result()).as("the number of the datagram").isEqualTo(i);
            assertThat(time.flags() & Abi.CQE_F_MORE).isNotZero();
            assertThat(time.flags() & Abi.CQE_F_TSTAMP_HW)
                    .as("not a device's clock")
                    .isZero();
            assertThat(time.flags() >>> Abi.TIMESTAMP_TYPE_SHIFT).isEqualTo(SENT);
            assertThat(time.seconds()).isBetween(now - 60, now + 60);
            assertThat(time.nanos()).isBetween(0L, 999_999_999L);
        }
        long cancel = ring.add(sqe -> sqe.prepCancel(times));
        List<Time> ends = await(2);
        assertThat(ends)
                .filteredOn(time -> time.userData() == cancel)
                .extracting(Time::result)
                .containsExactly(0);
        assertThat(ends)
                .filteredOn(time -> time.userData() == times)
                .extracting(Time::result)
                .containsExactly(Errno.ECANCELED.result());
    }
}
