package io.fluxring.core.file;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.LeaseHolder;
import io.fluxring.core.memory.Slab;
import io.fluxring.core.sys.Errno;
import org.jspecify.annotations.Nullable;

/**
 * Reads a file from one place to another, with several reads on their way, and hands out what they bring in the order of the file. The
 * end is where a read finds nothing, whatever the size was said to be. Belongs to the loop's thread.
 *
 * <p>Reads are started ahead of demand, up to the plan's number, once there has been any demand. How many are needed is found by
 * trying: more while reads are waited for, fewer while each is done when it is looked at, so that a cached file goes through little
 * memory, which stays in the processor's cache. Where the memory of all readers runs low, a reader reads on demand only, one piece at
 * a time. So it does behind the size that the file is said to have, and from a file without positions, where what is read and not
 * handed over would be lost to the next reader.
 */
public final class FileReader implements LeaseHolder, OpenFile.User {
    private static final int FIRST_WINDOW = 2;

    /** So many reads in succession that were not waited for make the window smaller by one. */
    private static final int PROMPT_READS = 16;

    private enum Phase {
        /** Reads what is left. */
        READING,
        /** Waits for memory, and reads on. */
        STARVED,
        /** No read is started any more. What has been read is handed out, and then the end. */
        ENDING,
        /** The handler has heard the end, or has gone. */
        ENDED
    }

    private final OpenFile file;
    private final ReadPlan plan;
    private final FileReadHandler handler;
    private final CacheFill cache;
    private final Slab blocks;
    private final @Nullable Chunk[] chunks; // a ring
    private int first; // the chunk whose turn it is to be handed out
    private int begun; // chunks that are being read, or wait for their turn

    private Phase phase = Phase.READING;
    private long nextPosition;
    private long leftBytes;
    private int window = FIRST_WINDOW;
    private int prompt;
    private int endResult;
    private boolean wanted; // there has been demand
    private boolean delivering;
    private boolean deliverAgain;

    /**
     * A reader that has not begun: {@link #deliver} does.
     *
     * @param file open; the reader does not close it
     * @param plan what to read
     * @param handler gets it
     */
    public FileReader(OpenFile file, ReadPlan plan, FileReadHandler handler) {
        this.file = file;
        this.plan = plan;
        this.handler = handler;
        this.cache = new CacheFill(file, (long) plan.readAhead() * plan.chunkBytes());
        this.blocks = file.loop().fileBlocks(plan.chunkBytes());
        this.chunks = new Chunk[isSequential() ? 1 : plan.readAhead()];
        this.nextPosition = plan.position();
        this.leftBytes = plan.lengthBytes();
        int refusal = refusal();
        if (refusal < 0 || leftBytes == 0) {
            end(refusal);
        }
        file.addUser(this);
    }

    private int refusal() {
        if (!file.isOpen()) {
            return Errno.ECANCELED.result();
        }
        return switch (file.traits().kind()) {
            case DIRECTORY -> Errno.EISDIR.result();
            case STREAM -> plan.position() > 0 ? Errno.ESPIPE.result() : 0;
            case REGULAR, BLOCK_DEVICE -> 0;
        };
    }

    private boolean isSequential() {
        return file.traits().isStream() || plan.position() == ReadPlan.CURRENT;
    }

    // ---- the handler's side

    /** Hands out what is there and in demand, then sees to it that more comes. To be called when the demand has grown. */
    public void deliver() {
        if (delivering) {
            deliverAgain = true;
            return;
        }
        delivering = true;
        boolean hasThrown = true;
        try {
            do {
                deliverAgain = false;
                handOut();
            } while (deliverAgain);
            hasThrown = false;
        } finally {
            delivering = false;
            if (hasThrown) { // no completion is to come that would hand out what is read already
                file.loop().execute(this::deliver);
            } else {
                readOn();
            }
        }
    }

    private void handOut() {
        while (phase != Phase.ENDED && begun > 0 && firstChunk().isDone) {
            Chunk next = firstChunk();
            if (next.bytes() == 0) {
                removeFirst();
                next.lease().release();
                lookForEnd(next);
            } else if (handler.demand() > 0) {
                removeFirst();
                lookForEnd(next);
                handler.received(next.trimmed());
            } else {
                return;
            }
        }
        if (phase == Phase.ENDING && begun == 0) {
            ended();
            handler.ended(endResult);
        }
    }

    /** A chunk that has less than was asked for is the last one: those behind it begin where the file has no bytes. */
    private void lookForEnd(Chunk chunk) {
        if (isSequential()) {
            leftBytes -= chunk.bytes();
            if (chunk.failure < 0 || chunk.bytes() == 0 || leftBytes == 0) {
                end(chunk.failure);
            }
        } else if (chunk.failure < 0 || chunk.bytes() < chunk.wantedBytes) {
            end(chunk.failure);
            giveUpChunks(false);
        }
    }

    /** The handler has gone: nothing more is handed out. What is in flight gives its memory back when the kernel has done with it. */
    public void cancel() {
        if (phase != Phase.ENDED) {
            ended();
            giveUpChunks(true);
        }
    }

    /** The handler hears of the close; what it has not been given is discarded. */
    @Override
    public void fileCloses() {
        if (phase != Phase.ENDED) {
            try {
                cancel();
            } finally {
                handler.ended(Errno.ECANCELED.result());
            }
        }
    }

    private void ended() {
        phase = Phase.ENDED;
        file.removeUser(this);
    }

