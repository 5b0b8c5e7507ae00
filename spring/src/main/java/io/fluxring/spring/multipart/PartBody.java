package io.fluxring.spring.multipart;

import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.codec.multipart.Part;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * The body of a part as it arrives: copied to memory, because the buffers that it arrives in are few, and written to a file when it is
 * larger than that. Used by the assembly's turns; what its file tells comes from any thread, and takes one.
 */
final class PartBody {
    private static final byte[] NOTHING = {};
    private static final int FIRST_BYTES = 1024;

    private final PartBodies how;
    private final HttpHeaders headers;
    private final Runnable changed;
    private final Context context;
    private final boolean isField;

    private byte[] memory = NOTHING;
    private long bytes;
    private boolean complete;
    private @Nullable BufferRelay relay; // to the file, when there is one
    private @Nullable DataBuffer next; // that the file has not taken
    private @Nullable Disposable writing;

    private volatile @Nullable SpooledFile file;
    private volatile @Nullable Throwable failure;
    private volatile boolean written;
    private volatile boolean abandoned;

    PartBody(PartBodies how, HttpHeaders headers, Runnable changed, Context context) {
        this.how = how;
        this.headers = headers;
        this.changed = changed;
        this.context = context;
        this.isField = PartHeaders.isField(headers);
    }

    /** Whether its last bytes have arrived. */
    boolean isComplete() {
        return complete && isReady();
    }

    /** Why there will be no content; null when there may be. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Gives the file what it waits for; returns whether more can be added. */
    boolean isReady() {
        BufferRelay to = relay;
        if (to == null) {
            return true;
        }
        DataBuffer buffer = next;
        if (buffer == null) {
            return true;
        }
        if (!to.isWanted()) {
            return false;
        }
        next = null;
        to.give(buffer);
        return true;
    }

    /** Adds bytes, when it is ready, and takes the buffer over. */
    void add(DataBuffer buffer) {
        int count = buffer.readableByteCount();
        bytes += count;
        if (relay == null && how.isInMemory(bytes)) {
            copy(buffer, count);
        } else if (isField) {
            DataBufferUtils.release(buffer);
            failure = new DataBufferLimitException(
                    "Form field value exceeded the memory usage limit of " + how.maxInMemorySize() + " bytes");
        } else if (how.isTooLarge(bytes)) {
            DataBufferUtils.release(buffer);
            failure = new DataBufferLimitException(
                    "Part exceeded the disk usage limit of " + how.maxDiskUsagePerPart() + " bytes");
        } else if (count == 0) {
            DataBufferUtils.release(buffer);
        } else {
            if (relay == null) {
                spool(count);
            }
            next = buffer;
        }
    }

    /** No bytes follow. */
    void complete() {
        complete = true;
    }

    private void copy(DataBuffer buffer, int count) {
        try {
            int before = (int) bytes - count;
            if (memory.length < bytes) {
                int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(FIRST_BYTES, memory.length * 2L));
                memory = Arrays.copyOf(memory, (int) Math.max(bytes, doubled));
            }
            buffer.read(memory, before, count);
        } finally {
            DataBufferUtils.release(buffer);
        }
    }

    /** Memory is not enough: its bytes are the first ones of a file. */
    private void spool(int notInMemory) {
        BufferRelay to = new BufferRelay(changed);
        relay = to;
        DataBuffer first =
                DefaultDataBufferFactory.sharedInstance.wrap(Arrays.copyOf(memory, (int) bytes - notInMemory));
        memory = NOTHING;
        Flux<DataBuffer> all = Flux.concat(Mono.just(first), to);
        writing = how.directory()
                .open()
                .flatMap(opened -> write(all, opened))
                .subscribe(nothing -> {}, this::failed, this::written, context);
    }

    private Mono<Void> write(Flux<DataBuffer> all, SpooledFile opened) {
        file = opened;
        if (abandoned) {
            opened.delete().subscribe();
            return Mono.empty();
        }
        return opened.use(path -> how.buffers().write(all, path, StandardOpenOption.WRITE))
                .then();
    }

    private void failed(Throwable e) {
        failure = e;
        changed.run();
    }

    private void written() {
        written = true;
        changed.run();
    }

    /** Ends what has arrived in full; null as long as its file is not. */
    @Nullable
    Part part() {
        BufferRelay to = relay;
        if (to == null) {
            byte[] all = memory.length == bytes ? memory : Arrays.copyOf(memory, (int) bytes);
            return isField
                    ? new UploadedPart.Field(headers, new String(all, PartHeaders.charset(headers)))
                    : UploadedPart.of(headers, how.ofMemory(all));
        }
        to.complete();
        SpooledFile opened = file;
        return written && opened != null ? UploadedPart.of(headers, how.ofFile(opened)) : null;
    }

    /** Lets go of everything. */
    void abandon() {
        abandoned = true;
        DataBuffer buffer = next;
        next = null;
        DataBufferUtils.release(buffer);
        Disposable running = writing;
        if (running != null) {
            running.dispose();
        }
        SpooledFile opened = file;
        if (opened != null) {
            opened.delete().subscribe();
        }
    }
}
