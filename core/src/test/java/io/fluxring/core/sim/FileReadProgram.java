package io.fluxring.core.sim;

import io.fluxring.core.file.FileReadHandler;
import io.fluxring.core.file.FileReader;
import io.fluxring.core.file.ReadPlan;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.sys.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Readers of one file, with little memory for all of them: what comes is the file's, in order and without a gap; the end comes once, and
 * where the file has one; a reader that is wanted goes on whatever the others do.
 */
final class FileReadProgram extends FileProgram {
    private final List<Reader> readers = new ArrayList<>();
    private final List<BufferLease> held = new ArrayList<>();
    private int leastSize;
    private int mostSize;
    private long received;
    private long ends;

    FileReadProgram(long seed) {
        super(seed, true);
        leastSize = size();
        mostSize = leastSize;
    }

    private int size() {
        return node == null ? 0 : node.content.length;
    }

    @Override
    void step() {
        switch (random.nextInt(16)) {
            case 0 -> resize();
            case 1 -> release();
            case 2, 3 -> begin();
            case 4 -> {
                if (random.nextInt(20) == 0) {
                    closeFile();
                }
            }
            case 5 -> {
                if (random.nextInt(6) == 0 && !readers.isEmpty()) {
                    any().cancel();
                }
            }
            case 6, 7 -> feedPipe();
            default -> {
                if (!readers.isEmpty()) {
                    any().request(random.nextInt(4) == 0 ? 1 + random.nextInt(20) : 1);
                }
            }
        }
    }

    private Reader any() {
        return readers.get(random.nextInt(readers.size()));
    }

    private void begin() {
        // Two readers of one pipe would share its bytes.
        if (readers.size() < 5 && (node != null || readers.stream().allMatch(reader -> reader.over))) {
            Reader begun = new Reader();
            readers.add(begun);
            calling(begun.reader::deliver);
        }
    }

    private void resize() {
        if (node != null && random.nextInt(3) == 0) {
            int size = random.nextInt(60_000);
            int before = size();
            node.resize(size);
            if (size > before) {
                System.arraycopy(bytes(before, size - before), 0, node.content, before, size - before);
            }
            leastSize = Math.min(leastSize, size);
            mostSize = Math.max(mostSize, size);
        }
    }

    private void release() {
        for (int i = random.nextInt(4); i > 0 && !held.isEmpty(); i--) {
            held.remove(random.nextInt(held.size())).release();
        }
    }

    private long pipeBytes;

    private void feedPipe() {
        if (farEnd >= 0) {
            int given = farPipe().give(bytes(pipeBytes, 1 + random.nextInt(6000)));
            pipeBytes += Math.max(0, given);
            if (random.nextInt(60) == 0) {
                closeFarEnd();
            }
        }
    }

    private void releaseAll() {
        held.forEach(BufferLease::release);
        held.clear();
    }

    @Override
    void end() {
        releaseAll();
        closeFarEnd();
        List<Reader> left = new ArrayList<>(readers);
        while (!left.isEmpty()) {
            Reader wanted = left.remove(random.nextInt(left.size()));
            if (wanted.over) {
                continue;
            }
            wanted.request(1_000_000); // the others may want nothing
            until("the end comes: " + wanted, () -> {
                releaseAll();
                return wanted.over;
            });
        }
    }

    @Override
    void loopCloses() {
        closed = true;
        releaseAll();
    }

    @Override
    void verifyEnd() {
        releaseAll();
        for (Reader reader : readers) {
            LoopProgram.require(reader.over, "no end: " + reader);
        }
    }

    void addTo(Map<String, Long> totals) {
        totals.merge("readers", (long) readers.size(), Long::sum);
        totals.merge("bytes", received, Long::sum);
        totals.merge("ends", ends, Long::sum);
        totals.merge("thrown", (long) thrown, Long::sum);
    }

    /** One reader, and what it must bring. */
    private final class Reader implements FileReadHandler {
        private final ReadPlan plan = plan();
        private final long from = plan.position() == ReadPlan.CURRENT ? current() : plan.position();
        private final FileReader reader = new FileReader(file, plan, this);
        private long demand;
        private long count;
        private boolean over;
        private boolean gone;

        private ReadPlan plan() {
            boolean current = node == null || noneIsCurrent() && random.nextInt(4) == 0;
            long position = current ? ReadPlan.CURRENT : random.nextInt(4) == 0 ? random.nextInt(65_000) : 0;
            long length = random.nextInt(3) == 0 ? random.nextInt(30_000) : Long.MAX_VALUE;
            return new ReadPlan(position, length, 4096, 1 + random.nextInt(6));
        }

        private boolean noneIsCurrent() {
            return readers.stream().noneMatch(reader -> reader.plan.position() == ReadPlan.CURRENT);
        }

        /** What a reader before has taken out of a pipe and not handed on is lost. */
        private long current() {
            return node == null ? -1 : 0;
        }

        void request(int more) {
            if (!over) {
                demand += more;
                calling(reader::deliver);
            }
        }

        void cancel() {
            if (!over) {
                over = true;
                gone = true;
                calling(reader::cancel);
            }
        }

        @Override
        public long demand() {
            return over ? 0 : demand;
        }

        @Override
        public void received(BufferLease lease) {
            check(!over, "bytes behind the end");
            check(demand-- > 0, "bytes that nobody wants");
            compare(lease);
            received += lease.lengthBytes();
            if (random.nextInt(3) == 0) {
                held.add(lease);
            } else {
                lease.release();
            }
            switch (random.nextInt(20)) {
                case 0 -> request(1 + random.nextInt(3));
                case 1 -> {
                    if (random.nextInt(5) == 0) {
                        cancel();
                    }
                }
                default -> perhapsThrow();
            }
        }

        private void compare(BufferLease lease) {
            byte[] bytes = lease.toByteArray();
            check(bytes.length > 0, "an empty piece");
            if (from >= 0) {
                for (int i = 0; i < bytes.length; i++) {
                    check(bytes[i] == byteAt(from + count + i), "a gap at " + (from + count + i) + ": " + this);
                }
            }
            count += bytes.length;
            check(count <= plan.lengthBytes(), "more than was asked for: " + this);
        }

        @Override
        public void ended(int result) {
            check(!over, "a second end: " + this);
            over = true;
            ends++;
            if (result == 0) {
                requireWhole();
            } else if (result == Errno.ECANCELED.result()) {
                check(!file.isOpen(), "cancelled although the file is open: " + this);
            } else {
                check(result == Errno.EIO.result(), "unexpected: " + Errno.describe(result));
                check(kernel.toString().contains("IO_ERROR"), "EIO without a cause: " + this);
            }
            perhapsThrow();
        }

        private void requireWhole() {
            if (node == null) {
                check(farEnd < 0 || count == plan.lengthBytes(), "a pipe has ended before its end: " + this);
                return;
            }
            long most = Math.min(plan.lengthBytes(), Math.max(0, mostSize - from));
            long least = Math.min(plan.lengthBytes(), Math.max(0, leastSize - from));
            check(count >= least && count <= most, count + " bytes and not " + least + " to " + most + ": " + this);
        }

        @Override
        public void discarded(BufferLease lease) {
            check(over || !file.isOpen(), "discarded although it is wanted: " + this);
            lease.release();
            perhapsThrow();
        }

        @Override
        public String toString() {
            return reader + ", " + plan + ", " + count + " bytes from " + from + ", demand " + demand
                    + (gone ? ", cancelled" : "") + ", file of " + leastSize + " to " + mostSize;
        }
    }
}
