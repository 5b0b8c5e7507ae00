package io.fluxring.samples.files;

import java.io.IOException;
import reactor.core.publisher.Mono;

/** How a file is copied. */
interface CopyWay {
    /** Copies all of it. Fails with a {@link CopyFailure}. */
    Mono<Void> run();

    /** Takes away what a copy that has been stopped, or has failed, has made and left. Waits. */
    void remove() throws IOException;
}
