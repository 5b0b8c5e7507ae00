package io.fluxring.benchmarks.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Moves a file for each line that it reads, one after the other, and prints how that went. It stays, so that it is warm like the server. The
 * lines: {@code get PORT PATH}, {@code put PORT PATH FILE}, {@code post PORT PATH FILE NAME}.
 */
public final class FileTransfers {

    private FileTransfers() {}

    /**
     * The entry point.
     *
     * @param arguments none
     * @throws IOException when the standard input can't be read
     */
    public static void main(String[] arguments) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String answer;
                try {
                    answer = transfer(line.split(" "));
                } catch (IOException e) {
                    answer = "failed: " + e;
                }
                System.out.println(answer);
            }
        }
    }

    private static String transfer(String[] words) throws IOException {
        long start = System.nanoTime();
        long bytes;
        long checksum = 0; // of what was sent the other end has the file
        try (FileExchange exchange = new FileExchange(Integer.parseInt(words[1]))) {
            switch (words[0]) {
                case "get" -> {
                    FileExchange.Body body = exchange.get(words[2]);
                    bytes = body.bytes();
                    checksum = body.checksum();
                }
                case "put" -> bytes = exchange.put(words[2], whole(words[3]), moved -> true);
                case "post" -> bytes = exchange.post(words[2], words[4], whole(words[3]));
                default -> throw new IOException("unknown: " + words[0]);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return String.format(Locale.ROOT, "{\"bytes\":%d,\"seconds\":%.6f,\"checksum\":%d}", bytes, seconds, checksum);
    }

    private static FileExchange.Source whole(String file) throws IOException {
        Path path = Path.of(file);
        return new FileExchange.Source(path, Files.size(path));
    }
}
