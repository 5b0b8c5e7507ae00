package io.fluxring.spring.buffers;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Names that nothing has yet. */
public final class HiddenNames {
    private HiddenNames() {}

    /** {@return a name beside another one, for what is going to be renamed to it} {@code .fluxring-} and 16 digits, as the ring's own have. */
    public static Path beside(Path target) {
        return target.resolveSibling(".fluxring-" + digits());
    }

    /** {@return 16 digits at random} */
    public static String digits() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }
}
