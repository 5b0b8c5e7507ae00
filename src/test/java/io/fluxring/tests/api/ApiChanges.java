package io.fluxring.tests.api;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What differs between two descriptions of a package, with the type that each line belongs to. */
final class ApiChanges {
    private ApiChanges() {}

    static List<String> between(String packageName, List<String> before, List<String> now) {
        Set<String> gone = qualified(packageName, before);
        Set<String> come = qualified(packageName, now);
        List<String> changes = new ArrayList<>();
        gone.stream().filter(line -> !come.contains(line)).forEach(line -> changes.add("- " + line));
        come.stream().filter(line -> !gone.contains(line)).forEach(line -> changes.add("+ " + line));
        if (changes.isEmpty() && !before.equals(now)) {
            changes.add("~ " + packageName + ": the order of lines");
        }
        return changes;
    }

    private static Set<String> qualified(String packageName, List<String> lines) {
        Set<String> qualified = new LinkedHashSet<>();
        String type = packageName;
        for (String line : lines) {
            if (line.startsWith(" ")) {
                qualified.add(type + ": " + line.strip());
            } else {
                qualified.add(packageName + ": " + line);
                type = packageName + "." + name(line);
            }
        }
        return qualified;
    }

    /** The name of the type that a line declares: the word after its kind. */
    private static String name(String declaration) {
        String after = declaration.replaceFirst("^.*?\\b(?:class|interface|enum|record) ", "");
        return after.replaceFirst("[^\\w$].*$", "");
    }
}
