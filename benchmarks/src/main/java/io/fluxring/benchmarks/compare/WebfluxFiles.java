package io.fluxring.benchmarks.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * The folder that the sample {@code webflux} serves: one large file that is in memory, which is uploaded as well, one that is not, and
 * smaller ones that are the traffic beside small requests.
 *
 * @param traffic the smaller ones, and the folder
 * @param bytes how large the first two are
 * @param uploads how many uploads are in that traffic
 */
record WebfluxFiles(ColdFiles traffic, long bytes, int uploads) {

    private static final int BUFFER_BYTES = 1 << 20;

    Path cached() {
        return traffic.folder().resolve("cached");
    }

    Path cold() {
        return traffic.folder().resolve("cold");
    }

    /** What the measured uploads become. */
    Path uploaded() {
        return traffic.folder().resolve("uploaded");
    }

    /** What the uploads of the traffic become. */
    List<String> pushed() {
        return IntStream.range(0, uploads).mapToObj(i -> "pushed-" + i).toList();
    }

    /** Makes those that are not there yet in their size. */
    void make() throws IOException, InterruptedException {
        traffic.make();
        for (Path file : List.of(cached(), cold())) {
            if (!Files.exists(file) || Files.size(file) != bytes) {
                FileSet.fill(file, bytes);
            }
        }
        PageCache.drop(cold());
        PageCache.load(cached());
        PageCache.flush(cached());
    }

    /** Has the folder as a transfer wants it. */
    void prepare(FileTransfer transfer) throws IOException, InterruptedException {
        if (transfer == FileTransfer.DOWNLOAD_COLD) {
            PageCache.drop(cold());
        }
        if (transfer.isUpload()) {
            Files.deleteIfExists(uploaded());
        }
    }

    /** What was uploaded and is not on the device yet need not get there: it would disturb what comes next. */
    void deleteUploads() throws IOException {
        Files.deleteIfExists(uploaded());
        for (String name : pushed()) {
            Files.deleteIfExists(traffic.folder().resolve(name));
        }
    }

    void delete() throws IOException {
        deleteUploads();
        Files.deleteIfExists(cached());
        Files.deleteIfExists(cold());
        traffic.delete();
    }

    /** CRC-32C of all that a file has. */
    static long checksum(Path file) throws IOException {
        CRC32C checksum = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (FileChannel channel = FileChannel.open(file)) {
            while (channel.read(buffer.clear()) >= 0) {
                checksum.update(buffer.flip());
            }
        }
        return checksum.getValue();
    }
}
