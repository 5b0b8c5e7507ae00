package io.fluxring.core.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.preflight.Preflight.Finding;
import io.fluxring.core.preflight.Preflight.State;
import io.fluxring.core.refusal.Host;
import io.fluxring.core.refusal.Refusal;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.setup.RingUnavailableException.Reason;
import io.fluxring.core.sys.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of an error, by what {@code /proc} says: what would take another machine to provoke. */
class RefusalTest {
    private static final String FIRST_NAMESPACE = "         0          0 4294967295\n";
    private static final String ALL_CAPABILITIES = "000001ffffffffff";
    private static final String NO_CAPABILITY = "0000000000000000";

    @TempDir
    Path root;

    @BeforeEach
    void anOrdinaryUser() throws IOException {
        write("proc/sys/kernel/io_uring_disabled", "0\n");
        write("proc/sys/kernel/io_uring_group", "-1\n");
        write("proc/self/uid_map", FIRST_NAMESPACE);
        status(NO_CAPABILITY, "1000 1001", 0);
        limits("8388608");
    }

    private Host host() {
        return new Host(root, "Linux", "amd64", "6.18.44");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void status(String capabilities, String groups, int seccomp) throws IOException {
        write(
                "proc/thread-self/status",
                "Name:\tjava\nGid:\t1000\t1000\t1000\t1000\nGroups:\t" + groups + " \nCapEff:\t" + capabilities
                        + "\nSeccomp:\t" + seccomp + "\nSeccomp_filters:\t" + seccomp / 2 + "\n");
    }

    private void limits(String lockedMemory) throws IOException {
        write(
                "proc/self/limits",
                "Limit                     Soft Limit           Hard Limit           Units     \n"
                        + "Max processes             100                  unlimited            processes \n"
                        + "Max open files            1024                 524288               files     \n"
                        + String.format(
                                "%-26s%-21s%-21s%-10s%n", "Max locked memory", lockedMemory, "unlimited", "bytes"));
    }

    private RingUnavailableException refusal(Errno errno) {
        return Refusal.ofSetup(host(), errno.result(), RingConfig.defaults());
    }

    private Finding finding(String name, RingUnavailableException refusal) {
        List<Finding> findings = Inspection.of(host(), RingConfig.defaults(), true, refusal);
        return findings.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(Errno.class)
    void everyAnswerIsOneLineWithoutLooseEnds(Errno errno) {
        RingUnavailableException refusal = refusal(errno);
        assertThat(refusal.getMessage())
                .startsWith(refusal.found())
                .endsWith(refusal.remedy())
                .doesNotContain("\n", "null")
                .doesNotEndWith(": ");
        assertThat(refusal.remedy().isEmpty()).isEqualTo(refusal.getMessage().equals(refusal.found()));
    }

    // ---- kernel.io_uring_disabled

    @Test
    void switchedOffForAll() throws IOException {
        write("proc/sys/kernel/io_uring_disabled", "2\n");
        status(ALL_CAPABILITIES, "", 2); // not even root may, whatever else there is
        RingUnavailableException refusal = refusal(Errno.EPERM);
        assertThat(refusal.reason()).isEqualTo(Reason.DISABLED_BY_SYSCTL);
        assertThat(refusal.found()).contains("switched off on this machine (kernel.io_uring_disabled=2)");
        assertThat(refusal.remedy())
                .contains("sysctl kernel.io_uring_disabled=0")
                .doesNotContain("group");
    }

    /** Who may have rings although the setting is 1 is refused by something else. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, -1,   first, DISABLED_BY_SYSCTL",
        "0000000000000000, 4711, first, DISABLED_BY_SYSCTL",
        "0000000000000000, 1001, first, FORBIDDEN_BY_SECCOMP",
        "0000000000000000, 1000, first, FORBIDDEN_BY_SECCOMP",
        "0000000000200000, -1,   first, FORBIDDEN_BY_SECCOMP",
        "000001ffffdfffff, -1,   first, DISABLED_BY_SYSCTL",
        "000001ffffffffff, -1,   inner, DISABLED_BY_SYSCTL",
        "0000000000000000, 1001, inner, DISABLED_BY_SYSCTL",
    })
    void reservedForThePrivileged(String capabilities, String group, String namespace, Reason reason)
            throws IOException {
        write("proc/sys/kernel/io_uring_disabled", "1\n");
        write("proc/sys/kernel/io_uring_group", group + "\n");
        write("proc/self/uid_map", namespace.equals("first") ? FIRST_NAMESPACE : "0 100000 65536\n");
        status(capabilities, "7 1001", 2);
        assertThat(refusal(Errno.EPERM).reason()).isEqualTo(reason);
    }

    // ---- seccomp, security modules, old kernels

    @Test
    void aFilterIsToldFromASecurityModule() throws IOException {
        write("proc/self/attr/current", "system_u:system_r:container_t:s0:c1,c2\0");
        assertThat(refusal(Errno.EACCES).getMessage())
                .contains("a security module forbids io_uring to system_u:system_r:container_t:s0:c1,c2 (EACCES)");
        status(NO_CAPABILITY, "", 2);
        assertThat(refusal(Errno.EPERM).reason()).isEqualTo(Reason.FORBIDDEN_BY_SECCOMP);
        assertThat(finding("security module", refusal(Errno.EPERM)).found())
                .isEqualTo("runs as system_u:system_r:container_t:s0:c1,c2");
    }

    @ParameterizedTest
    @CsvSource({
        "4.19.0, 2, KERNEL_TOO_OLD",
        "5.0.21-generic, 2, KERNEL_TOO_OLD",
        "5.1.0, 2, FORBIDDEN_BY_SECCOMP",
        "10.0, 2, FORBIDDEN_BY_SECCOMP",
        "6.18.44, 0, KERNEL_TOO_OLD",
        "strange, 2, KERNEL_TOO_OLD"
    })
    void anAbsentCallIsHiddenOrTooNew(String release, int seccomp, Reason reason) throws IOException {
        status(NO_CAPABILITY, "", seccomp);
        Host host = new Host(root, "Linux", "amd64", release);
        RingUnavailableException refusal = Refusal.ofSetup(host, Errno.ENOSYS.result(), RingConfig.defaults());
        assertThat(refusal.reason()).isEqualTo(reason);
    }

    // ---- memory

    @Test
    void lockedMemory() throws IOException {
        assertThat(refusal(Errno.ENOMEM).reason()).isEqualTo(Reason.LOCKED_MEMORY_LIMIT);
        assertThat(refusal(Errno.ENOMEM).found()).contains("of 8192 KiB", "1024 and 16384 entries, 324 KiB");
        limits("unlimited");
        assertThat(refusal(Errno.ENOMEM).reason()).isEqualTo(Reason.OTHER);
        assertThat(refusal(Errno.ENOMEM).getMessage()).contains("no memory", "control group");
        limits("65536");
        status(ALL_CAPABILITIES, "", 0);
        assertThat(refusal(Errno.ENOMEM).reason()).isEqualTo(Reason.OTHER);
        write("proc/self/uid_map", "0 100000 65536\n"); // a container's root is nobody outside
        assertThat(refusal(Errno.ENOMEM).reason()).isEqualTo(Reason.LOCKED_MEMORY_LIMIT);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 8192", "64, 256, 12288", "65, 257, 20480", "1024, 16384, 331776", "32768, 65536, 3149824"})
    void whatARingLocks(int submission, int completion, long bytes) {
        assertThat(Refusal.lockedBytes(RingConfig.defaults().withEntries(submission, completion)))
                .isEqualTo(bytes);
    }

    // ---- the preflight's own

    @Test
    void nothingIsThereToBeRead() throws IOException {
        Host nothing = new Host(root.resolve("nowhere"), "Linux", "amd64", "?");
        for (Errno errno : Errno.values()) {
            assertThat(Refusal.ofSetup(nothing, errno.result(), RingConfig.defaults())
                            .getMessage())
                    .doesNotContain("-1", "null");
        }
        List<Finding> findings = Inspection.of(nothing, RingConfig.defaults(), true, null);
        assertThat(findings).hasSize(10).allSatisfy(finding -> {
            assertThat(finding.state()).isEqualTo(State.OK);
            assertThat(finding.found()).doesNotContain("-1");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"0::/", "0::/system.slice/java.service", "8:pids:/docker/abc\n0::/"})
    void theGroupsLimitOfTasks(String groups) throws IOException {
        write("proc/self/cgroup", "5:cpu:/elsewhere\n" + groups + "\n");
        String folder = "sys/fs/cgroup/" + (groups.startsWith("8:pids") ? "pids/docker/abc" : groups.substring(4));
        write(folder + "/pids.max", "100\n");
        write(folder + "/pids.current", "36\n");
        assertThat(finding("tasks", null).state()).isEqualTo(State.OK);
        write(folder + "/pids.current", "37\n");
        assertThat(finding("tasks", null))
                .isEqualTo(new Finding(
                        "tasks",
                        State.WARNING,
                        "100 for the user, 100 for the control group",
                        "raise the limit (ulimit -u, pids.max): the kernel's workers count"));
        write(folder + "/pids.max", "max\n");
        assertThat(finding("tasks", null).found()).isEqualTo("100 for the user, unlimited for the control group");
    }

    @Test
    void thisMachine() {
        Preflight preflight = Preflight.check(RingConfig.defaults().withEntries(8, 16));
        assertThat(preflight.ready()).as("%s", preflight).isTrue();
        assertThat(preflight.refusal()).isEmpty();
        assertThat(preflight.capabilities())
                .hasValueSatisfying(capabilities ->
                        assertThat(capabilities.operationCount()).isPositive());
        assertThat(preflight.findings())
                .extracting(Finding::name)
                .containsExactly(
                        "operating system",
                        "kernel",
                        "native access",
                        "kernel.io_uring_disabled",
                        "seccomp",
                        "security module",
                        "locked memory",
                        "open files",
                        "tasks",
                        "trial ring");
        assertThat(preflight.toString().lines()).hasSize(11);
    }

    @Test
    void fromAVirtualThread() throws InterruptedException {
        boolean[] ready = new boolean[1];
        Thread.ofVirtual()
                .start(() -> ready[0] = Preflight.check(RingConfig.defaults().withEntries(8, 16))
                        .ready())
                .join();
        assertThat(ready[0]).isTrue();
    }
}
