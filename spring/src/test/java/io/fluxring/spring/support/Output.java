package io.fluxring.spring.support;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Standard output, which the log goes to, kept until this is closed. */
public final class Output implements AutoCloseable {
    private final PrintStream before = System.out;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

    /** Keeps what is written from now on. */
    public Output() {
        System.setOut(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int one) {
                        write(new byte[] {(byte) one}, 0, 1);
                    }

                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        kept.write(bytes, from, length);
                        before.write(bytes, from, length);
                    }
                },
                true,
                StandardCharsets.UTF_8));
    }

    /** Lines that contain something. */
    public List<String> lines(String part) {
        return kept.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(part))
                .toList();
    }

    @Override
    public void close() {
        System.setOut(before);
    }
}
