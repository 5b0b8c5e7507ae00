package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Entries that post nothing when they succeed, alone and in chains. */
class SilenceTest {
    private static final int ECANCELED = Errno.ECANCELED.result();
    private static final int NO_SUCH_FLAG = 0x80;
    private static final int CHAIN = 3;

    private final KernelRing ring = KernelRing.open();

    @AfterEach
    void close() {
        ring.close();
    }

    /** Awaits these completions, each by its user data with its result, and sees that no others come. */
    private void assertResults(Map<Long, Integer> expected) {
        Map<Long, Integer> results = new TreeMap<>();
        for (Cqe cqe : ring.await(expected.size())) {
            assertThat(results.put(cqe.userData(), cqe.result())).isNull();
        }
        assertThat(results).isEqualTo(expected);
        assertThat(ring.run(sqe -> sqe.prepTimeout(ring.timespec(1_000_000), 0, 0))
                        .failedWith(Errno.ETIME))
                .isTrue();
        assertThat(ring.takeReady()).isEmpty();
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "skip-cqe")
    void aSuccessIsSilentAndAFailureIsNot() {
        ring.add(sqe -> sqe.prepNop().skipSuccess());
        long failing = ring.add(sqe -> sqe.prepNop(-9).skipSuccess());
        long loud = ring.add(sqe -> sqe.prepNop());
        assertResults(Map.of(failing, -9, loud, 0));
    }

    @Test
    @Shows(value = Opcode.POLL_ADD, behaviour = "skip-cqe")
    void aSinglePollCanBeSilentAndAMultishotOneCanNot() {
        int fd = ring.eventFd();
        ring.add(sqe -> sqe.prepPoll(fd, Libc.POLLOUT).skipSuccess());
        long multishot = ring.add(sqe -> sqe.prepPollMultishot(fd, Libc.POLLOUT).skipSuccess());
        assertResults(Map.of(multishot, Errno.EINVAL.result()));
    }

    /** Which of a chain are silent, which fails or none, with a soft or a hard link. */
    static Stream<Arguments> chains() {
        return IntStream.range(0, 1 << CHAIN)
                .boxed()
                .flatMap(silent -> IntStream.range(-1, CHAIN)
                        .boxed()
                        .flatMap(failing -> Stream.of(false, true).map(hard -> Arguments.of(silent, failing, hard))));
    }

    /** The ones that a silent entry cuts off are silent too, whatever they asked for. */
    @ParameterizedTest
    @MethodSource("chains")
    @Shows(value = Opcode.NOP, behaviour = "skip-cqe")
    void aChainSpeaksByTheOneThatFails(int silent, int failing, boolean hard) {
        addChain(silent, hard, i -> i == failing ? -7 : 0, -1);
        Map<Long, Integer> expected = new TreeMap<>();
        for (int i = 0; i < CHAIN; i++) {
            boolean cutOff = failing >= 0 && i > failing && !hard;
            if (i == failing) {
                expected.put((long) i, -7);
            } else if (!isSilent(silent, cutOff ? failing : i)) {
                expected.put((long) i, cutOff ? ECANCELED : 0);
            }
        }
        assertResults(expected);
    }

    /** Of a chain that is not even started the first entry decides for all. */
    @ParameterizedTest
    @MethodSource("chains")
    @Shows(value = Opcode.NOP, behaviour = "skip-cqe")
    void aChainThatFailsInPreparationSpeaksByItsFirst(int silent, int failing, boolean hard) {
        int bad = Math.max(failing, 0);
        addChain(silent, hard, i -> 0, bad);
        Map<Long, Integer> expected = new TreeMap<>();
        for (int i = 0; i < CHAIN; i++) {
            if (i == 0 || !isSilent(silent, 0)) {
                expected.put((long) i, i == bad ? Errno.EINVAL.result() : ECANCELED);
            }
        }
        assertResults(expected);
    }

    private static boolean isSilent(int silent, int index) {
        return (silent >> index & 1) != 0;
    }

    private void addChain(int silent, boolean hard, IntUnaryOperator result, int bad) {
        for (int i = 0; i < CHAIN; i++) {
            int index = i;
            ring.add(index, sqe -> {
                sqe.prepNop(result.applyAsInt(index));
                if (index == bad) {
                    sqe.flags(NO_SUCH_FLAG);
                }
                if (isSilent(silent, index)) {
                    sqe.skipSuccess();
                }
                if (index < CHAIN - 1) {
                    sqe.flags(hard ? Abi.SQE_IO_HARDLINK : Abi.SQE_IO_LINK);
                }
            });
        }
    }

    /** A poll that is in time or not, its timeout, and a third entry: which of them are silent, and who speaks. */
    @ParameterizedTest
    @CsvSource({
        "---, '0:4 1:-125 2:0',     '0:-125 1:-62 2:-125'",
        "S--, '1:-125 2:0',         '0:-125 1:-62'",
        "-S-, '0:4 2:0',            '0:-125 2:-125'",
        "SS-, '2:0',                '0:-125'",
        "--S, '0:4 1:-125',         '0:-125 1:-62 2:-125'",
        "S-S, '1:-125',             '0:-125 1:-62'",
        "-SS, '0:4',                '0:-125 2:-125'",
        "SSS, '',                   '0:-125'"
    })
    @Shows(
            value = {Opcode.POLL_ADD, Opcode.LINK_TIMEOUT, Opcode.NOP},
            behaviour = "skip-cqe")
    void aLinksTimeoutIsSilentEvenWhenItExpires(String silent, String inTime, String expired) {
        int fd = ring.eventFd();
        addTimedChain(fd, Libc.POLLOUT, 3_600_000_000_000L, silent);
        assertResults(parse(inTime));
        addTimedChain(fd, Libc.POLLIN, 1_000_000, silent);
        assertResults(parse(expired));
    }

    private void addTimedChain(int fd, int events, long nanos, String silent) {
        int skip = Abi.SQE_CQE_SKIP_SUCCESS;
        int[] flags = silent.chars().map(c -> c == 'S' ? skip : 0).toArray();
        ring.add(0, sqe -> sqe.prepPoll(fd, events).link().flags(flags[0]));
        ring.add(1, sqe -> sqe.prepLinkTimeout(ring.timespec(nanos), 0).link().flags(flags[1]));
        ring.add(2, sqe -> sqe.prepNop().flags(flags[2]));
    }

    private static Map<Long, Integer> parse(String results) {
        return Pattern.compile("(\\d):(-?\\d+)")
                .matcher(results)
                .results()
                .collect(Collectors.toMap(
                        match -> Long.valueOf(match.group(1)), match -> Integer.valueOf(match.group(2))));
    }

    @Test
    @Shows(value = Opcode.NOP, behaviour = "skip-cqe")
    void afterASilentEntryTheRingDrainsNoMore() {
        ring.add(sqe -> sqe.prepNop().skipSuccess());
        long drain = ring.add(sqe -> sqe.prepNop().drain());
        assertResults(Map.of(drain, Errno.EOPNOTSUPP.result()));
    }
}
