package io.fluxring.tests.allocation;

import com.sun.management.ThreadMXBean;
import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.SocketAddresses;
import io.fluxring.core.sys.call.Kernel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A program: the bytes that the loop's thread allocates for each hot operation, and for a message that is received into a provided
 * buffer and sent back. Prints {@code name bytes_per_op}, a line for each.
 */
final class CoreAllocationProbe {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What is measured. */
    static final String[] NAMES = {
        "nop",
        "read",
        "write",
        "read-fixed",
        "write-fixed",
        "read-vectors",
        "write-vectors",
        "poll",
        "timeout",
        "message-to-ring",
        "send-and-receive",
        "send-and-receive-message",
        "send-zero-copy-and-receive",
        "chain",
        "cancel",
        "receive-and-send"
    };

    /** The least of these counts: code that is not compiled yet allocates, and the compiler takes its time on a busy machine. */
    static final int ROUNDS = 12;

    static final int MESSAGES = 50_000;

    private final RingLoop loop;

    private CoreAllocationProbe(RingLoop loop) {
        this.loop = loop;
    }

    public static void main(String[] arguments) throws IOException {
        try (Arena arena = Arena.ofConfined();
                RingLoop loop = RingLoop.open(RingLoopConfig.defaults())) {
            loop.attach();
            CoreAllocationProbe probe = new CoreAllocationProbe(loop);
            new HotOperations(loop, arena, probe::hot).all();
            probe.chain();
            probe.cancel();
            probe.receiveAndSend();
        }
    }

    /** Operations that complete by themselves, one after the other. */
    private void hot(String name, Counted... operations) {
        measure(name, count -> {
            for (int i = 0; i < count; i++) {
                for (Counted operation : operations) {
                    loop.submit(operation);
                    await(operation);
                }
            }
        });
        for (Counted operation : operations) {
            if (operation.result < 0 && operation.opcode() != Opcode.TIMEOUT) {
                throw new IllegalStateException(operation + ": " + Errno.describe(operation.result));
            }
        }
    }

    private void chain() {
        Counted[] chain = new Counted[4];
        Arrays.setAll(chain, i -> new Counted(Opcode.NOP, Sqe::prepNop));
        measure("chain", count -> {
            for (int i = 0; i < count; i++) {
                loop.submitChain(chain);
                await(chain[3]);
            }
        });
    }

    private void cancel() {
        int eventFd = loop.kernel().eventFd(Libc.EFD_CLOEXEC);
        Counted poll = new Counted(Opcode.POLL_ADD, sqe -> sqe.prepPoll(eventFd, Libc.POLLIN));
        measure("cancel", count -> {
            for (int i = 0; i < count; i++) {
                loop.submit(poll);
                loop.tick(0);
                loop.cancel(poll);
                await(poll);
            }
        });
        loop.kernel().close(eventFd);
    }

    private void receiveAndSend() throws IOException {
        BufferRing buffers = loop.provideBuffers(BufferRingConfig.of(16, 256));
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

    static InetSocketAddress listen(Kernel kernel, int listener, Arena arena) {
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

    /** An operation that remembers its last completion. */
    static final class Counted extends Operation {
        private final Consumer<Sqe> preparation;
        private int completions;
        private int result;
        private int flags;

        Counted(Opcode opcode, Consumer<Sqe> preparation) {
            super(opcode);
            this.preparation = preparation;
        }

        int result() {
            return result;
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
