package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** How much memory of a process is resident, files that it has mapped included. */
final class ResidentPeak {

    private static final Pattern NOW = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
    private static final String RESET_PEAK = "5"; // see proc_pid_clear_refs(5)
    private static final double KIBIBYTES_IN_MEBIBYTE = 1024;

    private ResidentPeak() {}

    /** Begins anew; returns what is resident now, in MiB. */
    static double reset(long pid) throws IOException {
        Files.writeString(process(pid).resolve("clear_refs"), RESET_PEAK);
        return mebibytes(pid, NOW);
    }

    /** The most since the last reset, in MiB. */
    static double mebibytes(long pid) throws IOException {
        return mebibytes(pid, PEAK);
    }

    private static double mebibytes(long pid, Pattern line) throws IOException {
        MatchResult match = line.matcher(Files.readString(process(pid).resolve("status")))
                .results()
                .findFirst()
                .orElseThrow(() -> new IOException("no " + line + " of process " + pid));
        return Long.parseLong(match.group(1)) / KIBIBYTES_IN_MEBIBYTE;
    }

    private static Path process(long pid) {
        return Path.of("/proc", Long.toString(pid));
    }
}
