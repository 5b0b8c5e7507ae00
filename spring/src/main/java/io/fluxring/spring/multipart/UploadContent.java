package io.fluxring.spring.multipart;

import java.nio.file.Path;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The bytes of a part. */
interface UploadContent {
    /** {@return the bytes, with each subscription anew} */
    Flux<DataBuffer> read();

    /** {@return the end of making them a file's contents} */
    Mono<Void> transferTo(Path target);

    /** {@return the end of removing them} */
    Mono<Void> delete();
}
