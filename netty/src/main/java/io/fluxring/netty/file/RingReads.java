package io.fluxring.netty.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.netty.socket.SocketExceptions;
import io.netty.buffer.ByteBuf;

/** Reads of the ring, by a descriptor that belongs to this. */
final class RingReads implements FileReads {
    private final RingLoop loop;
    private final int fd;

    RingReads(RingLoop loop, int fd) {
        this.loop = loop;
        this.fd = fd;
    }

    @Override
    public void read(ByteBuf into, int lengthBytes, long position, ReadAnswer answer) {
        loop.submit(new Read(into.memoryAddress(), lengthBytes, position, answer));
    }

    @Override
    public void close() {
        Kernel.linux().close(fd);
    }

    /**
     * What the page cache has is copied in line, as that takes less than a change of threads. For the rest a worker of the kernel
     * waits: begun in line, a read of a busy device can block the loop in the block layer, before anything is asynchronous.
     */
    private final class Read extends Operation {
        private final long address;
        private final int lengthBytes;
        private final long position;
        private final ReadAnswer answer;
        private boolean fromDevice;

        Read(long address, int lengthBytes, long position, ReadAnswer answer) {
            super(Opcode.READ);
            this.address = address;
            this.lengthBytes = lengthBytes;
            this.position = position;
            this.answer = answer;
        }

        @Override
        protected void prepare(Sqe sqe) {
            if (fromDevice) {
                sqe.prepRead(fd, address, lengthBytes, position).async();
            } else {
                sqe.prepRead(fd, address, lengthBytes, position, Libc.RWF_NOWAIT);
            }
        }

        @Override
        protected void completed(int result, int flags) {
            if (isRefusal(result)) {
                fromDevice = true;
                loop.submit(this);
            } else if (result == Errno.EINTR.result()) {
                loop.submit(this);
            } else {
                answer.read(Math.max(0, result), result < 0 ? SocketExceptions.of("read", result) : null);
            }
        }

        /** Not in the cache, or a file of a kind that can't tell. */
        private boolean isRefusal(int result) {
            return result == Errno.EAGAIN.result() || (result == Errno.EOPNOTSUPP.result() && !fromDevice);
        }
    }
}
