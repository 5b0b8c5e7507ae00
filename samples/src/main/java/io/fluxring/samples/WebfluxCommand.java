package io.fluxring.samples;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code samples/run webflux} in the list of the samples. The script starts it as a program of its own: Spring runs on the class path. */
@Command(
        name = "webflux",
        description = "A file drop with Spring WebFlux: a page to upload, download and delete files.")
final class WebfluxCommand implements Callable<Integer> {
    private WebfluxCommand() {}

    @Override
    public Integer call() {
        throw new IllegalStateException(
                "the script samples/run starts this sample, with 'webflux' as its first argument");
    }
}
