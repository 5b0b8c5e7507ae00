package io.fluxring.samples.doctor;

import io.fluxring.core.ring.Capabilities;
import io.fluxring.core.ring.Preflight;
import io.fluxring.core.ring.Preflight.Finding;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What the doctor says, by lines: the findings, what the kernel gives, and the verdict as the last line. */
final class Report {
    /** {@code IORING_SETUP_*} by their bits. */
    private static final List<String> SETUP_FLAGS = List.of(
            "IOPOLL",
            "SQPOLL",
            "SQ_AFF",
            "CQSIZE",
            "CLAMP",
            "ATTACH_WQ",
            "R_DISABLED",
            "SUBMIT_ALL",
            "COOP_TASKRUN",
            "TASKRUN_FLAG",
            "SQE128",
            "CQE32",
            "SINGLE_ISSUER",
            "DEFER_TASKRUN",
            "NO_MMAP",
            "REGISTERED_FD_ONLY",
            "NO_SQARRAY",
            "HYBRID_IOPOLL",
            "CQE_MIXED");

    /** {@code IORING_FEAT_*} by their bits. */
    private static final List<String> FEATURES = List.of(
            "SINGLE_MMAP",
            "NODROP",
            "SUBMIT_STABLE",
            "RW_CUR_POS",
            "CUR_PERSONALITY",
            "FAST_POLL",
            "POLL_32BITS",
            "SQPOLL_NONFIXED",
            "EXT_ARG",
            "NATIVE_WORKERS",
            "RSRC_TAGS",
            "CQE_SKIP",
            "LINKED_FILE",
            "REG_REG_RING",
            "RECVSEND_BUNDLE",
            "MIN_TIMEOUT",
            "RW_ATTR",
            "NO_IOWAIT");

    private static final int LINE_CHARS = 100;

    private final List<String> lines = new ArrayList<>();
    private final int nameChars;

    private Report(Preflight preflight) {
        nameChars = preflight.findings().stream()
                .mapToInt(finding -> finding.name().length())
                .max()
                .orElse(0);
    }

    static List<String> of(Preflight preflight) {
        Report report = new Report(preflight);
        preflight.findings().forEach(report::add);
        preflight.capabilities().ifPresent(report::add);
        report.lines.add("");
        report.lines.add(preflight
                .refusal()
                .map(refusal -> "io_uring can't be used here: " + refusal.getMessage())
                .orElse("io_uring works here"));
        return report.lines;
    }

    private void add(Finding finding) {
        String mark = switch (finding.state()) {
            case OK -> "ok";
            case WARNING -> "warning";
            case REFUSED -> "REFUSED";
        };
        add(mark, finding.name(), finding.found());
        if (!finding.remedy().isEmpty()) {
            add("", "", "-> " + finding.remedy());
        }
    }

    private void add(Capabilities capabilities) {
        lines.add("");
        lines.add("the kernel gives");
        add("", "release", capabilities.kernelRelease());
        add("", "setup flags", names(SETUP_FLAGS, capabilities.setupFlags()));
        add("", "features", names(FEATURES, capabilities.features()));
        add("", "registered ring", capabilities.registeredRing() ? "yes" : "no");
        String missing = Arrays.stream(Opcode.values())
                .filter(opcode -> !capabilities.supports(opcode))
                .map(opcode -> opcode + " (" + opcode.since() + ")")
                .collect(Collectors.joining(", "));
        add("", "operations", String.valueOf(capabilities.operations().cardinality()));
        add("", "missing ones", missing.isEmpty() ? "none" : missing);
    }

    private void add(String mark, String name, String text) {
        String margin = String.format("%-9s%-" + (nameChars + 2) + "s", mark, name);
        String rest = text;
        while (margin.length() + rest.length() > LINE_CHARS) {
            int end = rest.lastIndexOf(' ', LINE_CHARS - margin.length());
            if (end <= 0) {
                break;
            }
            lines.add(margin + rest.substring(0, end));
            margin = " ".repeat(margin.length());
            rest = rest.substring(end + 1);
        }
        lines.add(margin + rest);
    }

    /** Bits that have no name here are newer than this list. */
    private static String names(List<String> names, int bits) {
        List<String> set = new ArrayList<>();
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((bits >>> bit & 1) != 0) {
                set.add(bit < names.size() ? names.get(bit) : "bit " + bit);
            }
        }
        return set.isEmpty() ? "none" : String.join(", ", set);
    }
}
