package io.fluxring.core.refusal;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the system tells about itself without a native call: the JVM's properties and the files under {@code /proc}. Nothing here
 * throws: a text that can't be read is empty, a number is {@link #UNKNOWN}.
 */
public final class Host {
    public static final long UNKNOWN = -1;
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Numbers of {@code capabilities(7)}. */
    private static final int CAP_IPC_LOCK = 14;

    private static final int CAP_SYS_ADMIN = 21;

    /** Width of the names' column of {@code /proc/self/limits}. */
    private static final int LIMIT_NAME_CHARS = 26;

    private static final Pattern RELEASE = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    private final Path root;
    private final String system;
    private final String architecture;
    private final String release;

    /** A system whose {@code /proc} and {@code /sys} stand under a folder. */
    public Host(Path root, String system, String architecture, String release) {
        this.root = root;
        this.system = system;
        this.architecture = architecture;
        this.release = release;
    }

    /** This system. */
    public static Host here() {
        return new Host(
                Path.of("/"),
                System.getProperty("os.name", "?"),
                System.getProperty("os.arch", "?"),
                System.getProperty("os.version", "?"));
    }

    public String system() {
        return system;
    }

    public String architecture() {
        return architecture;
    }

    /** The kernel's release, such as {@code 6.18.44}. */
    public String release() {
        return release;
    }

    public boolean linux() {
        return system.equalsIgnoreCase("linux");
    }

    public static boolean littleEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }

    /** Whether the release is known to be this one or a newer one. */
    boolean releaseAtLeast(int major, int minor) {
        Matcher parts = RELEASE.matcher(release);
        if (!parts.matches()) {
            return false;
        }
        int first = Integer.parseInt(parts.group(1));
        return first > major || (first == major && Integer.parseInt(parts.group(2)) >= minor);
    }

    // ---- permissions

    /** The sysctl {@code kernel.io_uring_disabled}: 0, 1 or 2; empty before Linux 6.6. */
    public String ioUringDisabled() {
        return firstLine("proc/sys/kernel/io_uring_disabled");
    }

    /** The sysctl {@code kernel.io_uring_group}: who may have rings although the other one is 1. */
    String ioUringGroup() {
        return firstLine("proc/sys/kernel/io_uring_group");
    }

    /** Whether {@code kernel.io_uring_disabled} keeps this process from having a ring. */
    public boolean sysctlForbids() {
        return switch (ioUringDisabled()) {
            case "1" -> !(has(CAP_SYS_ADMIN) || inIoUringGroup());
            case "2" -> true;
            default -> false;
        };
    }

    private boolean inIoUringGroup() {
        // Within another user namespace the numbers are not those that the setting means.
        return inInitialUserNamespace()
                && Arrays.asList((status("Gid") + " " + status("Groups")).split("\\s+"))
                        .contains(ioUringGroup());
    }

    /** Whether a seccomp filter is in force; which calls it forbids can't be asked. */
    public boolean seccompFilter() {
        return status("Seccomp").equals("2");
    }

    /** What a security module calls this process; empty without one. */
    public String securityLabel() {
        return firstLine("proc/self/attr/current").replace("\0", "");
    }

    /** Whether the limit of locked memory does not hold for this process. */
    public boolean mayLockAnything() {
        return has(CAP_IPC_LOCK);
    }

    /** The kernel asks for these capabilities in the first user namespace: those of a container's root don't count. */
    private boolean has(int capability) {
        String effective = status("CapEff");
        try {
            return inInitialUserNamespace() && (Long.parseUnsignedLong(effective, 16) >>> capability & 1) != 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private boolean inInitialUserNamespace() {
        return firstLine("proc/self/uid_map").strip().replaceAll("\\s+", " ").equals("0 0 4294967295");
    }

    // ---- limits

    /** {@code RLIMIT_MEMLOCK} in bytes. */
    public long lockedMemoryLimitBytes() {
        return limit("Max locked memory");
    }

    /** {@code RLIMIT_NOFILE}. */
    public long openFilesLimit() {
        return limit("Max open files");
    }

    /** {@code RLIMIT_NPROC}, which counts threads. */
    public long tasksLimit() {
        return limit("Max processes");
    }

    /** How many descriptors this process has open. */
    public long openFiles() {
        long count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(root.resolve("proc/self/fd"))) {
            for (var _ : open) {
                count++;
            }
        } catch (IOException | RuntimeException e) {
            return UNKNOWN; // none is left to look with
        }
        return count - 1; // without the one that looked
    }

    /** How many tasks the control group may have. */
    public long groupTasksLimit() {
        return groupTasks("pids.max");
    }

    /** How many tasks the control group has. */
    public long groupTasks() {
        return groupTasks("pids.current");
    }

    private long groupTasks(String file) {
        for (String line : lines("proc/self/cgroup")) {
            String[] parts = line.split(":", 3);
            boolean unified = parts.length == 3 && parts[1].isEmpty();
            if (parts.length == 3 && (unified || parts[1].equals("pids"))) {
                String folder = "sys/fs/cgroup/" + (unified ? "" : "pids/") + parts[2].replaceFirst("^/+", "") + "/";
                long number = number(firstLine(folder + file));
                if (number != UNKNOWN) {
                    return number;
                }
            }
        }
        return UNKNOWN;
    }

    private long limit(String name) {
        for (String line : lines("proc/self/limits")) {
            if (line.startsWith(name) && line.length() > LIMIT_NAME_CHARS) {
                return number(line.substring(LIMIT_NAME_CHARS).strip().split("\\s+", 2)[0]);
            }
        }
        return UNKNOWN;
    }

    private static long number(String text) {
        if (text.equals("unlimited") || text.equals("max")) {
            return UNLIMITED;
        }
        return NUMBER.matcher(text).matches() ? Long.parseLong(text) : UNKNOWN;
    }

    // ---- files

    /** Of the calling thread: capabilities and filters are a thread's own. */
    private String status(String key) {
        for (String line : lines("proc/thread-self/status")) {
            if (line.startsWith(key + ":")) {
                return line.substring(key.length() + 1).strip();
            }
        }
        return "";
    }

    private String firstLine(String file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? "" : lines.getFirst().strip();
    }

    private List<String> lines(String file) {
        try {
            return Files.readAllLines(root.resolve(file), StandardCharsets.ISO_8859_1); // any byte will do
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
    }
}
