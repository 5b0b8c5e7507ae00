package io.fluxring.spring.web;

import io.fluxring.spring.buffers.DataBufferReads;
import io.fluxring.spring.buffers.DataBufferReads.Receiver;
import io.fluxring.spring.web.ByteRanges.Part;
import java.io.IOException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.ReactiveHttpOutputMessage;
import org.springframework.http.ZeroCopyHttpOutputMessage;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The bytes of a file for a message. */
final class FileBytes {
    private FileBytes() {}

    /** {@return all bytes} */
    static Flux<DataBuffer> of(LookedAtFile file, DataBufferReads reads, ReactiveHttpOutputMessage message) {
        return file.hasSize()
                ? of(file, new Part(0, file.sizeBytes()), reads, message)
                : read(file, 0, Long.MAX_VALUE, reads, message);
    }

    /** {@return a part} See {@link #exactly}. */
    static Flux<DataBuffer> of(LookedAtFile file, Part part, DataBufferReads reads, ReactiveHttpOutputMessage message) {
        return exactly(
                part.lengthBytes(),
                file.file().toString(),
                read(file, part.position(), part.lengthBytes(), reads, message));
    }

    /**
     * {@return so many bytes, or an error} A message that has promised more bytes than there are must not end as if it were whole: the
     * error closes its connection. No {@link java.io.EOFException}: Spring takes one for a client that has gone, and ends the answer
     * well.
     *
     * @param lengthBytes what is promised
     * @param name the file's, for the error
     * @param bytes no more than that
     */
    static Flux<DataBuffer> exactly(long lengthBytes, String name, Flux<DataBuffer> bytes) {
        return Flux.defer(() -> {
            long[] missing = {lengthBytes};
            return bytes.doOnNext(piece -> missing[0] -= piece.readableByteCount())
                    .concatWith(Mono.defer(() -> missing[0] == 0
                            ? Mono.empty()
                            : Mono.error(new IOException(
                                    name + " has become shorter: " + missing[0] + " bytes are missing"))));
        });
    }

    private static Flux<DataBuffer> read(
            LookedAtFile file,
            long position,
            long lengthBytes,
            DataBufferReads reads,
            ReactiveHttpOutputMessage message) {
        return reads.read(file.file(), file.loop(), position, lengthBytes, message.bufferFactory(), receiver(message));
    }

    /** A message of the container itself releases what it has sent; one that wraps it may gather all, for a digest. */
    static Receiver receiver(ReactiveHttpOutputMessage message) {
        return message instanceof ZeroCopyHttpOutputMessage ? Receiver.SENDS : Receiver.GATHERS;
    }
}
