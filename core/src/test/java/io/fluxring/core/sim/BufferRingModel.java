package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A group of provided buffers against a model: the order in which the kernel uses buffers is the order in which they came back,
 * where a buffer comes back when its last lease is released and the kernel has used it up.
 */
final class BufferRingModel {
    private final Arena arena = Arena.ofConfined();
    private final SimulatedKernel kernel = new SimulatedKernel(1).socketBuffers(4096, 4096);
    private final Ring ring = Ring.open(kernel, RingConfig.defaults().withEntries(4, 8));
    private final List<BufferLease> leases = new ArrayList<>();
    private final List<Integer> bufferOfLease = new ArrayList<>();
    private final Map<Integer, Integer> leasesOfBuffer = new HashMap<>();
    private final Deque<Integer> withKernel = new ArrayDeque<>();
    private final Stream sent = new Stream(1);
    private final Stream received = new Stream(1);
    private int usedOfFirst;

    /** Even commands receive so many bytes, odd ones release a lease. */
    void run(int buffers, int bufferBytes, boolean incremental, List<Integer> commands) {
        ring.enable();
        BufferRingConfig config = BufferRingConfig.of(buffers, bufferBytes);
        BufferRing group = BufferRing.register(
                        ring, arena, incremental ? config.withIncremental() : config, 7, () -> {})
                .pool();
        for (int i = 0; i < buffers; i++) {
            withKernel.add(i);
        }
        int fd = SimulatedListener.connection(kernel, ring);
        SimulatedPeer peer = kernel.peerOf(new RawFd(fd));
        for (int command : commands) {
            if (command % 2 == 0) {
                receive(group, fd, peer, 1 + command / 4, bufferBytes, incremental);
            } else if (!leases.isEmpty()) {
                release(command / 2 % leases.size());
            }
            assertThat(group.free()).isEqualTo(withKernel.size());
            assertThat(group.liveLeases()).isEqualTo(leases.size());
        }
        while (!leases.isEmpty()) {
            release(0);
        }
        assertThat(group.liveLeases()).isZero();
        assertThat(group.free()).isEqualTo(buffers);
        kernel.close(fd);
        ring.close();
        kernel.verify();
        arena.close();
    }

    private void receive(
            BufferRing group, int fd, SimulatedPeer peer, int bytes, int bufferBytes, boolean incremental) {
        sent.advance(peer.send(sent.peek(bytes), 0, bytes));
        ring.submissions().claim().prepReceiveSelect(fd, group.group()).userData(2);
        ring.submit();
        ring.completions().drain((userData, result, flags) -> {
            BufferLease lease = group.take(result, flags, null);
            if (withKernel.isEmpty()) {
                assertThat(lease).isNull();
                assertThat(result).isEqualTo(Errno.ENOBUFS.result());
                return;
            }
            int buffer = withKernel.getFirst();
            assertThat(flags >>> Abi.CQE_BUFFER_SHIFT).isEqualTo(buffer);
            received.expect(lease.toByteArray());
            leases.add(lease);
            bufferOfLease.add(buffer);
            leasesOfBuffer.merge(buffer, 1, Integer::sum);
            usedOfFirst += result;
            boolean usedUp = !incremental || usedOfFirst == bufferBytes;
            assertThat((flags & Abi.CQE_F_BUF_MORE) == 0).isEqualTo(usedUp);
            if (usedUp) {
                withKernel.removeFirst();
                usedOfFirst = 0;
            }
        });
    }

    private void release(int index) {
        leases.remove(index).release();
        int buffer = bufferOfLease.remove(index);
        int left = leasesOfBuffer.merge(buffer, -1, Integer::sum);
        if (left == 0 && !withKernel.contains(buffer)) {
            withKernel.addLast(buffer);
        }
    }
}
