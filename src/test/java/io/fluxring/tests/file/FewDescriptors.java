package io.fluxring.tests.file;

import io.fluxring.reactor.ReactiveRing;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A program with a low limit of descriptors: it says how reading directories ends when there are none. */
final class FewDescriptors {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private FewDescriptors() {}

    /** In the directory of the first argument, which is deep. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        ReactiveRing ring = ReactiveRing.create();
        List<FileInputStream> taken = new ArrayList<>();
        try {
            outcome(ring.files().list(directory.resolve("none"))); // classes take descriptors as well, the first time
            outcome(ring.files().walk(directory, 1));
            System.out.println("walk " + outcome(ring.files().walk(directory)));
            while (true) {
                taken.add(new FileInputStream("/dev/null"));
            }
        } catch (FileNotFoundException e) {
            String none = outcome(ring.files().list(directory));
            for (FileInputStream each : taken) {
                each.close();
            }
            System.out.println("list " + none);
            System.out.println("then " + outcome(ring.files().list(directory)));
        } finally {
            ring.disposeLater().block(LIMIT);
        }
    }

    private static String outcome(Flux<Path> paths) {
        return paths.map(path -> 1)
                .onErrorResume(e -> {
                    System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
                    return Mono.just(0);
                })
                .collectList()
                .map(found -> found.stream().mapToInt(each -> each).sum() + " paths")
                .blockOptional(LIMIT)
                .orElseThrow();
    }
}
