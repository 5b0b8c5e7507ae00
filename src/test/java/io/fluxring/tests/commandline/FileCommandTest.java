package io.fluxring.tests.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code samples/run cat}, {@code grep} and {@code sum}, compared with the system's programs. */
class FileCommandTest {
    @TempDir
    Path folder;

    private Shell shell;

    @BeforeEach
    void files() throws IOException {
        shell = new Shell(folder);
        Shell.Outcome made = shell.system("""
            mkdir d && printf 'foo\\nbar foo\\nx\\n' > a && printf 'foo\\0bar\\nfoo\\n' > binary
            printf 'caf\\351 foo\\nfoo\\n' > latin && : > empty && printf 'no end foo' > noend && printf 'foo\\r\\n' > cr
            printf 1 > $'new\\nline'; printf 2 > 'back\\slash'; printf 3 > $'return\\r'; printf 4 > $'umlaut\\303\\244'
            printf 5 > $'latin\\344'; printf 'foo\\n' > 'a b'; printf 'foo\\n' > d/below; ln -s ../a d/link; seq 200000 > many\
            """);
        assertThat(made).isEqualTo(new Shell.Outcome(0, "", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cat a binary empty many",
                "cat a none d 'a c' \"it's\" $'no\\nne' '' a/ noend",
                "cat < a; cat - < a; cat a - noend < binary",
                "cat $'new\\nline' $'latin\\344' $'umlaut\\303\\244' $'none\\344'",
                "cat /proc/version /proc/filesystems",
                "cat many > out; cmp many out; echo first > out; cat many >> out; cksum out",
                "cat many | head -2; echo ${PIPESTATUS[0]}",
                "cat many > /dev/full",
                "cat a >> a; cat < a >> a; cat empty >> empty",
                "rm -f fifo; mkfifo fifo; command cat many > fifo & cat fifo | cksum",
                "rm -f fifo; mkfifo fifo; cat many > fifo & cksum < fifo",
                "cat --none > /dev/null 2>&1"
            })
    void cat(String script) throws IOException {
        shell.same(script);
    }

    /** Beyond 2 GiB, and with a pipe that takes less than is there. */
    @Test
    void largeFiles() throws IOException {
        shell.same(
                "truncate -s 2100M sparse; printf end >> sparse; cat sparse | tail -c 5 | od -c; grep -c e.d sparse");
    }

    /** Java's arguments are text; names are not. */
    @Test
    void namesInAnyLocale() throws IOException {
        shell.withLocale("C").same("cat $'umlaut\\303\\244' $'latin\\344'; sha256sum *; grep -c 4 uml*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sha256sum *",
                "sha256sum < a; sha256sum - a none 'a c' < many",
                "sha256sum /proc/version /dev/null",
                "sha256sum a binary back* new* > sums; sha256sum -c sums; echo y > a; rm binary; sha256sum -c sums",
                "(sha256sum a; echo bad; echo; sha256sum --tag 'a b' back*) > sums 2> /dev/null; sha256sum -c sums",
                "sha256sum a 'a b' > sums; echo y >> a; sha256sum -c --quiet sums; sha256sum --status -c sums",
                "sha256sum a 'a b' > sums; rm a; sha256sum -c --ignore-missing sums; rm 'a b'; sha256sum -c"
                        + " --ignore-missing sums",
                "(sha256sum a; echo bad) > sums; sha256sum -c --strict -w sums; sha256sum -c sums < /dev/null;"
                        + " sha256sum -c < sums",
                "sha256sum a | sed 's/$/\\r/' > sums; sha256sum -c sums; sha256sum -c none /dev/null"
            })
    void sum(String script) throws IOException {
        shell.same(script.replace("--tag", "")); // written in the usual form only
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grep foo a binary latin empty noend cr",
                "grep -c foo a binary latin empty; grep -l foo a binary empty; grep -q foo none a; grep -q foo a none",
                "grep foo none a d 'a c'; grep -s foo none d; grep zzz a",
                "grep -v foo a noend binary; grep -vc foo binary; grep -vn foo a; grep -v x empty",
                "grep -n foo a; grep -nH foo a; grep -ch foo a binary; grep -in FOO a noend; grep -h foo a noend",
                "grep -F b.r a; grep -F foo a; grep '' a empty noend; grep $'foo\\nx' a; grep 'foo$' cr; grep '^x$' a",
                "grep foo < a; grep -H foo - < a; grep -c foo a - < noend; grep foo a - < a",
                "grep 9999 many; grep -c 7 many; grep -n '77.77' many; grep -vc 1 many",
                "grep -c $'\\303\\244' a umlaut*; grep -r foo d; grep -rh foo d a; grep -rc foo none d",
                "grep foo a noend > out; command cat out; grep foo a out >> out",
                "grep 1 many > /dev/full; grep 1 many | head -1; echo ${PIPESTATUS[0]}"
            })
    void grep(String script) throws IOException {
        shell.same(script);
    }

    /** The order is that of the directory, which is not the same for each way to read it. */
    @Test
    void grepBelow() throws IOException {
        shell.same("grep -rl foo . | sort; cd d; grep -r foo | sort");
    }

    @Test
    void aPatternThatIsNone() throws IOException {
        Shell.Outcome outcome = shell.samples("grep '(' a");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.errors()).isEqualTo("grep: Unclosed group in '('\n");
    }
}
