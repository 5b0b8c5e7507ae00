package io.fluxring.core.net.datagram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.UnixAddresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What arrives at datagram sockets of each family, on the real kernel. */
@Timeout(30)
class DatagramReceiverTest {
    private static final int BUFFERS = 16;
    private static final int SOCK_RAW = 3;
    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Datagrams datagrams =
            new Datagrams(BufferRingConfig.of(BUFFERS, 512 + DatagramReceiver.overheadBytes()));
    private final Collector collector = new Collector(Long.MAX_VALUE);

    @AfterEach
    void close() {
        collector.releaseAll();
        datagrams.close();
    }

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "datagram " + i).toList();
    }

    private void send(DatagramSocket to, int from, int upTo) {
        DatagramSocket sender = datagrams.udp();
        MemorySegment name = datagrams.name(to);
        for (String text : texts(from, upTo)) {
            assertThat(datagrams.send(sender, name, text)).isEqualTo(text.length());
        }
    }

    // ---- senders

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void eachDatagramTellsItsSender(String host) {
        DatagramSocket to = datagrams.bound(new InetSocketAddress(host, 0));
        to.receiver().attach(collector);
        for (int i = 0; i < 3; i++) {
            DatagramSocket from = datagrams.bound(new InetSocketAddress(host, 0));
            datagrams.send(from, datagrams.name(to), "hello");
            int count = i + 1;
            datagrams.foreign.until(() -> collector.texts.size() == count);
            assertThat(SocketAddresses.decode(collector.names.getLast())).isEqualTo(datagrams.address(from));
        }
        assertThat(collector.texts).containsExactly("hello", "hello", "hello");
    }

    @Test
    void aSocketOfBothFamiliesHasSendersOfBoth() {
        DatagramSocket to = datagrams.bound(new InetSocketAddress("::", 0));
        to.receiver().attach(collector);
        int port = datagrams.address(to).getPort();
        DatagramSocket four = datagrams.udp();
        DatagramSocket six = datagrams.bound(new InetSocketAddress("::1", 0));
        datagrams.send(four, SocketAddresses.encode(new InetSocketAddress("127.0.0.1", port), datagrams.arena), "4");
        datagrams.send(six, SocketAddresses.encode(new InetSocketAddress("::1", port), datagrams.arena), "6");
        datagrams.foreign.until(() -> collector.texts.size() == 2);
        assertThat(collector.names.stream().map(SocketAddresses::decode))
                .containsExactly(datagrams.address(four), datagrams.address(six));
    }

    @Test
    void unixSocketsTellTheNameThatTheSenderHas() {
        DatagramSocket to = datagrams.namedUnix();
        to.receiver().attach(collector);
        DatagramSocket named = datagrams.namedUnix();
        datagrams.send(named, datagrams.name(to), "named");
        datagrams.send(datagrams.unix(), datagrams.name(to), "unnamed");
        datagrams.foreign.until(() -> collector.texts.size() == 2);
        assertThat(collector.texts).containsExactly("named", "unnamed");
        MemorySegment first = collector.names.getFirst();
        assertThat(UnixAddresses.decode(first, (int) first.byteSize()))
                .isEqualTo(UnixAddresses.decode(
                        datagrams.name(named), (int) datagrams.name(named).byteSize()));
        MemorySegment second = collector.names.getLast();
        assertThat(UnixAddresses.decode(second, (int) second.byteSize())).isEmpty();
    }

    @Test
    @Tag("N8")
    void aSenderWithPortZeroIsASenderLikeOthers() {
        int raw = datagrams.kernel.socket(Libc.AF_INET, SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.IPPROTO_UDP);
        assumeTrue(raw != Errno.EPERM.result(), "a raw socket needs CAP_NET_RAW");
        DatagramSocket from = datagrams.own(raw, false);
        DatagramSocket to = datagrams.udp();
        to.receiver().attach(collector);
        MemorySegment packet = datagrams.arena.allocate(8 + 3);
        packet.set(NETWORK_SHORT, 2, (short) datagrams.address(to).getPort());
        packet.set(NETWORK_SHORT, 4, (short) packet.byteSize());
        packet.asSlice(8).copyFrom(datagrams.memory("raw"));
        datagrams.submit(from, datagrams.name(to), packet);
        datagrams.foreign.until(() -> !collector.texts.isEmpty());
        assertThat(collector.texts).containsExactly("raw");
        assertThat(SocketAddresses.decode(collector.names.getFirst())).isEqualTo(new InetSocketAddress("127.0.0.1", 0));
    }

    // ---- lengths

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("N8")
    void emptyDatagramsAreMessagesLikeOthers(boolean unix) {
        DatagramSocket to = unix ? datagrams.namedUnix() : datagrams.udp();
        DatagramSocket from = unix ? datagrams.unix() : datagrams.udp();
        to.receiver().attach(collector);
        List<String> sent = List.of("", "", "", "x", "", "", "");
        for (String text : sent) {
            datagrams.submit(from, datagrams.name(to), text);
        }
        datagrams.foreign.until(() -> collector.texts.size() == sent.size());
        assertThat(collector.texts).isEqualTo(sent);
    }

    @Test
    void whatDoesNotFitIsCutAndSaysSo() {
        DatagramSocket to = datagrams.udp();
        DatagramSocket from = datagrams.udp();
        to.receiver().attach(collector);
        for (int length : new int[] {512, 513}) {
            datagrams.send(from, datagrams.name(to), "x".repeat(length));
        }
        datagrams.foreign.until(() -> collector.texts.size() == 2);
        assertThat(collector.texts).allMatch(text -> text.length() == 512);
        assertThat(collector.cut).containsExactly(false, true);
    }

    // ---- demand

    @Test
    void withoutDemandNothingIsHandedOut() {
        DatagramSocket to = datagrams.udp();
        collector.demand = 2;
        to.receiver().attach(collector);
        send(to, 0, 4);
        datagrams.foreign.until(() -> to.receiver().isWaiting());
        assertThat(collector.texts).isEqualTo(texts(0, 2));
        collector.demand = 1;
        to.receiver().deliver();
        assertThat(collector.texts).isEqualTo(texts(0, 3));
        collector.demand = 5;
        to.receiver().deliver();
        send(to, 4, 6);
        datagrams.foreign.until(() -> collector.texts.size() == 6);
        assertThat(collector.texts).isEqualTo(texts(0, 6));
    }

    @Test
    void theReceiveStaysArmedWhileDemandComesAndGoes() {
        DatagramSocket to = datagrams.udp();
        collector.demand = 1;
        to.receiver().attach(collector);
        for (int i = 0; i < 50; i++) {
            send(to, i, i + 1);
            int count = i + 1;
            datagrams.foreign.until(() -> collector.texts.size() == count);
            assertThat(to.receiver().state()).hasToString("IN_KERNEL");
            collector.demand = 1;
            to.receiver().deliver();
        }
        assertThat(collector.texts).isEqualTo(texts(0, 50));
    }

    @Test
    void whatIsHeldIsBoundedAndTheKernelKeepsTheRest() {
        DatagramSocket to = datagrams.udp();
        collector.demand = 1;
        to.receiver().attach(collector);
        send(to, 0, 100);
        datagrams.foreign.until(() -> !to.receiver().isLive());
        assertThat(datagrams.loop.liveLeases()).isLessThan(BUFFERS);
        collector.demand = Long.MAX_VALUE;
        to.receiver().deliver();
        datagrams.foreign.until(() -> collector.texts.size() == 100);
        assertThat(collector.texts).isEqualTo(texts(0, 100));
    }

    @Test
    void aHandlerThatKeepsLeasesGoesOnWhenTheyComeBack() {
        DatagramSocket to = datagrams.udp();
        collector.keeps = true;
        to.receiver().attach(collector);
        send(to, 0, 40);
        datagrams.foreign.until(() -> !to.receiver().isLive());
        assertThat(collector.kept).hasSizeLessThan(BUFFERS);
        while (collector.texts.size() < 40) {
            int before = collector.texts.size();
            collector.releaseAll();
            datagrams.foreign.until(() -> collector.texts.size() > before);
        }
        assertThat(collector.texts).isEqualTo(texts(0, 40));
    }

    // ---- a group without buffers

    /** Each would stand aside for the other for ever, if one whose turn has come lined up anew. */
    @Test
    void socketsThatWaitForBuffersAllGoOn() {
        Collector hoarder = new Collector(Long.MAX_VALUE);
        hoarder.keeps = true;
        List<DatagramSocket> hoarding = new ArrayList<>();
        for (int i = 0; datagrams.buffers.free() > 0; i++) {
            if (i % 8 == 0) { // several, since one alone is held to its quota
                hoarding.add(datagrams.udp());
                hoarding.getLast().receiver().attach(hoarder);
            }
            int count = hoarder.texts.size();
            send(hoarding.getLast(), i, i + 1);
            datagrams.loop.tick(0);
            assertThat(hoarder.texts.size()).isGreaterThanOrEqualTo(count);
        }
        List<Collector> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Collector each = new Collector(Long.MAX_VALUE);
            DatagramSocket to = datagrams.udp();
            to.receiver().attach(each);
            send(to, i, i + 1);
            waiting.add(each);
        }
        assertThat(waiting).allMatch(each -> each.texts.isEmpty());
        hoarder.kept.removeFirst().release(); // one buffer for all of them, one after the other
        datagrams.foreign.until(() -> waiting.stream().noneMatch(each -> each.texts.isEmpty()));
        hoarder.releaseAll();
    }

    // ---- errors

    @Test
    void anErrorOfAnEarlierDatagramIsReportedAndEndsNothing() {
        DatagramSocket gone = datagrams.udp();
        MemorySegment nobody = datagrams.name(gone);
        datagrams.close(gone);
        datagrams.foreign.until(() -> datagrams.released() == 1);
        DatagramSocket socket = datagrams.udp();
        MemorySegment name = datagrams.name(socket);
        datagrams.connect(socket, nobody);
        socket.receiver().attach(collector);
        assertThat(datagrams.send(socket, null, "to nobody")).isEqualTo(9);
        datagrams.foreign.until(() -> !collector.failures.isEmpty());
        assertThat(collector.failures).containsExactly(Errno.ECONNREFUSED.result());
        datagrams.connect(socket, SocketAddresses.unspecified(datagrams.arena));
        datagrams.bind(socket, name); // a port that the kernel has chosen goes with the peer
        send(socket, 0, 1);
        datagrams.foreign.until(() -> !collector.texts.isEmpty());
        assertThat(collector.texts).isEqualTo(texts(0, 1));
    }

    /** An error that the next receive would meet at once is no reason to ask for ever. */
    @Test
    void whatIsNoSocketFailsOnce() {
        DatagramSocket none = datagrams.own(datagrams.kernel.eventFd(Libc.EFD_CLOEXEC), false);
        none.receiver().attach(collector);
        datagrams.foreign.until(() -> !collector.failures.isEmpty());
        for (int i = 0; i < 10; i++) {
            datagrams.loop.tick(0);
        }
        assertThat(collector.failures).containsExactly(Errno.ENOTSOCK.result());
        assertThat(none.receiver().isLive()).isFalse();
    }

    @Test
    void aHandlerThatThrowsStopsNothing() {
        DatagramSocket to = datagrams.udp();
        Collector throwing = new Collector(Long.MAX_VALUE) {
            @Override
            public void drained() {
                super.drained();
                throw new IllegalStateException("a test's");
            }
        };
        to.receiver().attach(throwing);
        send(to, 0, 5);
        datagrams.foreign.until(() -> throwing.texts.size() == 5);
        assertThat(throwing.texts).isEqualTo(texts(0, 5));
    }

    // ---- the end

    @Test
    void aCloseDropsWhatIsHeld() {
        DatagramSocket to = datagrams.udp();
        collector.demand = 1;
        to.receiver().attach(collector);
        send(to, 0, 3);
        datagrams.foreign.until(() -> datagrams.loop.liveLeases() == 2);
        datagrams.close(to);
        assertThat(datagrams.loop.liveLeases()).isZero();
        collector.demand = Long.MAX_VALUE;
        to.receiver().deliver();
        datagrams.foreign.until(() -> datagrams.released() == 1);
        assertThat(collector.texts).isEqualTo(texts(0, 1));
    }

    @Test
    void aHandlerMayCloseTheSocket() {
        DatagramSocket to = datagrams.udp();
        Collector closing = new Collector(Long.MAX_VALUE) {
            @Override
            public void drained() {
                datagrams.close(to);
            }
        };
        to.receiver().attach(closing);
        send(to, 0, 1);
        datagrams.foreign.until(() -> datagrams.released() == 1);
        assertThat(closing.texts).isEqualTo(texts(0, 1));
    }

    @Test
    void theDescriptorComesBackBehindTheLastCompletion() {
        DatagramSocket to = datagrams.udp();
        to.receiver().attach(collector);
        datagrams.loop.tick(0);
        datagrams.close(to);
        assertThat(datagrams.released()).isZero();
        assertThat(to.receiver().isLive()).isTrue();
        datagrams.foreign.until(() -> datagrams.released() == 1);
        assertThat(to.receiver().isLive()).isFalse();
    }
}
