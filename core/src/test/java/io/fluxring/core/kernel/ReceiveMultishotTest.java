package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.kernel.Sockets.Pair;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Receives that go on: what they bring, how they end, and that no byte and no buffer is lost or doubled by any of it. */
class ReceiveMultishotTest {
    private final KernelRing ring = KernelRing.open();
    private final Sockets sockets = new Sockets(ring);

    @AfterEach
    void close() {
        sockets.close();
        ring.close();
    }

    private long arm(int fd, ProvidedBuffers buffers) {
        return ring.add(sqe -> sqe.prepReceiveMultishot(fd, buffers.group()));
    }

    private void cancel(long userData) {
        assertThat(ring.run(sqe -> sqe.prepCancel(userData)).result()).isZero();
        Cqe last = ring.awaitOf(userData);
        assertThat(last.failedWith(Errno.ECANCELED)).isTrue();
        assertThat(last.more()).isFalse();
        assertThat(last.hasBuffer()).isFalse();
    }

    /** Receives a whole stream, with buffers that are given back at once and receives that are armed anew. */
    private byte[] receiveAll(KernelRing by, int fd, ProvidedBuffers buffers, List<Cqe> ends) {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        while (true) {
            long receive = by.add(sqe -> sqe.prepReceiveMultishot(fd, buffers.group()));
            Cqe cqe;
            do {
                cqe = by.awaitOf(receive);
                if (cqe.hasBuffer()) {
                    received.writeBytes(buffers.bytes(cqe));
                    buffers.provide(cqe.buffer());
                }
            } while (cqe.more());
            ends.add(cqe);
            if (cqe.result() == 0) {
                return received.toByteArray();
            }
        }
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recv-multishot")
    void eachPieceComesInABufferOfItsOwn() {
        for (Pair pair : List.of(sockets.tcpPair(), sockets.unixPair(), sockets.udpPair())) {
            try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 8, 64)) {
                long receive = arm(pair.right(), buffers);
                for (int i = 0; i < 6; i++) {
                    sockets.send(pair.left(), "piece " + i);
                    Cqe cqe = ring.awaitOf(receive);
                    assertThat(cqe.more()).isTrue();
                    assertThat(cqe.buffer()).isEqualTo(i);
                    assertThat(buffers.bytes(cqe)).asString().isEqualTo("piece " + i);
                }
                assertThat(buffers.available()).isEqualTo(2);
                cancel(receive);
                assertThat(buffers.available()).isEqualTo(2);
            }
        }
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recv-multishot")
    void withoutBuffersItEndsAndTheBytesStay() {
        Pair pair = sockets.tcpPair();
        byte[] sent = Sockets.pattern(3, 100);
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 4, 16)) {
            sockets.send(pair.left(), sent);
            long receive = arm(pair.right(), buffers);
            List<Cqe> cqes = ring.await(5);
            assertThat(cqes).allMatch(cqe -> cqe.userData() == receive);
            assertThat(cqes).extracting(Cqe::result).containsExactly(16, 16, 16, 16, Errno.ENOBUFS.result());
            assertThat(cqes).extracting(Cqe::more).containsExactly(true, true, true, true, false);
            assertThat(cqes.getLast().hasBuffer()).isFalse();
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            cqes.subList(0, 4).forEach(cqe -> received.writeBytes(buffers.bytes(cqe)));
            received.writeBytes(sockets.receive(pair.right(), 36));
            assertThat(received.toByteArray()).isEqualTo(sent);
        }
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recv-multishot")
    void theEndOfTheStreamTakesNoBuffer() {
        Pair pair = sockets.tcpPair();
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 4, 16)) {
            long receive = arm(pair.right(), buffers);
            sockets.send(pair.left(), "last");
            sockets.close(pair.left());
            Cqe data = ring.awaitOf(receive);
            assertThat(buffers.bytes(data)).asString().isEqualTo("last");
            Cqe end = ring.awaitOf(receive);
            assertThat(end.result()).isZero();
            assertThat(end.more()).isFalse();
            assertThat(end.hasBuffer()).isFalse();
            assertThat(buffers.available()).isEqualTo(3);
        }
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recv-multishot")
    void aFullQueueOfCompletionsEndsItWithoutAnErrorAndLosesNothing() {
        Pair pair = sockets.tcpPair();
        byte[] sent = Sockets.pattern(4, 16 * 40);
        sockets.send(pair.left(), sent);
        sockets.close(pair.left());
        try (KernelRing small = KernelRing.open(RingConfig.defaults().withEntries(4, 4));
                ProvidedBuffers buffers = ProvidedBuffers.full(small, 1, 16, 16)) {
            List<Cqe> ends = new ArrayList<>();
            assertThat(receiveAll(small, pair.right(), buffers, ends)).isEqualTo(sent);
            assertThat(ends.size()).isGreaterThan(1);
            assertThat(ends.subList(0, ends.size() - 1))
                    .as("ended with bytes")
                    .allMatch(cqe -> cqe.result() == 16 && cqe.hasBuffer());
        }
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recv-mshot-drain")
    void theStreamIsWholeHoweverOftenTheGroupRunsDry() {
        Pair pair = sockets.tcpPair();
        byte[] sent = Sockets.pattern(5, 300_000);
        var from = sockets.copy(sent);
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 4, 512)) {
            ring.add(sqe -> sqe.prepSend(pair.left(), from.address(), sent.length, Libc.MSG_WAITALL)
                    .link());
            ring.add(sqe -> sqe.prepShutdown(pair.left(), Libc.SHUT_WR));
            List<Cqe> ends = new ArrayList<>();
            assertThat(receiveAll(ring, pair.right(), buffers, ends)).isEqualTo(sent);
            assertThat(ends.stream()
                            .filter(cqe -> cqe.failedWith(Errno.ENOBUFS))
                            .count())
                    .as("times that the group was empty")
                    .isGreaterThan(10);
            assertThat(ring.await(2)).extracting(Cqe::result).containsExactlyInAnyOrder(sent.length, 0);
        }
    }

    @Test
    @Shows(
            value = {Opcode.RECV, Opcode.SHUTDOWN},
            behaviour = "mshot-shutdown-race")
    void bytesThatRaceWithTheEndComeBeforeIt() {
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 16, 1024)) {
            for (int round = 0; round < 200; round++) {
                Pair pair = round % 2 == 0 ? sockets.unixPair() : sockets.tcpPair();
                long receive = arm(pair.right(), buffers);
                byte[] sent = Sockets.pattern(round, 1 + round * 7);
                var from = sockets.copy(sent);
                long send = ring.add(sqe -> sqe.prepSend(pair.left(), from.address(), sent.length, Libc.MSG_WAITALL));
                long shutdown = round % 4 < 2
                        ? ring.add(sqe -> sqe.prepShutdown(pair.left(), Libc.SHUT_RDWR))
                        : ring.add(sqe -> sqe.prepClose(pair.left()));
                ByteArrayOutputStream received = new ByteArrayOutputStream();
                Cqe cqe = ring.awaitOf(receive);
                while (cqe.more()) {
                    received.writeBytes(buffers.bytes(cqe));
                    buffers.provide(cqe.buffer());
                    cqe = ring.awaitOf(receive);
                }
                assertThat(cqe.result()).isZero();
                assertThat(received.toByteArray()).as("round %d", round).isEqualTo(sent);
                assertThat(ring.awaitOf(send).result()).isEqualTo(sent.length);
                assertThat(ring.awaitOf(shutdown).result()).isZero();
                if (round % 4 >= 2) {
                    sockets.disown(pair.left());
                }
            }
            assertThat(buffers.available()).isEqualTo(16);
        }
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recv-mshot-fair")
    void eachCompletionAndTheirSumHaveALimit() {
        Sockets.assumeKernel(ring, 6, 17, "limits of multishot receives");
        Pair pair = sockets.tcpPair();
        byte[] sent = Sockets.pattern(6, 100);
        sockets.send(pair.left(), sent);
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 8, 64)) {
            long receive = ring.add(sqe -> sqe.prepReceiveMultishot(pair.right(), 1, 25, 10));
            List<Cqe> cqes = ring.await(3);
            assertThat(cqes).allMatch(cqe -> cqe.userData() == receive);
            assertThat(cqes).extracting(Cqe::result).as("over the limit").containsExactly(10, 10, 10);
            assertThat(cqes).extracting(Cqe::more).containsExactly(true, true, false);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            cqes.forEach(cqe -> received.writeBytes(buffers.bytes(cqe)));
            received.writeBytes(sockets.receive(pair.right(), 70));
            assertThat(received.toByteArray()).isEqualTo(sent);
            assertThat(buffers.available()).isEqualTo(5);
        }
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recv-mshot-fair")
    void onePeerThatFloodsLeavesTheOthersTheirTurn() {
        Sockets.assumeKernel(ring, 6, 17, "limits of multishot receives");
        Pair flood = sockets.tcpPair();
        Pair calm = sockets.tcpPair();
        sockets.send(flood.left(), new byte[60_000]);
        sockets.send(calm.left(), "here I am");
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 128, 64)) {
            long flooded = ring.add(sqe -> sqe.prepReceiveMultishot(flood.right(), 1, 640, 64));
            long calmed = ring.add(sqe -> sqe.prepReceiveMultishot(calm.right(), 1, 640, 64));
            List<Cqe> cqes = ring.await(11);
            assertThat(cqes.stream().filter(cqe -> cqe.userData() == flooded).mapToInt(Cqe::result))
                    .as("its share, no more")
                    .hasSize(10)
                    .allMatch(result -> result == 64);
            assertThat(cqes.stream()
                            .filter(cqe -> cqe.userData() == calmed)
                            .map(buffers::bytes)
                            .map(String::new))
                    .containsExactly("here I am");
            cancel(calmed);
        }
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "buf-ring-mshot")
    void manyReceiversShareAGroupWithoutLosingOrDoublingABuffer() {
        int receivers = 16;
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 64, 128)) {
            List<Pair> pairs = new ArrayList<>();
            Map<Long, ByteArrayOutputStream> received = new HashMap<>();
            Map<Long, Integer> senders = new HashMap<>();
            for (int i = 0; i < receivers; i++) {
                Pair pair = i % 2 == 0 ? sockets.tcpPair() : sockets.unixPair();
                pairs.add(pair);
                long receive = arm(pair.right(), buffers);
                received.put(receive, new ByteArrayOutputStream());
                senders.put(receive, i);
            }
            byte[][] sent = new byte[receivers][];
            for (int i = 0; i < receivers; i++) {
                sent[i] = Sockets.pattern(i, 100 * (i + 1));
            }
            List<Integer> held = new ArrayList<>();
            for (int round = 0; round < 100; round++) {
                for (Pair pair : pairs) {
                    var from = sockets.copy(slice(sent[pairs.indexOf(pair)], round));
                    ring.add(sqe -> sqe.prepSend(pair.left(), from.address(), (int) from.byteSize(), 0)
                            .skipSuccess());
                }
                ring.submit();
                for (Cqe cqe : ring.await(receivers)) {
                    assertThat(cqe.more()).isTrue();
                    received.get(cqe.userData()).writeBytes(buffers.bytes(cqe));
                    assertThat(held).as("handed out once only").doesNotContain(cqe.buffer());
                    held.add(cqe.buffer());
                }
                held.forEach(buffers::provide);
                held.clear();
                assertThat(buffers.available()).isEqualTo(64);
            }
            for (Map.Entry<Long, ByteArrayOutputStream> each : received.entrySet()) {
                assertThat(each.getValue().toByteArray()).isEqualTo(sent[senders.get(each.getKey())]);
                cancel(each.getKey());
            }
        }
    }

    /** The part of a stream of 100 rounds that belongs to one. */
    private static byte[] slice(byte[] stream, int round) {
        int part = stream.length / 100;
        return java.util.Arrays.copyOfRange(stream, round * part, (round + 1) * part);
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recv-multishot")
    void aReceiveMayStartInAWorkerThread() {
        Pair pair = sockets.unixPair();
        try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 4, 64)) {
            long receive =
                    ring.add(sqe -> sqe.prepReceiveMultishot(pair.right(), 1).async());
            sockets.send(pair.left(), "first");
            assertThat(buffers.bytes(ring.awaitOf(receive))).asString().isEqualTo("first");
            sockets.send(pair.left(), "second");
            assertThat(buffers.bytes(ring.awaitOf(receive))).asString().isEqualTo("second");
            cancel(receive);
        }
    }
}