    /** Lets go of all that was begun. What the kernel has yet to answer comes back by itself. */
    private void giveUpChunks(boolean discarded) {
        try {
            while (begun > 0) {
                Chunk chunk = removeFirst();
                if (!chunk.isDone) {
                    chunk.abandon();
                } else if (discarded && chunk.bytes() > 0) {
                    handler.discarded(chunk.trimmed());
                } else {
                    chunk.lease().release();
                }
            }
        } finally {
            if (begun > 0) {
                giveUpChunks(discarded); // a handler that throws does not cost the others
            }
        }
    }

    // ---- the window

    private Chunk firstChunk() {
        Chunk chunk = chunks[first];
        if (chunk == null) {
            throw new IllegalStateException("no read was begun: " + this);
        }
        return chunk;
    }

    private Chunk removeFirst() {
        Chunk chunk = firstChunk();
        if (!chunk.isDone) {
            chunks[first] = null; // not to be used again before its answer has come
        }
        first = (first + 1) % chunks.length;
        begun--;
        return chunk;
    }

    private Chunk addLast() {
        int at = (first + begun) % chunks.length;
        Chunk chunk = chunks[at];
        if (chunk == null) {
            chunk = new Chunk();
            chunks[at] = chunk;
        }
        begun++;
        return chunk;
    }

    // ---- the ring's side

    /** Begins as many reads as there may be: the only place that does. */
    private void readOn() {
        if (phase == Phase.ENDED) {
            return;
        }
        long demand = handler.demand();
        wanted |= demand > 0;
        while (phase == Phase.READING && begun < mayBegin(demand)) {
            BufferLease lease = blocks.allocate(this);
            if (lease == null) {
                phase = Phase.STARVED;
                blocks.whenFree(this::fed);
            } else {
                begin(lease);
            }
        }
        if (phase == Phase.ENDING && begun == 0) {
            deliver();
        }
    }

    private void fed() {
        if (phase == Phase.STARVED) {
            phase = Phase.READING;
            readOn();
        }
    }

    /** How many chunks may be read or wait. */
    private int mayBegin(long demand) {
        if (isSequential() || isPressed()) {
            return (int) Math.min(1, demand);
        }
        if (!wanted) {
            return 0;
        }
        return nextPosition < file.traits().knownEnd() ? Math.min(window, chunks.length) : 1;
    }

    /** Whether little memory is left for all readers: none of it is to lie about where nothing is wanted. */
    private boolean isPressed() {
        int most = blocks.mostBlocks();
        int inUse = blocks.capacity() - blocks.free();
        return most - inUse <= Math.max(1, most / 4);
    }

    private void begin(BufferLease lease) {
        if (isSequential()) {
            int wantedBytes = (int) Math.min(plan.chunkBytes(), leftBytes);
            addLast().begin(lease, FileRead.CURRENT, 0, wantedBytes);
            return;
        }
        int skippedBytes = (int) (nextPosition % file.traits().offsetAlignmentBytes());
        int wantedBytes = (int) Math.min(plan.chunkBytes() - skippedBytes, leftBytes);
        long position = nextPosition - skippedBytes;
        nextPosition += wantedBytes;
        leftBytes -= wantedBytes;
        if (leftBytes == 0) {
            end(0);
        }
        addLast().begin(lease, position, skippedBytes, wantedBytes);
    }

    /** No further read is begun; an error replaces a good end. */
    private void end(int result) {
        if (phase != Phase.ENDING) {
            phase = Phase.ENDING;
            endResult = result;
        } else if (result < 0) {
            endResult = result;
        }
    }

    private void noteWait(boolean waited) {
        if (waited) {
            prompt = 0;
            window = Math.min(2 * window, chunks.length);
        } else if (++prompt == PROMPT_READS) {
            prompt = 0;
            window = Math.max(FIRST_WINDOW, window - 1);
        }
    }

    /** The pool wakes those who wait for memory. */
    @Override
    public void leaseReleased() {}

    @Override
    public String describe() {
        return file.file().toString();
    }

    @Override
    public String toString() {
        return "FileReader[" + file + ", " + phase + ", " + begun + " of " + window + " reads]";
    }

    /** One read, and the memory for it. */
    private final class Chunk implements FileRead.Answer {
        private final FileRead read = new FileRead(file, cache, this);
        private @Nullable BufferLease lease;
        private int skippedBytes; // before those that are wanted
        private int wantedBytes;
        private int readBytes;
        private int failure;
        private boolean isDone;
        private boolean isAbandoned;

        void begin(BufferLease into, long position, int skipped, int wanted) {
            lease = into;
            skippedBytes = skipped;
            wantedBytes = wanted;
            readBytes = 0;
            failure = 0;
            isDone = false;
            int alignment = file.traits().offsetAlignmentBytes();
            int lengthBytes = (skipped + wanted + alignment - 1) / alignment * alignment;
            read.begin(into.address(), lengthBytes, position);
        }

        @Override
        public void done(FileRead ended, int bytes, int why) {
            readBytes = bytes;
            failure = why;
            isDone = true;
            if (isAbandoned) {
                lease().release();
                return;
            }
            noteWait(ended.hasWaited());
            if (begun > 0 && firstChunk() == this) {
                deliver();
            }
        }

        /** How many bytes there are to hand out. */
        int bytes() {
            return Math.clamp(readBytes - skippedBytes, 0, wantedBytes);
        }

        void abandon() {
            isAbandoned = true;
            read.callOff();
        }

        BufferLease lease() {
            BufferLease held = lease;
            if (held == null) {
                throw new IllegalStateException("nothing was read");
            }
            return held;
        }

        /** The memory of what is handed out; its holder's from here on. */
        BufferLease trimmed() {
            return lease().skip(skippedBytes).truncate(bytes());
        }
    }
}
