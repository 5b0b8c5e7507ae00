package io.fluxring.samples.doctor;

import io.fluxring.core.preflight.Preflight;
import io.fluxring.core.preflight.Preflight.Finding;
import io.fluxring.core.ring.Capabilities;
import io.fluxring.core.sys.Opcode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the doctor says, by lines: the findings, what the kernel gives, and the verdict as the last line. */
final class Report {
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
        add("", "setup flags", names(capabilities.setupFlags()));
        add("", "features", names(capabilities.features()));
        add("", "registered ring", capabilities.registeredRing() ? "yes" : "no");
        String missing = Arrays.stream(Opcode.values())
                .filter(opcode -> !capabilities.supports(opcode))
                .map(opcode -> opcode + " (" + opcode.since() + ")")
                .collect(Collectors.joining(", "));
        add("", "operations", String.valueOf(capabilities.operationCount()));
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

    private static String names(Set<?> set) {
        return set.isEmpty() ? "none" : set.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}
