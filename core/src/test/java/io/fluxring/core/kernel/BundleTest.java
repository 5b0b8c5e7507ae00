package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.kernel.Sockets.Pair;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.memory.owner.OwnedGroup;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Feature;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several buffers for one completion, and several completions for one buffer: the stream stays in order. */
class BundleTest {
    private static final int TOTAL_BYTES = 200_000;

    private final KernelRing ring = KernelRing.open();
    private final Sockets sockets = new Sockets(ring);
    private final Arena arena = Arena.ofShared();

    @BeforeEach
    void requireKernel() {
        assumeTrue(ring.ring().capabilities().has(Feature.RECVSEND_BUNDLE), "bundles: since Linux 6.10");
        Sockets.assumeKernel(ring, 6, 12, "incremental groups");
    }

    @AfterEach
    void close() {
        sockets.close();
        ring.close();
        arena.close();
    }

    private static boolean moreOfBuffer(Cqe cqe) {
        return (cqe.flags() & Abi.CQE_F_BUF_MORE) != 0;
    }

    @Test
    @Shows(value = Opcode.SEND, behaviour = "recvsend_bundle")
    void aGroupIsAQueueOfWhatIsToBeSent() {
        Pair pair = sockets.tcpPair();
        try (ProvidedBuffers buffers = new ProvidedBuffers(ring, 1, 8, 1000, 0)) {
            assertThat(ring.run(sqe -> sqe.prepSendBundle(pair.left(), 1, 0)).failedWith(Errno.ENOBUFS))
                    .isTrue();
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            for (int buffer : new int[] {4, 2, 7, 0, 5}) {
                byte[] bytes = Sockets.pattern(buffer, 1000 - buffer);
                buffers.provide(buffer, bytes);
                sent.writeBytes(bytes);
            }
            Cqe one = ring.run(sqe -> sqe.prepSendSelect(pair.left(), 1, 0));
            assertThat(one.result()).isEqualTo(996);
            assertThat(one.buffer()).isEqualTo(4);
            Cqe others = ring.run(sqe -> sqe.prepSendBundle(pair.left(), 1, 0));
            assertThat(others.result()).isEqualTo(998 + 993 + 1000 + 995);
            assertThat(others.buffer()).as("the first of four").isEqualTo(2);
            assertThat(others.more()).isFalse();
            assertThat(buffers.available()).isZero();
            assertThat(sockets.receive(pair.right(), sent.size())).isEqualTo(sent.toByteArray());
        }
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recvsend_bundle")
    void aReceiveFillsWhatTheBytesNeed() {
        streams(BufferRingConfig.of(8, 256), false);
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recvsend_bundle")
    void aMultishotReceiveFillsWhatTheBytesNeed() {
        streams(BufferRingConfig.of(8, 256), true);
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recvsend_bundle-inc")
    void aReceiveFillsPartsOfBuffers() {
        streams(BufferRingConfig.of(8, 256).withIncremental(), false);
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recvsend_bundle-inc")
    void aMultishotReceiveFillsPartsOfBuffers() {
        streams(BufferRingConfig.of(8, 256).withIncremental(), true);
    }

    @Test
    @Shows(Opcode.RECV)
    void aTakerThatThrowsCostsNoBuffer() {
        Pair pair = sockets.tcpPair();
        sockets.send(pair.left(), Sockets.pattern(9, 700));
        OwnedGroup<BufferRing> group =
                BufferRing.register(ring.ring(), arena, BufferRingConfig.of(4, 256), 1, () -> {});
        BufferRing buffers = group.pool();
        Cqe cqe = ring.run(sqe -> sqe.prepReceiveBundle(pair.right(), 1, 0));
        assertThat(cqe.result()).as("more than a buffer holds").isGreaterThan(256);
        List<BufferLease> leases = new ArrayList<>();
        assertThatThrownBy(() -> buffers.takeBundle(cqe.result(), cqe.flags(), null, lease -> {
                    leases.add(lease);
                    throw new IllegalStateException("enough");
                }))
                .hasMessage("enough");
        assertThat(leases).hasSize(1);
        leases.getFirst().release();
        assertThat(buffers.liveLeases()).isZero();
        assertThat(buffers.freeByKernel()).as("all are the kernel's again").isEqualTo(4);
        group.unregister();
    }

    @Test
    void aGroupMayGrowWhileABundleIsTaken() {
        streams(BufferRingConfig.of(4, 256).withMostBuffers(64), true);
    }

    /** A stream in pieces of all sizes, whose buffers come back in another order than they were taken in. */
    private void streams(BufferRingConfig config, boolean multishot) {
        Pair pair = sockets.tcpPair();
        byte[] bytes = Sockets.pattern(9, TOTAL_BYTES);
        Random random = new Random(42);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        OwnedGroup<BufferRing> group = BufferRing.register(ring.ring(), arena, config, 1, () -> {});
        BufferRing buffers = group.pool();
        int sent = 0;
        int largestBundle = 0;
        while (received.size() < TOTAL_BYTES) {
            int piece = Math.min(1 + random.nextInt(1500), TOTAL_BYTES - sent);
            sockets.send(pair.left(), Arrays.copyOfRange(bytes, sent, sent + piece));
            sent += piece;
            while (received.size() < sent) {
                List<BufferLease> leases = new ArrayList<>();
                receiveOnce(pair.right(), buffers, multishot, leases);
                leases.forEach(lease -> received.writeBytes(lease.toByteArray()));
                largestBundle = Math.max(largestBundle, leases.size());
                Collections.shuffle(leases, random);
                leases.forEach(BufferLease::release);
            }
        }
        assertThat(received.toByteArray()).isEqualTo(bytes);
        assertThat(largestBundle).as("buffers of one operation").isGreaterThan(1);
        assertThat(buffers.liveLeases()).isZero();
        assertThat(buffers.free()).as("as far as was told").isEqualTo(buffers.capacity());
        group.unregister();
    }

    /** One receive that brings something, or one multishot receive until it ends or is cancelled. */
    private void receiveOnce(int fd, BufferRing buffers, boolean multishot, List<BufferLease> leases) {
        long receive = ring.add(sqe -> {
            if (multishot) {
                sqe.prepReceiveBundleMultishot(fd, buffers.group(), 0, 0);
            } else {
                sqe.prepReceiveBundle(fd, buffers.group(), 0);
            }
        });
        Cqe cqe = ring.awaitOf(receive);
        take(buffers, cqe, leases);
        if (cqe.more()) {
            ring.run(sqe -> sqe.prepCancel(receive)); // finds it, or that it has ended
            while (cqe.more()) {
                cqe = ring.awaitOf(receive);
                take(buffers, cqe, leases);
            }
        }
    }

    private static void take(BufferRing buffers, Cqe cqe, List<BufferLease> leases) {
        int count = buffers.takeBundle(cqe.result(), cqe.flags(), null, leases::add);
        int lengthBytes = leases.subList(leases.size() - count, leases.size()).stream()
                .mapToInt(BufferLease::lengthBytes)
                .sum();
        assertThat(lengthBytes).isEqualTo(Math.max(cqe.result(), 0));
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recv-bundle-buf-len")
    void aReceiveInVainLeavesTheBuffersAsTheyWere() {
        Pair pair = sockets.tcpPair();
        for (int flags : new int[] {0, Abi.PBUF_RING_INC}) {
            try (ProvidedBuffers buffers = ProvidedBuffers.full(ring, 1, 4, 256, flags)) {
                assertThat(ring.run(sqe -> sqe.prepReceiveBundle(pair.right(), 1, Libc.MSG_DONTWAIT))
                                .failedWith(Errno.EAGAIN))
                        .isTrue();
                assertThat(ring.run(sqe -> sqe.prepReceiveSelect(pair.right(), 1, 10, Libc.MSG_DONTWAIT))
                                .failedWith(Errno.EAGAIN))
                        .isTrue();
                assertThat(buffers.entryLengthBytes(0)).isEqualTo(256);
                assertThat(buffers.available()).isEqualTo(4);
            }
        }
    }

    @Test
    @Shows(value = Opcode.RECV, behaviour = "recv-inc-ooo")
    void receiversShareABufferPieceByPiece() {
        Pair left = sockets.tcpPair();
        Pair right = sockets.unixPair();
        try (ProvidedBuffers buffers = ProvidedBuffers.incremental(ring, 1, 4, 100)) {
            long first = ring.add(sqe -> sqe.prepReceiveMultishot(left.right(), 1));
            long second = ring.add(sqe -> sqe.prepReceiveMultishot(right.right(), 1));
            int[] offsets = new int[4];
            List<ByteArrayOutputStream> received = List.of(new ByteArrayOutputStream(), new ByteArrayOutputStream());
            List<ByteArrayOutputStream> sent = List.of(new ByteArrayOutputStream(), new ByteArrayOutputStream());
            int nextProvided = 0;
            for (int round = 0; round < 60; round++) {
                byte[] one = Sockets.pattern(round, 1 + round % 23);
                byte[] other = Sockets.pattern(-round, 1 + round % 31);
                sent.get(0).writeBytes(one);
                sent.get(1).writeBytes(other);
                sockets.send(left.left(), one);
                sockets.send(right.left(), other);
                while (received.get(0).size() < sent.get(0).size()
                        || received.get(1).size() < sent.get(1).size()) {
                    Cqe cqe = ring.await();
                    assertThat(cqe.more()).isTrue();
                    assertThat(cqe.buffer()).as("in the order of the ring").isEqualTo(nextProvided);
                    received.get(cqe.userData() == first ? 0 : 1)
                            .writeBytes(buffers.bytes(cqe.buffer(), offsets[cqe.buffer()], cqe.result()));
                    offsets[cqe.buffer()] += cqe.result();
                    assertThat(moreOfBuffer(cqe)).isEqualTo(offsets[cqe.buffer()] < 100);
                    if (!moreOfBuffer(cqe)) {
                        offsets[cqe.buffer()] = 0;
                        buffers.provide(cqe.buffer());
                        nextProvided = (nextProvided + 1) % 4;
                    }
                }
            }
            assertThat(received.get(0).toByteArray()).isEqualTo(sent.get(0).toByteArray());
            assertThat(received.get(1).toByteArray()).isEqualTo(sent.get(1).toByteArray());
            for (long each : new long[] {first, second}) {
                assertThat(ring.run(sqe -> sqe.prepCancel(each)).result()).isZero();
                assertThat(ring.awaitOf(each).failedWith(Errno.ECANCELED)).isTrue();
            }
        }
    }

    @Test
    @Shows(value = Opcode.READ, behaviour = "read-inc-buf-more")
    void aReadTellsWhetherMoreOfItsBufferIsToCome() {
        Pair pair = sockets.unixPair();
        sockets.send(pair.left(), Sockets.pattern(1, 100));
        try (ProvidedBuffers buffers = ProvidedBuffers.incremental(ring, 1, 2, 64)) {
            int[] asked = {24, 24, 24, 24};
            int[] got = {24, 24, 16, 24};
            int[] buffer = {0, 0, 0, 1};
            int[] left = {40, 16, 0, 40};
            for (int i = 0; i < asked.length; i++) {
                int lengthBytes = asked[i];
                Cqe cqe = ring.run(sqe -> sqe.prepReadSelect(pair.right(), 1, lengthBytes, 0));
                assertThat(cqe.result()).isEqualTo(got[i]);
                assertThat(cqe.buffer()).isEqualTo(buffer[i]);
                assertThat(buffers.entryLengthBytes(buffer[i])).isEqualTo(left[i]);
                assertThat(moreOfBuffer(cqe)).isEqualTo(left[i] > 0);
            }
            assertThat(buffers.bytes(0, 0, 64)).isEqualTo(Arrays.copyOf(Sockets.pattern(1, 100), 64));
        }
    }
}
