package io.fluxring.core.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Numbers of ours, compared with what a C compiler makes of the system's headers. */
final class CHeaders {
    private static final long UNSIGNED = 0xffffffffL;

    private final Map<String, Long> expected = new LinkedHashMap<>();
    private final Set<String> macros = new HashSet<>();
    private final StringBuilder declarations = new StringBuilder();

    /** Declares a structure that is younger than the headers, by its fields as Linux 6.18 has them. */
    void declare(String type, String... fields) {
        declarations.append("struct ").append(type).append(" {\n");
        for (String field : fields) {
            declarations.append("  ").append(field).append(";\n");
        }
        declarations.append("};\n");
    }

    void size(String type, long bytes) {
        value("sizeof(" + type + ")", bytes);
    }

    void offset(String type, String field, long bytes) {
        value("offsetof(" + type + ", " + field + ")", bytes);
    }

    void value(String expression, long value) {
        expected.put(expression, value);
    }

    /** A macro of 32 bits, signed or not, that is compared where the headers know it. */
    void macro(String name, long value) {
        expected.put(name, value & UNSIGNED);
        macros.add(name);
    }

    /**
     * Compares all that was named.
     *
     * @return the macros that the headers do not know
     */
    Set<String> compare(Path folder, String... headers) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("abi.c"), program(headers));
        Path binary = folder.resolve("abi");
        Path log = folder.resolve("log");
        int compiled;
        try {
            compiled = run(log, "cc", "-o", binary.toString(), source.toString());
        } catch (IOException e) {
            assumeTrue(false, "no C compiler here: " + e.getMessage());
            return Set.of();
        }
        assumeTrue(compiled == 0, () -> "liburing-dev is not installed, or older than 2.3: " + read(log));
        assertThat(run(log, binary.toString())).isZero();
        Map<String, Long> ours = new LinkedHashMap<>(expected);
        Map<String, Long> theirs = new LinkedHashMap<>();
        for (String line : Files.readAllLines(log)) {
            int space = line.lastIndexOf(' ');
            theirs.put(line.substring(0, space), Long.valueOf(line.substring(space + 1)));
        }
        Set<String> unknown = new HashSet<>(macros);
        unknown.removeAll(theirs.keySet());
        ours.keySet().removeAll(unknown);
        assertThat(theirs.keySet()).isEqualTo(ours.keySet());
        assertThat(ours.entrySet()).isSubsetOf(theirs.entrySet());
        return unknown;
    }

    private String program(String... headers) {
        StringBuilder program = new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdio.h>\n");
        for (String header : headers) {
            program.append("#include <").append(header).append(">\n");
        }
        program.append(declarations).append("int main(void) {\n");
        for (String expression : expected.keySet()) {
            if (macros.contains(expression)) {
                program.append("#ifdef %1$s%nprintf(\"%1$s %%ld\\n\", (long) (%1$s) & %2$dL);%n#endif%n"
                        .formatted(expression, UNSIGNED));
            } else {
                program.append("printf(\"%1$s %%ld\\n\", (long) (%1$s));%n".formatted(expression));
            }
        }
        return program.append("}\n").toString();
    }

    private static int run(Path log, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
