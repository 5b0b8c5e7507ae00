package io.fluxring.core.kernel;

import static java.util.stream.Collectors.joining;

import io.fluxring.core.entry.Prepares;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.Registers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** The table of what the core covers of the kernel's interface, read off its methods' and its tests' annotations. */
final class KernelCoverage {
    private static final String HEAD = """
        # What the core covers of the kernel's interface

        Made by the build from the code: the methods name the operation that they prepare, the tests name what they show on
        the real kernel, and fail when they have not made use of it. Don't edit; `KernelCoverageTest` rewrites this file when it
        is out of date, and fails until the new one is committed. It also fails when an operation has no method, or neither
        a test nor a reason.

        """;

    private final List<Method> methods;
    private final List<Method> tests;

    private KernelCoverage(List<Method> methods, List<Method> tests) {
        this.methods = methods;
        this.tests = tests;
    }

    static KernelCoverage ofThisBuild() {
        return new KernelCoverage(methodsBeside(Prepares.class), methodsBeside(Shows.class));
    }

    private static List<Method> methodsBeside(Class<?> type) {
        try {
            Path root = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (Stream<Path> files = Files.walk(root.resolve("io"))) {
                return files.map(file -> root.relativize(file).toString())
                        .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                        .map(name -> load(name.substring(0, name.length() - ".class".length())
                                .replace('/', '.')))
                        .flatMap(loaded -> Arrays.stream(loaded.getDeclaredMethods()))
                        .filter(method -> !method.isSynthetic())
                        .sorted(Comparator.comparing(KernelCoverage::name))
                        .toList();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, KernelCoverage.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String name(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    // ---- what is there, and what is missing

    private List<Method> methodsOf(Opcode opcode) {
        return methods.stream()
                .filter(method -> method.isAnnotationPresent(Prepares.class)
                        && method.getAnnotation(Prepares.class).value() == opcode)
                .toList();
    }

    private List<Method> methodsOf(RegisterOperation operation) {
        return methods.stream()
                .filter(method -> method.isAnnotationPresent(Registers.class)
                        && List.of(method.getAnnotation(Registers.class).value())
                                .contains(operation))
                .toList();
    }

    private List<Method> testsOf(Opcode opcode) {
        return testsThat(shows -> List.of(shows.value()).contains(opcode));
    }

    private List<Method> testsOf(RegisterOperation operation) {
        return testsThat(shows -> List.of(shows.registers()).contains(operation));
    }

    private List<Method> testsThat(Function<Shows, Boolean> match) {
        return tests.stream()
                .filter(test -> test.isAnnotationPresent(Shows.class) && match.apply(test.getAnnotation(Shows.class)))
                .toList();
    }

    /** Operations without a method, and those with neither a test nor a reason. */
    List<String> gaps() {
        List<String> gaps = new ArrayList<>();
        for (Opcode opcode : Opcode.values()) {
            addGaps(gaps, opcode, methodsOf(opcode), testsOf(opcode), OutOfReach.OPERATIONS.containsKey(opcode));
        }
        for (RegisterOperation operation : RegisterOperation.values()) {
            addGaps(
                    gaps,
                    operation,
                    methodsOf(operation),
                    testsOf(operation),
                    OutOfReach.REGISTERS.containsKey(operation));
        }
        return gaps;
    }

    private static void addGaps(
            List<String> gaps, Enum<?> operation, List<Method> methods, List<Method> tests, boolean excused) {
        String name = operation.getDeclaringClass().getSimpleName() + "." + operation;
        if (methods.isEmpty()) {
            gaps.add(name + " has no method");
        }
        if (tests.isEmpty() && !excused) {
            gaps.add(name + " has neither a test nor a reason");
        }
    }

    /** The behaviours of liburing's tests that are re-expressed here, with the tests that do it. */
    Map<String, List<Method>> behaviours() {
        Map<String, List<Method>> behaviours = new TreeMap<>();
        for (Method test : testsThat(shows -> !shows.behaviour().isEmpty())) {
            behaviours
                    .computeIfAbsent(test.getAnnotation(Shows.class).behaviour(), each -> new ArrayList<>())
                    .add(test);
        }
        return behaviours;
    }

    // ---- the page

    String page() {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("## Operations\n\n| | operation | since Linux | methods | shown by |\n|---|---|---|---|---|\n");
        for (Opcode opcode : Opcode.values()) {
            page.append(row(
                    opcode.code(),
                    opcode,
                    opcode.since(),
                    forms(methodsOf(opcode)),
                    shown(testsOf(opcode), OutOfReach.OPERATIONS.getOrDefault(opcode, ""))));
        }
        page.append("\n"
                + "## Register operations\n\n"
                + "| | operation | since Linux | methods | shown by |\n"
                + "|---|---|---|---|---|\n");
        for (RegisterOperation operation : RegisterOperation.values()) {
            page.append(row(
                    operation.code(),
                    operation,
                    operation.since(),
                    forms(methodsOf(operation)),
                    shown(testsOf(operation), OutOfReach.REGISTERS.getOrDefault(operation, ""))));
        }
        page.append("\n"
                + "## Behaviours\n\n"
                + "By the name of liburing's test of the same behaviour.\n\n"
                + "| behaviour | shown by |\n"
                + "|---|---|\n");
        behaviours()
                .forEach((behaviour, shownBy) -> page.append("| ")
                        .append(behaviour)
                        .append(" | ")
                        .append(shown(shownBy, ""))
                        .append(" |\n"));
        return page.toString();
    }

    private static String row(int code, Enum<?> operation, String since, String forms, String shown) {
        return "| " + code + " | " + operation + " | " + since + " | " + forms + " | " + shown + " |\n";
    }

    private static String forms(List<Method> methods) {
        Map<String, TreeSet<String>> byType = new TreeMap<>();
        for (Method method : methods) {
            Prepares prepares = method.getAnnotation(Prepares.class);
            String since = prepares == null || prepares.since().isEmpty() ? "" : " (" + prepares.since() + ")";
            byType.computeIfAbsent(method.getDeclaringClass().getSimpleName(), each -> new TreeSet<>())
                    .add("`" + method.getName() + "`" + since);
        }
        return byType.entrySet().stream()
                .map(type -> type.getKey() + ": " + String.join(", ", type.getValue()))
                .collect(joining("; "));
    }

    private static String shown(List<Method> tests, String reason) {
        Map<String, TreeSet<String>> byType = new TreeMap<>();
        for (Method test : tests) {
            byType.computeIfAbsent(test.getDeclaringClass().getSimpleName(), each -> new TreeSet<>())
                    .add(test.getName());
        }
        String names = byType.entrySet().stream()
                .map(type -> type.getKey() + ": " + String.join(", ", type.getValue()))
                .collect(joining("; "));
        return Stream.of(reason, names).filter(part -> !part.isEmpty()).collect(joining(". "));
    }
}
