package io.fluxring.core.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Errno;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * A group that grows, at random: the kernel is short of buffers only when all that there may be are out, none gets lost, and
 * after a flood it works with the first ones again.
 */
final class GrowingBuffers {
    private static final int BUFFER_BYTES = 3;

    private final Arena arena = Arena.ofConfined();
    private final SimulatedKernel kernel = new SimulatedKernel(1);
    private final Ring ring = Ring.open(kernel, RingConfig.defaults().withEntries(4, 8));
    private final List<BufferLease> leases = new ArrayList<>();

    /** Two of three commands receive a byte, the third releases a lease. */
    void run(int first, int most, boolean incremental, List<Integer> commands) {
        ring.enable();
        BufferRingConfig config = BufferRingConfig.of(first, BUFFER_BYTES).withMostBuffers(most);
        BufferRing group = BufferRing.register(
                        ring, arena, incremental ? config.withIncremental() : config, 7, () -> {})
                .pool();
        int fd = SimulatedListener.connection(kernel, ring);
        SimulatedPeer peer = kernel.peerOf(new RawFd(fd));
        for (int command : commands) {
            if (command % 3 < 2) {
                receive(group, fd, peer, most);
            } else if (!leases.isEmpty()) {
                leases.remove(command / 3 % leases.size()).release();
            }
            check(group, first, most, incremental);
        }
        leases.forEach(BufferLease::release);
        leases.clear();
        assertThat(group.free()).isEqualTo(group.capacity());
        if (!incremental) {
            worksWithTheFirstAgain(group, fd, peer, first, most);
        }
        assertThat(group.liveLeases()).isZero();
        kernel.close(fd);
        ring.close();
        kernel.verify();
        arena.close();
    }

    private void receive(BufferRing group, int fd, SimulatedPeer peer, int most) {
        peer.send(new byte[] {1}, 0, 1);
        ring.submissions().claim().prepReceiveSelect(fd, group.group()).userData(2);
        ring.submit();
        ring.completions().drain((userData, result, flags) -> {
            BufferLease lease = group.take(result, flags, null);
            if (lease == null) {
                assertThat(result).isEqualTo(Errno.ENOBUFS.result());
                assertThat(group.free()).isZero();
                assertThat(group.capacity()).isEqualTo(most);
            } else {
                leases.add(lease);
            }
        });
    }

    private void check(BufferRing group, int first, int most, boolean incremental) {
        long out = leases.stream().mapToInt(BufferLease::buffer).distinct().count();
        assertThat(group.capacity()).isBetween(first, most);
        assertThat(group.isGrown()).isEqualTo(group.capacity() > first);
        if (incremental) { // a buffer may be the kernel's and lent in part
            assertThat(group.free()).isBetween(group.capacity() - (int) out, group.capacity() - (int) out + 1);
        } else {
            assertThat(group.free()).isEqualTo(group.capacity() - (int) out);
        }
        assertThat(group.freeByKernel()).isBetween(Math.min(group.free(), Math.max(1, first / 4)), group.free());
    }

    private void worksWithTheFirstAgain(BufferRing group, int fd, SimulatedPeer peer, int first, int most) {
        for (int i = 0; i < 2 * (first + most); i++) {
            receive(group, fd, peer, most);
            if (leases.isEmpty()) {
                continue; // what an ENOBUFS has left unread is read first
            }
            if (i > first + most) {
                assertThat(leases.getFirst().buffer()).isLessThan(first);
            }
            leases.removeFirst().release();
        }
    }
}
