package io.fluxring.reactor.file.stream;

import io.fluxring.core.file.DurableWrite;
import io.fluxring.core.file.FileBatch;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.CallSite;
import io.fluxring.reactor.operator.ResultSubscription;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** Writes a buffer and syncs the file with each subscription, as one chain. */
final class MonoDurableWrite extends Mono<Integer> implements Scannable {
    private final FileSource.Open source;
    private final ByteBuffer bytes;
    private final long position;

    private MonoDurableWrite(FileSource.Open source, ByteBuffer bytes, long position) {
        this.source = source;
        this.bytes = bytes;
        this.position = position;
    }

    static Mono<Integer> of(FileSource.Open source, ByteBuffer bytes, long position) {
        return CallSite.name(onAssembly(new MonoDurableWrite(source, bytes, position)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super Integer> actual) {
        new Writing(new TransferMemory.Buffers(List.of(bytes), true), actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private final class Writing extends ResultSubscription<Integer> {
        private final TransferMemory memory;
        private @Nullable DurableWrite write;

        Writing(TransferMemory memory, CoreSubscriber<? super Integer> actual) {
            super(source.loop(), actual);
            this.memory = memory;
        }

        @Override
        protected void attach() {
            OpenFile file = source.file();
            if (!file.isOpen()) {
                failed(RingException.closed("WRITE", file.file()));
                return;
            }
            FileBatch batch = new FileBatch(loop());
            batch.begin(owner -> {});
            memory.fill(batch);
            long address = batch.isEmpty() ? 0 : batch.address(0);
            int length = batch.isEmpty() ? 0 : batch.length(0);
            batch.clear(); // the buffer is kept by its memory
            write = DurableWrite.submit(file, address, length, position, this::done);
        }

        private void done(Opcode operation, int result, int written) {
            write = null;
            memory.transferred(written);
            if (result < 0) {
                failed(source.failureOf(operation.name(), result).transferred(written));
            } else {
                succeeded(written);
            }
        }

        @Override
        protected void callOff() {
            DurableWrite running = write;
            if (running != null) {
                running.callOff();
            }
        }

        @Override
        protected void dispose(Integer result) {
            // a count needs no disposal
        }
    }
}
