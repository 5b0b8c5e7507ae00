package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.http.FileTransfers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Large files to and from a server, one at a time, each compared with what it should be, and what that costs the server. */
final class Transfers implements AutoCloseable {

    private static final double MEBIBYTE = 1 << 20;
    private static final double GIBIBYTE = 1 << 30;
    /** Beside the time that a transfer takes at the least pace that is waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final double LEAST_BYTES_PER_SECOND = 40 * MEBIBYTE;

    private final Workplace workplace;
    private final int core;
    private final WebfluxFiles files;
    private final long checksum;
    private @Nullable Child client;

    /** Transfers of files that have been made, by a client on one core. */
    Transfers(Workplace workplace, int core, WebfluxFiles files) throws IOException {
        this.workplace = workplace;
        this.core = core;
        this.files = files;
        this.checksum = WebfluxFiles.checksum(files.cached());
        if (checksum != WebfluxFiles.checksum(files.cold())) {
            throw new IOException("different contents: " + files.cached() + ", " + files.cold());
        }
    }

    /** Figures; none, after a line on the terminal, when the transfer failed or what came is not what went. */
    Optional<Figures> measure(Server.Running server, FileTransfer transfer) throws IOException, InterruptedException {
        files.prepare(transfer);
        long pid = server.child().pid();
        double before = ResidentPeak.reset(pid);
        Duration cpu = server.cpuTime();
        String answer = answer(command(server, transfer));
        double cpuSeconds = server.cpuTime().minus(cpu).toNanos() / 1e9;
        double peak = ResidentPeak.mebibytes(pid);
        if (!answer.startsWith("{")) {
            return failed(server, transfer, answer);
        }
        Figures moved = Figures.parse(answer);
        if (!isExact(transfer, moved)) {
            return failed(server, transfer, "what came is not what went: " + answer);
        }
        files.deleteUploads();
        double bytes = moved.get("bytes");
        return Optional.of(moved.with("pace", bytes / MEBIBYTE / moved.get("seconds"))
                .with("cpu", cpuSeconds / (bytes / GIBIBYTE))
                .with("resident", peak)
                .with("grown", peak - before));
    }

    private String command(Server.Running server, FileTransfer transfer) {
        String port = Integer.toString(server.port());
        Path uploaded = files.uploaded();
        return switch (transfer) {
            case DOWNLOAD_CACHED ->
                words(transfer, port, "/files/" + files.cached().getFileName());
            case DOWNLOAD_COLD -> words(transfer, port, "/files/" + files.cold().getFileName());
            case UPLOAD_RAW -> words(transfer, port, "/files/" + uploaded.getFileName(), files.cached());
            case UPLOAD_FORM -> words(transfer, port, "/files", files.cached(), uploaded.getFileName());
        };
    }

    private static String words(FileTransfer transfer, Object... rest) {
        StringBuilder words = new StringBuilder(transfer.verb());
        List.of(rest).forEach(word -> words.append(' ').append(word));
        return words.toString();
    }

    /** A client that has not answered has a transfer under way: the next one gets a new client. */
    private String answer(String command) throws IOException, InterruptedException {
        Child running = client;
        if (running == null) {
            running = Child.start(
                    "transfers",
                    Workplace.pinned(core, workplace.java(FileTransfers.class.getName())),
                    Map.of(),
                    workplace.log("transfers"));
            client = running;
        }
        running.tell(command);
        Optional<String> line = running.nextLine(PATIENCE.plusSeconds((long) (files.bytes() / LEAST_BYTES_PER_SECOND)));
        if (line.isEmpty()) {
            String complaint = running.complaint();
            close();
            return "no answer: " + complaint;
        }
        return line.get();
    }

    private boolean isExact(FileTransfer transfer, Figures moved) throws IOException {
        if (moved.get("bytes") != files.bytes()) {
            return false;
        }
        return transfer.isUpload()
                ? Files.size(files.uploaded()) == files.bytes() && WebfluxFiles.checksum(files.uploaded()) == checksum
                : moved.get("checksum") == checksum;
    }

    private static Optional<Figures> failed(Server.Running server, FileTransfer transfer, String reason) {
        System.err.printf("%s, %s: %s%n", server.server().name(), transfer.title(), reason);
        return Optional.empty();
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
