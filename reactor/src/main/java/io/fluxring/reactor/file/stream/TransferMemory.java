package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.FileBatch;
import io.fluxring.core.memory.RegisteredBuffer;
import io.fluxring.reactor.operator.DirectBuffers;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.List;

/** The memory of one transfer. */
public interface TransferMemory {
    /** Adds the next pieces to a batch that is empty; none when there are no more. */
    void fill(FileBatch batch);

    /** So many bytes were transferred in all. */
    void transferred(long bytes);

    /**
     * What remains of buffers, whose positions move with the bytes. The kernel needs memory that stays where it is: a buffer on the heap
     * goes by way of one that does.
     */
    final class Buffers implements TransferMemory {
        private final List<ByteBuffer> buffers;
        private final List<ByteBuffer> natives;
        private final boolean writes;
        private int next;

        /** What remains of some buffers; refuses one that is read-only and to be read into. */
        public Buffers(List<ByteBuffer> buffers, boolean writes) {
            this.buffers = buffers;
            this.writes = writes;
            this.natives = buffers.stream().map(this::inPlace).toList();
        }

        private ByteBuffer inPlace(ByteBuffer buffer) {
            if (!writes && buffer.isReadOnly()) {
                throw new ReadOnlyBufferException();
            }
            if (buffer.isDirect()) {
                return buffer.slice();
            }
            ByteBuffer copy = ByteBuffer.allocateDirect(buffer.remaining());
            return writes ? copy.put(0, buffer, buffer.position(), buffer.remaining()) : copy;
        }

        @Override
        public void fill(FileBatch batch) {
            while (next < natives.size() && !batch.isFull()) {
                ByteBuffer each = natives.get(next++);
                if (each.remaining() > 0) {
                    batch.add(each, DirectBuffers.address(each), each.remaining());
                }
            }
        }

        @Override
        public void transferred(long bytes) {
            long left = bytes;
            for (int i = 0; i < buffers.size(); i++) {
                ByteBuffer buffer = buffers.get(i);
                int moved = (int) Math.min(left, natives.get(i).remaining());
                if (!writes && !buffer.isDirect()) {
                    buffer.put(buffer.position(), natives.get(i), 0, moved);
                }
                buffer.position(buffer.position() + moved);
                left -= moved;
            }
        }
    }

    /** A part of a registered buffer. */
    final class Registered implements TransferMemory {
        private final RegisteredBuffer buffer;
        private final long offsetBytes;
        private final int lengthBytes;
        private boolean isTaken;

        /** A range of one; refuses what is not within it. */
        public Registered(RegisteredBuffer buffer, long offsetBytes, int lengthBytes) {
            buffer.memory().asSlice(offsetBytes, lengthBytes); // refuses what is not within it
            this.buffer = buffer;
            this.offsetBytes = offsetBytes;
            this.lengthBytes = lengthBytes;
        }

        /** The same memory, for another subscription. */
        public TransferMemory again() {
            return new Registered(buffer, offsetBytes, lengthBytes);
        }

        @Override
        public void fill(FileBatch batch) {
            if (!isTaken && lengthBytes > 0) {
                isTaken = true;
                batch.add(buffer, buffer.memory().address() + offsetBytes, lengthBytes);
                batch.in(buffer.slot());
            }
        }

        @Override
        public void transferred(long bytes) {
            // it has no position
        }
    }
}
