package io.fluxring.tests.allocation;

import com.sun.management.ThreadMXBean;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.ring.Sqe;
import io.fluxring.core.sys.Kernel;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A program: the bytes that the loop's thread allocates for a NOP, and for a message that is received into a provided buffer and
 * sent back. Prints {@code name bytes_per_op}, a line for each.
 */
final class CoreAllocationProbe {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** The least of these counts: code that is not compiled yet allocates, and the compiler takes its time on a busy machine. */
    static final int ROUNDS = 12;

    static final int MESSAGES = 50_000;

    private final RingLoop loop;

    private CoreAllocationProbe(RingLoop loop) {
        this.loop = loop;
    }

    public static void main(String[] arguments) throws IOException {
        try (RingLoop loop = RingLoop.open(RingLoopConfig.defaults())) {
            loop.attach();
            CoreAllocationProbe probe = new CoreAllocationProbe(loop);
            probe.nop();
            probe.receiveAndSend();
        }
    }

    private void nop() {
        Counted nop = new Counted(Opcode.NOP, Sqe::prepNop);
        measure("nop", count -> {
            for (int i = 0; i < count; i++) {
                loop.submit(nop);
                await(nop);
            }
        });
    }

    private void receiveAndSend() throws IOException {
        BufferRing buffers = loop.registerBuffers(BufferRingConfig.of(16, 256));
        try (Arena arena = Arena.ofConfined()) {
            int listener = loop.kernel().socket(Libc.AF_INET, Libc.SOCK_STREAM, 0);
            try (PingClient client = new PingClient(listen(loop.kernel(), listener, arena))) {
                Counted accept = new Counted(Opcode.ACCEPT, sqe -> sqe.prepAccept(listener, 0));
                loop.submit(accept);
                await(accept);
                client.start(ROUNDS * MESSAGES);
                echo(accept.result, buffers);
                client.stop();
                loop.kernel().close(accept.result);
            }
            loop.kernel().close(listener);
        }
    }

    private static InetSocketAddress listen(Kernel kernel, int listener, Arena arena) {
        kernel.bind(listener, SocketAddresses.encode(new InetSocketAddress("127.0.0.1", 0), arena));
        kernel.listen(listener, 1);
        MemorySegment address = arena.allocate(SocketAddresses.MAX_BYTES);
        kernel.socketName(listener, address);
        return SocketAddresses.decode(address);
    }

    private void echo(int fd, BufferRing buffers) {
        BufferLease[] current = new BufferLease[1];
        Counted receive = new Counted(Opcode.RECV, sqe -> sqe.prepReceiveMultishot(fd, buffers.group()));
        Counted send = new Counted(
                Opcode.SEND, sqe -> sqe.prepSend(fd, current[0].address(), current[0].lengthBytes(), Libc.MSG_WAITALL));
        loop.submit(receive);
        int[] handled = new int[1];
        measure("receive-and-send", count -> {
            for (int i = 0; i < count; i++) {
                while (receive.completions == handled[0]) {
                    loop.tick(RingLoop.FOREVER);
                }
                handled[0]++;
                current[0] = take(buffers, receive);
                loop.submit(send);
                await(send);
                current[0].release();
            }
        });
        loop.cancel(receive);
        await(receive);
        @Nullable BufferLease last = buffers.take(receive.result, receive.flags, null);
        if (last != null) {
            last.release();
        }
    }

    private static BufferLease take(BufferRing buffers, Counted receive) {
        BufferLease lease = buffers.take(receive.result, receive.flags, null);
        if (lease == null) {
            throw new IllegalStateException("no bytes: " + receive.result);
        }
        return lease;
    }

    private void await(Operation operation) {
        while (operation.isLive()) {
            loop.tick(RingLoop.FOREVER);
        }
    }

    private static void measure(String name, IntConsumer work) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > 0; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            work.accept(MESSAGES);
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        System.out.println(name + " " + (double) least / MESSAGES);
    }

    private static final class Counted extends Operation {
        private final Consumer<Sqe> preparation;
        private int completions;
        private int result;
        private int flags;

        Counted(Opcode opcode, Consumer<Sqe> preparation) {
            super(opcode);
            this.preparation = preparation;
        }

        @Override
        protected void prepare(Sqe sqe) {
            preparation.accept(sqe);
        }

        @Override
        protected void completed(int newResult, int newFlags) {
            completions++;
            result = newResult;
            flags = newFlags;
        }
    }
}
