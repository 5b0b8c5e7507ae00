package io.fluxring.samples.files;

import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import reactor.core.publisher.Flux;

/** The files that names stand for: themselves, and where asked for, what is in folders and in those below. */
final class FileWalk {
    /**
     * A file.
     *
     * @param name as it is printed
     * @param isNamed whether it is printed in front of each line
     */
    record Target(Name name, boolean isNamed) {}

    /** What is asked for. */
    record Options(boolean recursive, boolean named, boolean namedBelow, boolean silent) {}

    private final Program program;
    private final Options options;

    FileWalk(Program program, Options options) {
        this.program = program;
        this.options = options;
    }

    Flux<Target> targets(List<Name> names) {
        if (names.isEmpty()) {
            return options.recursive ? below(new Name("")) : one(Name.STANDARD_INPUT);
        }
        return Flux.fromIterable(names).concatMap(name -> options.recursive ? oneOrBelow(name) : one(name));
    }

    private Flux<Target> oneOrBelow(Name name) {
        return program.stat(name)
                .flatMapMany(stat -> stat.isDirectory() ? below(name) : one(name))
                .onErrorResume(e -> one(name));
    }

    private Flux<Target> one(Name name) {
        return Flux.just(new Target(name, options.named)); // what is wrong with it will be found when it is opened
    }

    /** Links and devices in a folder are passed over. */
    private Flux<Target> below(Name folder) {
        return program.files()
                .list(folder.bytes().isEmpty() ? Path.of(".") : folder.path())
                .concatMap(file -> below(folder.child(file), file))
                .onErrorResume(e -> fail(folder, e));
    }

    private Flux<Target> below(Name name, Path file) {
        return program.files()
                .stat(file, LinkOption.NOFOLLOW_LINKS)
                .flatMapMany(stat -> switch (stat.type()) {
                    case DIRECTORY -> below(name);
                    case REGULAR_FILE -> Flux.just(new Target(name, options.namedBelow));
                    default -> Flux.empty();
                })
                .onErrorResume(e -> fail(name, e));
    }

    private Flux<Target> fail(Name name, Throwable failure) {
        if (options.silent) {
            program.fail();
        } else {
            program.fail(name.bytes() + ": " + ErrorText.of(failure));
        }
        return Flux.empty();
    }
}
