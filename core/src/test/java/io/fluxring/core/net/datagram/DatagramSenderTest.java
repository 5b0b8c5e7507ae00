package io.fluxring.core.net.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.SocketAddresses;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves datagram sockets, on the real kernel. */
@Timeout(30)
class DatagramSenderTest {
    private final Datagrams datagrams = new Datagrams(BufferRingConfig.of(64, 512 + DatagramReceiver.overheadBytes()));
    private final Collector collector = new Collector(Long.MAX_VALUE);

    @AfterEach
    void close() {
        datagrams.close();
    }

    @Test
    void severalAreInFlightAndKeepTheirOrder() {
        DatagramSocket to = datagrams.udp();
        DatagramSocket from = datagrams.udp();
        to.receiver().attach(collector);
        List<String> sent =
                IntStream.range(0, 200).mapToObj(i -> "datagram " + i).toList();
        List<List<Integer>> outcomes = new ArrayList<>();
        for (String text : sent) {
            datagrams.foreign.until(() -> from.sender().isReady());
            outcomes.add(datagrams.submit(from, datagrams.name(to), text));
            assertThat(from.sender().inFlight()).isBetween(1, DatagramSender.MOST_IN_FLIGHT);
        }
        datagrams.foreign.until(() -> collector.texts.size() == sent.size());
        assertThat(collector.texts).isEqualTo(sent);
        assertThat(outcomes.stream().map(List::getFirst))
                .isEqualTo(sent.stream().map(String::length).toList());
        assertThat(from.sender().inFlight()).isZero();
    }

    @Test
    void eachHasAnOutcomeOfItsOwn() {
        DatagramSocket to = datagrams.udp();
        DatagramSocket from = datagrams.udp();
        to.receiver().attach(collector);
        List<Integer> good = datagrams.submit(from, datagrams.name(to), "good");
        List<Integer> huge = datagrams.submit(from, datagrams.name(to), "x".repeat(70_000));
        List<Integer> aimless = datagrams.submit(from, null, "aimless");
        List<Integer> last = datagrams.submit(from, datagrams.name(to), "last");
        datagrams.foreign.until(() -> collector.texts.size() == 2);
        assertThat(collector.texts).containsExactly("good", "last");
        assertThat(good).containsExactly(4);
        assertThat(huge).containsExactly(Errno.EMSGSIZE.result());
        assertThat(aimless).containsExactly(Errno.EDESTADDRREQ.result());
        assertThat(last).containsExactly(4);
    }

    @Test
    void aConnectedSocketNeedsNoAddress() {
        DatagramSocket to = datagrams.udp();
        DatagramSocket from = datagrams.udp();
        to.receiver().attach(collector);
        datagrams.connect(from, datagrams.name(to));
        assertThat(datagrams.send(from, null, "connected")).isEqualTo(9);
        datagrams.connect(from, SocketAddresses.unspecified(datagrams.arena));
        assertThat(datagrams.send(from, null, "not any more")).isEqualTo(Errno.EDESTADDRREQ.result());
        datagrams.foreign.until(() -> !collector.texts.isEmpty());
        assertThat(collector.texts).containsExactly("connected");
    }

    @Test
    void theKernelCutsSegments() {
        DatagramSocket to = datagrams.udp();
        DatagramSocket from = datagrams.udp();
        to.receiver().attach(collector);
        MemorySegment name = datagrams.name(to);
        MemorySegment bytes = datagrams.memory("aaabbbccc-");
        List<Integer> outcome = new ArrayList<>();
        from.sender()
                .send(
                        bytes.address(),
                        10,
                        3,
                        memory -> memory.allocate(name.byteSize(), 8).copyFrom(name),
                        outcome::add);
        datagrams.foreign.until(() -> collector.texts.size() == 4);
        assertThat(collector.texts).containsExactly("aaa", "bbb", "ccc", "-");
        assertThat(outcome).containsExactly(10);
    }

    /** Its block goes back, and its place in flight. */
    @Test
    void anAddressThatCannotBeEncodedCostsNothing() {
        DatagramSocket from = datagrams.udp();
        MemorySegment bytes = datagrams.memory("never sent");
        for (int i = 0; i < 2 * DatagramSender.MOST_IN_FLIGHT; i++) {
            assertThatThrownBy(() -> from.sender()
                            .send(
                                    bytes.address(),
                                    1,
                                    memory -> {
                                        throw new IllegalArgumentException("no address");
                                    },
                                    result -> {}))
                    .hasMessage("no address");
        }
        assertThat(from.sender().inFlight()).isZero();
        assertThat(datagrams.takenBlocks()).isZero();
    }

    @Test
    void aClosedSocketSendsNothing() {
        DatagramSocket from = datagrams.udp();
        MemorySegment to = datagrams.name(from);
        datagrams.close(from);
        assertThat(from.sender().isReady()).isFalse();
        assertThatThrownBy(() -> datagrams.submit(from, to, "late")).isInstanceOf(IllegalStateException.class);
        assertThat(from.sender().inFlight()).isZero();
        assertThat(datagrams.takenBlocks()).isZero();
    }

