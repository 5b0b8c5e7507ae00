package io.fluxring.tests.consumer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code in README.md. A comment before a block of Java makes it a program: {@code <!-- program: NAME -->}; NAME is the
 * class that has {@code main}.
 */
final class Readme {
    private static final Pattern PROGRAM =
            Pattern.compile("<!-- program: (\\w+) -->\\s*```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern XML = Pattern.compile("```xml\\n(.*?)```", Pattern.DOTALL);

    private final String text;

    private Readme(String text) {
        this.text = text;
    }

    static Readme read(Path root) throws IOException {
        return new Readme(Files.readString(root.resolve("README.md")));
    }

    /** By name, each program word for word. */
    Map<String, String> programs() {
        Map<String, String> programs = new LinkedHashMap<>();
        Matcher matcher = PROGRAM.matcher(text);
        while (matcher.find()) {
            programs.put(matcher.group(1), matcher.group(2));
        }
        return programs;
    }

    /** What a reader copies into a Maven project's dependencies. */
    String dependency() {
        List<String> blocks = XML.matcher(text)
                .results()
                .map(found -> found.group(1))
                .filter(block -> block.contains("<dependency>"))
                .toList();
        if (blocks.isEmpty()) {
            throw new AssertionError("README.md shows no dependency for Maven");
        }
        return blocks.getFirst();
    }

    String text() {
        return text;
    }
}
