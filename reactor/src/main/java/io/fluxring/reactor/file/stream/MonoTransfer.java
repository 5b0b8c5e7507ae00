package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.FileBatch;
import io.fluxring.core.file.FileTransfer;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.CallSite;
import io.fluxring.reactor.operator.ResultSubscription;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** One read or write of a user's memory with each subscription: to the end of the memory, or of the file. */
final class MonoTransfer extends Mono<Long> implements Scannable {
    private final FileSource.Open source;
    private final Opcode opcode;
    private final long position;
    private final int rwFlags;
    private final Supplier<? extends TransferMemory> memories;

    private MonoTransfer(
            FileSource.Open source,
            Opcode opcode,
            long position,
            int rwFlags,
            Supplier<? extends TransferMemory> memories) {
        this.source = source;
        this.opcode = opcode;
        this.position = position;
        this.rwFlags = rwFlags;
        this.memories = memories;
    }

    static Mono<Long> of(
            FileSource.Open source,
            Opcode opcode,
            long position,
            int rwFlags,
            Supplier<? extends TransferMemory> memories) {
        if (position < FileTransfer.CURRENT) {
            throw new IllegalArgumentException("a position can't be negative, apart from -1: " + position);
        }
        return CallSite.name(onAssembly(new MonoTransfer(source, opcode, position, rwFlags, memories)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Long> actual) {
        new Transferring(memories.get(), actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private final class Transferring extends ResultSubscription<Long> implements FileTransfer.Answer {
        private final TransferMemory memory;
        private final FileTransfer transfer;
        private long doneBytes;

        Transferring(TransferMemory memory, CoreSubscriber<? super Long> actual) {
            super(source.loop(), actual);
            this.memory = memory;
            this.transfer = new FileTransfer(file(), opcode, rwFlags, this);
        }

        private OpenFile file() {
            return source.file();
        }

        @Override
        protected void attach() {
            FileBatch batch = new FileBatch(loop());
            batch.begin(owner -> {});
            goOn(batch);
        }

        private void goOn(FileBatch batch) {
            if (!file().isOpen()) {
                failed(RingException.closed(opcode.name(), file().file()));
                return;
            }
            memory.fill(batch);
            if (batch.isEmpty()) {
                end();
            } else {
                boolean isCurrent =
                        position == FileTransfer.CURRENT || file().traits().isStream();
                transfer.begin(batch, isCurrent ? FileTransfer.CURRENT : position + doneBytes);
            }
        }

        @Override
        public void done(FileTransfer ended, long bytes, int failure) {
            FileBatch batch = ended.batch();
            boolean isWhole = batch.isEmpty();
            batch.clear();
            doneBytes += bytes;
            if (failure < 0) {
                memory.transferred(doneBytes);
                failed(failure(failure));
            } else if (isWhole && !isCancelled()) {
                batch.begin(owner -> {});
                goOn(batch);
            } else {
                end();
            }
        }

        private RingException failure(int result) {
            boolean polls = result == Errno.EINVAL.result() && (rwFlags & Libc.RWF_HIPRI) != 0;
            RingException e = polls
                    ? RingException.of(
                            opcode.name(),
                            file().file(),
                            source.name(),
                            result,
                            "HIGH_PRIORITY needs a ring that polls its devices")
                    : source.failureOf(opcode.name(), result);
            return opcode == Opcode.WRITE ? e.transferred(doneBytes) : e;
        }

        private void end() {
            memory.transferred(doneBytes);
            succeeded(doneBytes);
        }

        @Override
        protected void callOff() {
            if (transfer.isLive() || file().traits().isStream()) {
                transfer.callOff();
            }
        }

        @Override
        protected void dispose(Long result) {
            // a count needs no disposal
        }
    }
}
