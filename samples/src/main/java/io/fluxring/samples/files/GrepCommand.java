package io.fluxring.samples.files;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code samples/run grep}: the lines of files that match, as {@code grep} prints them. */
@Command(
        name = "grep",
        description = "Prints the lines of files that match a pattern, a regular expression as Java has them.",
        sortOptions = false,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {"0:a line was found", "1:none was found", "2:a file could not be read, or the pattern is none"})
public final class GrepCommand implements Callable<Integer> {
    private static final int FAILURE = 2;

    @Parameters(index = "0", paramLabel = "PATTERN", description = "a line of it each is an alternative")
    private String pattern = "";

    @Parameters(
            index = "1..*",
            paramLabel = "FILE",
            converter = Name.Parser.class,
            description =
                    "a file, or - for standard input, which is read if there is none; with -r the current folder is")
    private List<Name> names = List.of();

    @Option(
            names = {"-F", "--fixed-strings"},
            description = "the pattern is a text, not an expression")
    private boolean fixed;

    @Option(
            names = {"-i", "--ignore-case"},
            description = "upper and lower case are the same")
    private boolean ignoreCase;

    @Option(
            names = {"-v", "--invert-match"},
            description = "the lines that do not match")
    private boolean inverted;

    @Option(
            names = {"-n", "--line-number"},
            description = "with the lines' numbers")
    private boolean numbered;

    @Option(
            names = {"-c", "--count"},
            description = "how many lines of each file, not the lines")
    private boolean count;

    @Option(
            names = {"-l", "--files-with-matches"},
            description = "the names of the files that have such a line")
    private boolean list;

    @Option(
            names = {"-q", "--quiet"},
            description = "print nothing; ends at the first line that is found")
    private boolean quiet;

    @Option(
            names = {"-s", "--no-messages"},
            description = "nothing about files that can't be read")
    private boolean silent;

    @Option(
            names = {"-h", "--no-filename"},
            description = "without the files' names")
    private boolean withoutNames;

    @Option(
            names = {"-H", "--with-filename"},
            description = "with the files' names, also when there is one file")
    private boolean withNames;

    @Option(
            names = {"-r", "--recursive"},
            description = "the files in folders as well, and in those below")
    private boolean recursive;

    // -h is not for help here
    @SuppressWarnings("UnusedVariable") // by picocli
    @Option(names = "--help", usageHelp = true, description = "show this and exit")
    private boolean help;

    @SuppressWarnings("UnusedVariable") // by picocli
    @Option(names = "--version", versionHelp = true, description = "print the version and exit")
    private boolean version;

    /** Made by picocli. */
    public GrepCommand() {}

    @Override
    public Integer call() {
        FileSearch.Wanted wanted = wanted();
        try (Program program = new Program("grep", FAILURE);
                Grep grep = new Grep(program, wanted, output(), silent)) {
            FileWalk files = new FileWalk(program, walk());
            int status = program.run(program.print(grep.search(files.targets(names))), 1);
            return grep.found() && (quiet || status == 1) ? 0 : status;
        }
    }

    private FileSearch.Wanted wanted() {
        boolean linesPrinted = !count && !list && !quiet;
        try {
            LinePattern lines = LinePattern.of(pattern, fixed, ignoreCase);
            return new FileSearch.Wanted(lines, inverted, numbered, linesPrinted, list || quiet);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(e.getDescription() + " in '" + e.getPattern() + "'", e);
        }
    }

    private Grep.Output output() {
        return quiet ? Grep.Output.NOTHING : list ? Grep.Output.NAMES : count ? Grep.Output.COUNTS : Grep.Output.LINES;
    }

    private FileWalk.Options walk() {
        boolean named = withNames || names.size() > 1;
        return new FileWalk.Options(recursive, named && !withoutNames, !withoutNames, silent);
    }
}