    /**
     * io_uring's own wait for room ends with an empty datagram in place of the one that was sent. A poll tells of room only where the
     * socket is connected to its peer.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFullPeerIsWaitedForAndGetsAllInOrder(boolean connected) {
        DatagramSocket to = datagrams.namedUnix();
        DatagramSocket from = datagrams.unix();
        MemorySegment name = datagrams.name(to);
        if (connected) {
            datagrams.connect(from, name);
        }
        List<List<Integer>> outcomes = new ArrayList<>();
        List<String> sent = new ArrayList<>();
        for (int i = 0; from.sender().isReady(); i++) {
            sent.add("datagram " + i);
            outcomes.add(datagrams.submit(from, connected ? null : name, sent.getLast()));
        }
        for (int i = 0; i < 5; i++) {
            datagrams.loop.tick(0);
        }
        assertThat(outcomes).anyMatch(List::isEmpty);
        to.receiver().attach(collector);
        while (sent.size() < 500) {
            sent.add("datagram " + sent.size());
            datagrams.foreign.until(() -> from.sender().isReady());
            outcomes.add(datagrams.submit(from, connected ? null : name, sent.getLast()));
        }
        datagrams.foreign.until(() -> collector.texts.size() == sent.size());
        assertThat(collector.texts).isEqualTo(sent);
        datagrams.foreign.until(() -> from.sender().inFlight() == 0);
        assertThat(outcomes.stream().map(List::getFirst))
                .isEqualTo(sent.stream().map(String::length).toList());
    }

    /** Those behind one that fails are cancelled by the kernel, and are sent nevertheless. */
    @Test
    void aUnixDatagramThatFailsHoldsUpNoOther() {
        DatagramSocket to = datagrams.namedUnix();
        DatagramSocket gone = datagrams.namedUnix();
        MemorySegment nobody = datagrams.name(gone);
        datagrams.close(gone);
        datagrams.foreign.until(() -> datagrams.released() == 1);
        DatagramSocket from = datagrams.unix();
        to.receiver().attach(collector);
        List<List<Integer>> outcomes = new ArrayList<>();
        List<String> arrives = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            boolean fails = i % 3 == 1;
            outcomes.add(datagrams.submit(from, fails ? nobody : datagrams.name(to), "datagram " + i));
            if (!fails) {
                arrives.add("datagram " + i);
            }
        }
        datagrams.foreign.until(() -> outcomes.stream().noneMatch(List::isEmpty));
        datagrams.foreign.until(() -> collector.texts.size() == arrives.size());
        assertThat(collector.texts).isEqualTo(arrives);
        for (int i = 0; i < 20; i++) {
            assertThat(outcomes.get(i))
                    .containsExactly(i % 3 == 1 ? Errno.ECONNREFUSED.result() : ("datagram " + i).length());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCloseCallsOffWhatAFullPeerHoldsUp(boolean connected) {
        DatagramSocket to = datagrams.namedUnix();
        DatagramSocket from = datagrams.unix();
        MemorySegment name = datagrams.name(to);
        if (connected) {
            datagrams.connect(from, name);
        }
        List<List<Integer>> outcomes = new ArrayList<>();
        for (int i = 0; from.sender().isReady(); i++) {
            outcomes.add(datagrams.submit(from, connected ? null : name, "datagram " + i));
        }
        for (int i = 0; i < 5; i++) {
            datagrams.loop.tick(0);
        }
        datagrams.close(from);
        datagrams.foreign.until(() -> datagrams.released() == 1);
        assertThat(outcomes).allMatch(each -> each.size() == 1);
        assertThat(outcomes).anyMatch(each -> each.getFirst() == Errno.ECANCELED.result());
        to.receiver().attach(collector);
        long sent = outcomes.stream().filter(each -> each.getFirst() > 0).count();
        datagrams.foreign.until(() -> collector.texts.size() == sent);
        assertThat(collector.texts).noneMatch(String::isEmpty);
    }

    @Test
    void aCloseRightBehindTheSendsReportsEachOnce() {
        DatagramSocket from = datagrams.udp();
        MemorySegment to = datagrams.name(from);
        List<List<Integer>> outcomes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            outcomes.add(datagrams.submit(from, to, "datagram " + i));
        }
        datagrams.close(from);
        datagrams.foreign.until(() -> datagrams.released() == 1);
        assertThat(outcomes).allMatch(each -> each.size() == 1);
    }

    @Test
    void anOutcomeMaySendTheNextAndMayThrow() {
        DatagramSocket to = datagrams.udp();
        DatagramSocket from = datagrams.udp();
        to.receiver().attach(collector);
        MemorySegment bytes = datagrams.memory("again");
        MemorySegment name = datagrams.name(to);
        int[] left = {10};
        sendAgain(from, name, bytes, left);
        datagrams.foreign.until(() -> collector.texts.size() == 10);
        assertThat(from.sender().inFlight()).isZero();
    }

    private static void sendAgain(DatagramSocket from, MemorySegment to, MemorySegment bytes, int[] left) {
        from.sender()
                .send(
                        bytes.address(),
                        (int) bytes.byteSize(),
                        memory -> memory.allocate(to.byteSize(), 8).copyFrom(to),
                        result -> {
                            if (--left[0] > 0) {
                                sendAgain(from, to, bytes, left);
                            }
                            throw new IllegalStateException("a test's");
                        });
    }
}
