package io.fluxring.samples.files;

import io.fluxring.reactor.file.RingFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** Checks the files of one list against the digests that stand there. */
final class SumCheck {
    private static final int LONGEST_LINE_BYTES = 1 << 20;

    /**
     * What becomes a line of the output.
     *
     * @param ignoreMissing files that are not there are passed over
     * @param quiet no line for a file that is as it was
     * @param statusOnly no lines, and no warnings about them
     * @param strict a line that is none is a failure
     * @param warn whether each such line is named
     */
    record Options(boolean ignoreMissing, boolean quiet, boolean statusOnly, boolean strict, boolean warn) {}

    private final Program program;
    private final Digest digest;
    private final Options options;
    private final Name list;
    private final String listInMessage;

    private long lineNumber;
    private long proper;
    private long improper;
    private long matched;
    private long unreadable;
    private long different;

    SumCheck(Program program, Digest digest, Options options, Name list) {
        this.program = program;
        this.digest = digest;
        this.options = options;
        this.list = list;
        this.listInMessage = list.isStandardInput() ? "'standard input'" : list.inMessage();
    }

    /** A line for each file of the list, for standard output. */
    Flux<ByteBuffer> lines() {
        return Flux.usingWhen(
                        program.open(list),
                        file -> file.read().lines(StandardCharsets.ISO_8859_1, LONGEST_LINE_BYTES),
                        RingFile::close)
                .handle(this::parse)
                .flatMapSequential(this::check, Digest.AT_A_TIME, 1)
                .<ByteBuffer>handle(this::print)
                .doOnComplete(this::summarize)
                .onErrorResume(e -> {
                    program.fail(listInMessage + ": " + ErrorText.of(e));
                    return Flux.empty();
                });
    }

    private void parse(String line, SynchronousSink<SumLine> sink) {
        lineNumber++;
        if (!line.isEmpty() && !line.startsWith("#")) {
            SumLine.parse(line).ifPresentOrElse(sink::next, this::noSumLine);
        }
    }

    /** A line of the list, and what is there. */
    private record Checked(SumLine line, Digest.Result result) {}

    private Mono<Checked> check(SumLine line) {
        return digest.resultOf(line.file()).map(result -> new Checked(line, result));
    }

    private void print(Checked checked, SynchronousSink<ByteBuffer> sink) {
        proper++;
        Name file = checked.line.file();
        Throwable failure = checked.result.failure();
        if (options.ignoreMissing && failure != null && ErrorText.isMissing(failure)) {
            return;
        }
        String verdict;
        if (failure != null) {
            unreadable++;
            program.fail(file.inMessage() + ": " + ErrorText.of(failure));
            verdict = "FAILED open or read";
        } else if (checked.result.digest().equals(checked.line.digest())) {
            matched++;
            verdict = "OK";
        } else {
            different++;
            verdict = "FAILED";
        }
        if (!options.statusOnly && !(options.quiet && verdict.equals("OK"))) {
            boolean escaped = file.bytes().indexOf('\n') >= 0;
            String name = escaped ? "\\" + SumLine.escape(file.bytes()) : file.bytes();
            sink.next(Program.line(name + ": " + verdict));
        }
    }

    private void summarize() {
        if (proper == 0) {
            program.fail(listInMessage + ": no properly formatted checksum lines found");
            return;
        }
        warn(improper, "line is improperly formatted", "lines are improperly formatted");
        warn(unreadable, "listed file could not be read", "listed files could not be read");
        warn(different, "computed checksum did NOT match", "computed checksums did NOT match");
        if (options.ignoreMissing && matched == 0) {
            program.fail(listInMessage + ": no file was verified");
        }
        if (unreadable + different > 0 || (options.strict && improper > 0)) {
            program.fail();
        }
    }

    private void warn(long count, String one, String several) {
        if (count > 0 && !options.statusOnly) {
            program.warn("WARNING: " + count + " " + (count == 1 ? one : several));
        }
    }

    private void noSumLine() {
        improper++;
        if (options.warn) {
            program.warn(listInMessage + ": " + lineNumber + ": improperly formatted SHA256 checksum line");
        }
    }
}
