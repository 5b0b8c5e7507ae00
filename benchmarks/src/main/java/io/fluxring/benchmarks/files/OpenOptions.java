package io.fluxring.benchmarks.files;

import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** How the libraries of the JDK open the file of a task. */
final class OpenOptions {

    private static final OpenOption DIRECT = direct();

    private OpenOptions() {}

    /** By name: javac warns of each use of the class, and takes no annotation against it. */
    private static OpenOption direct() {
        try {
            Object[] all = Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
            return (OpenOption) Arrays.stream(all)
                    .filter(each -> each.toString().equals("DIRECT"))
                    .findFirst()
                    .orElseThrow();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("no module jdk.unsupported", e);
        }
    }

    static OpenOption[] of(Task task) {
        return switch (task.work()) {
            case CACHED, COLD -> new OpenOption[] {StandardOpenOption.READ};
            case DIRECT, RANDOM -> new OpenOption[] {StandardOpenOption.READ, DIRECT};
            case WRITE, WRITE_SYNC -> new OpenOption[] {StandardOpenOption.WRITE, StandardOpenOption.CREATE};
            case WRITE_DSYNC ->
                new OpenOption[] {StandardOpenOption.WRITE, StandardOpenOption.CREATE, StandardOpenOption.DSYNC};
        };
    }
}
