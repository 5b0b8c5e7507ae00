package io.fluxring.core.file;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.LeaseHolder;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads ranges of a file, in any order and several at a time. Ranges that are given together and lie side by side are read by one operation.
 * Belongs to the loop's thread.
 */
public final class RangeReader implements LeaseHolder, OpenFile.User {
    /** The longest range, in bytes: the largest block. */
    public static final int MOST_BYTES = 4 * 1024 * 1024;

    private static final int LEAST_BLOCK_BYTES = 4 * 1024;

    /** Gets what is read. */
    public interface Handler {
        /**
         * A range was read.
         *
         * @param position where it begins
         * @param lease its bytes, fewer than were asked for where the file ends; the handler's
         */
        void received(long position, BufferLease lease);

        /**
         * A range could not be read.
         *
         * @param position where it begins
         * @param result a negated errno
         */
        void failed(long position, int result);

        /** The file closes: ranges that are not on their way are not read. */
        void fileCloses();
    }

    private final OpenFile file;
    private final Handler handler;
    private final ArrayDeque<Range> given = new ArrayDeque<>();
    private final ArrayDeque<Reading> spare = new ArrayDeque<>();
    private boolean awaitsMemory;
    private boolean stopped;

    private record Range(long position, int lengthBytes) {}

    /**
     * A reader that has nothing to read yet.
     *
     * @param file open; the reader does not close it, and is to be stopped at the end
     * @param handler gets what is read
     */
    public RangeReader(OpenFile file, Handler handler) {
        this.file = file;
        this.handler = handler;
        file.addUser(this);
    }

    /**
     * Takes a range, to be read by {@link #begin}.
     *
     * @param position where it begins, in bytes
     * @param lengthBytes 1 to {@link #MOST_BYTES}; of a file that is open for direct I/O, with what it lacks to whole blocks
     */
    public void add(long position, int lengthBytes) {
        given.addLast(new Range(position, lengthBytes));
    }

    /** Begins to read what was taken, as far as there is memory; the rest follows by itself. */
    public void begin() {
        while (!given.isEmpty() && !stopped && !awaitsMemory) {
            Range first = given.getFirst();
            if (!file.isOpen()) {
                given.removeFirst();
                handler.failed(first.position(), Errno.ECANCELED.result());
            } else if (readBytes(first) > MOST_BYTES) {
                given.removeFirst();
                handler.failed(first.position(), Errno.EINVAL.result());
            } else if (file.traits().isStream()) {
                given.removeFirst();
                handler.failed(first.position(), Errno.ESPIPE.result());
            } else if (!beginWith(first)) {
                return;
            }
        }
    }

    private boolean beginWith(Range first) {
        BufferLease lease = memory(first);
        if (lease == null) {
            return false;
        }
        Reading reading = spare.isEmpty() ? new Reading() : spare.removeLast();
        given.removeFirst();
        reading.add(first, lease);
        while (!given.isEmpty() && reading.isFollowedBy(given.getFirst())) {
            BufferLease next = memory(given.getFirst());
            if (next == null) {
                break;
            }
            reading.add(given.removeFirst(), next);
        }
        reading.begin();
        return true;
    }

    /** Memory for a range with what has to be read around it; null while there is none. */
    private @Nullable BufferLease memory(Range range) {
        int blockBytes = Math.max(LEAST_BLOCK_BYTES, Integer.highestOneBit(readBytes(range) - 1) << 1);
        Slab blocks = file.loop().fileBlocks(blockBytes);
        BufferLease lease = blocks.allocate(this);
        if (lease == null) {
            awaitsMemory = true;
            blocks.whenFree(this::fed);
        }
        return lease;
    }

    /** How many bytes before a range are read: a direct read begins at a block. */
    private int skippedBytes(Range range) {
        return (int) (range.position() % file.traits().offsetAlignmentBytes());
    }

    /** How many bytes are read for a range: of a direct read, whole blocks. */
    private int readBytes(Range range) {
        int alignment = file.traits().offsetAlignmentBytes();
        return (skippedBytes(range) + range.lengthBytes() + alignment - 1) / alignment * alignment;
    }

    private void fed() {
        awaitsMemory = false;
        begin();
    }

    private boolean isAligned(Range range) {
        int alignment = file.traits().offsetAlignmentBytes();
        return range.position() % alignment == 0 && range.lengthBytes() % alignment == 0;
    }

    /** Nothing more is read or told; what is on its way gives its memory back when the kernel has done with it. */
    public void stop() {
        stopped = true;
        file.removeUser(this);
        given.clear();
    }

    @Override
    public void fileCloses() {
        if (!stopped) {
            handler.fileCloses();
            begin();
        }
    }

    /** The pool wakes those who wait for memory. */
    @Override
    public void leaseReleased() {}

    @Override
    public String describe() {
        return file.file().toString();
    }

    /** One operation, for one range or several neighbours. */
    private final class Reading implements FileTransfer.Answer {
        private final FileTransfer transfer = new FileTransfer(file, Opcode.READ, 0, this);
        private final FileBatch batch = new FileBatch(file.loop());
        private final List<Range> ranges = new ArrayList<>(1);
        private final List<BufferLease> leases = new ArrayList<>(1);
        private int skippedBytes; // before the first range, of a direct read that has to begin at a block

        void add(Range range, BufferLease lease) {
            if (ranges.isEmpty()) {
                batch.begin(owner -> {});
                skippedBytes = skippedBytes(range);
            }
            ranges.add(range);
            leases.add(lease);
            batch.add(lease, lease.address(), readBytes(range));
        }

        boolean isFollowedBy(Range next) {
            Range last = ranges.getLast();
            return last.position() + last.lengthBytes() == next.position()
                    && !batch.isFull()
                    && isAligned(ranges.getFirst())
                    && isAligned(last)
                    && isAligned(next);
        }

        void begin() {
            transfer.begin(batch, ranges.getFirst().position() - skippedBytes);
        }

        @Override
        public void done(FileTransfer ended, long bytes, int failure) {
            batch.clear();
            long left = bytes - skippedBytes;
            try {
                for (int i = 0; i < ranges.size(); i++) {
                    Range range = ranges.get(i);
                    int count = Math.clamp(left, 0, range.lengthBytes());
                    left -= count;
                    tell(range, leases.get(i), count, count < range.lengthBytes() ? failure : 0);
                }
            } finally {
                ranges.clear();
                leases.clear();
                spare.addLast(this);
            }
        }

        private void tell(Range range, BufferLease lease, int count, int failure) {
            if (stopped) {
                lease.release();
            } else if (failure < 0) {
                lease.release();
                handler.failed(range.position(), failure);
            } else {
                handler.received(
                        range.position(),
                        lease.skip(count == 0 ? 0 : skippedBytes).truncate(count));
            }
        }
    }
}
