package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a process holds at a moment.
 *
 * @param heap live objects by class, empty when it is no JVM
 * @param outsideHeap bytes resident outside the Java heap, whose own pages stay resident after their objects have gone
 */
record ProcessMemory(Map<String, Usage> heap, long outsideHeap) {

    /** Objects of one class. */
    record Usage(long objects, long bytes) {

        static final Usage NONE = new Usage(0, 0);

        Usage plus(Usage other) {
            return new Usage(objects + other.objects, bytes + other.bytes);
        }

        Usage minus(Usage other) {
            return new Usage(objects - other.objects, bytes - other.bytes);
        }
    }

    /** Addresses, the end excluded. */
    private record Range(long start, long end) {

        static final Range EMPTY = new Range(0, 0);

        boolean contains(long address) {
            return address >= start && address < end;
        }
    }

    private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    /** {@code 3: 8000 512000 io.fluxring.Connection (io.fluxring@1)}. */
    private static final Pattern CLASS = Pattern.compile("\\s*\\d+:\\s+(\\d+)\\s+(\\d+)\\s+(\\S+).*");
    /** A generation's start, its committed end, and its reserved end. */
    private static final Pattern GENERATION =
            Pattern.compile("\\[0x(\\p{XDigit}+), 0x\\p{XDigit}+, 0x(\\p{XDigit}+)\\)");

    private static final Pattern MAPPING = Pattern.compile("(\\p{XDigit}+)-\\p{XDigit}+ .*");
    private static final Pattern RESIDENT = Pattern.compile("Rss:\\s+(\\d+) kB");
    private static final long KIBIBYTE = 1024;

    /** Measures a JVM, after a full collection. */
    static ProcessMemory ofJvm(long pid) throws IOException, InterruptedException {
        Map<String, Usage> classes = new TreeMap<>();
        for (String line : jcmd(pid, "GC.class_histogram")) {
            Matcher matcher = CLASS.matcher(line);
            if (matcher.matches()) {
                Usage usage = new Usage(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
                classes.merge(matcher.group(3), usage, Usage::plus);
            }
        }
        if (classes.isEmpty()) {
            throw new IOException("no class histogram of process " + pid);
        }
        return new ProcessMemory(classes, residentOutside(heapRange(pid), pid));
    }

    /** Measures another program. */
    static ProcessMemory ofNative(long pid) throws IOException {
        return new ProcessMemory(Map.of(), residentOutside(Range.EMPTY, pid));
    }

    /** What came since an earlier moment; classes without a change are left out. */
    ProcessMemory minus(ProcessMemory earlier) {
        Map<String, Usage> difference = new TreeMap<>(heap);
        earlier.heap.forEach((name, usage) -> difference.merge(name, Usage.NONE.minus(usage), Usage::plus));
        difference.values().removeIf(Usage.NONE::equals);
        return new ProcessMemory(difference, outsideHeap - earlier.outsideHeap);
    }

    Usage total() {
        return heap.values().stream().reduce(Usage.NONE, Usage::plus);
    }

    private static Range heapRange(long pid) throws IOException, InterruptedException {
        List<MatchResult> generations = jcmd(pid, "GC.heap_info").stream()
                .flatMap(line -> GENERATION.matcher(line).results())
                .toList();
        return new Range(
                generations.stream().mapToLong(g -> hex(g.group(1))).min().orElse(0),
                generations.stream().mapToLong(g -> hex(g.group(2))).max().orElse(0));
    }

    private static long residentOutside(Range heap, long pid) throws IOException {
        long kibibytes = 0;
        boolean counted = false;
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps"))) {
            Matcher mapping = MAPPING.matcher(line);
            Matcher resident = RESIDENT.matcher(line);
            if (mapping.matches()) {
                counted = !heap.contains(hex(mapping.group(1)));
            } else if (counted && resident.matches()) {
                kibibytes += Long.parseLong(resident.group(1));
            }
        }
        return kibibytes * KIBIBYTE;
    }

    private static long hex(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }

    private static List<String> jcmd(long pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(JCMD.toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(JCMD + " " + command + ": " + output.strip());
        }
        return output.lines().toList();
    }
}
