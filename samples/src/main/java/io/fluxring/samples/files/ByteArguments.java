package io.fluxring.samples.files;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line as the kernel has it. Java decodes arguments by the locale, and a name that is not text in it, such as any with an umlaut
 * in the locale C, would not be the file's name any more.
 */
public final class ByteArguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private ByteArguments() {}

    /**
     * {@return the arguments, each byte as the character of ISO-8859-1}
     *
     * @param arguments as {@code main} got them
     */
    public static String[] of(String[] arguments) {
        List<String> all = commandLine();
        if (all.size() > arguments.length) {
            return all.subList(all.size() - arguments.length, all.size()).toArray(String[]::new);
        }
        Charset locale = localeCharset();
        return Arrays.stream(arguments)
                .map(each -> new String(each.getBytes(locale), StandardCharsets.ISO_8859_1))
                .toArray(String[]::new);
    }

    private static List<String> commandLine() {
        try {
            String line = Files.readString(COMMAND_LINE, StandardCharsets.ISO_8859_1);
            List<String> all = new ArrayList<>();
            for (int from = 0; from < line.length(); ) {
                int end = line.indexOf('\0', from);
                all.add(line.substring(from, end));
                from = end + 1;
            }
            return all;
        } catch (IOException e) {
            return List.of(); // no /proc
        }
    }

    private static Charset localeCharset() {
        @Nullable String name = System.getProperty("sun.jnu.encoding");
        return name == null ? StandardCharsets.UTF_8 : Charset.forName(name, StandardCharsets.UTF_8);
    }
}
