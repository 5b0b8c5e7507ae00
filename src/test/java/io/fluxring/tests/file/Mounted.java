package io.fluxring.tests.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** File systems that a test mounts, which only root may; their unmounting shows that every file was released. */
final class Mounted implements AutoCloseable {
    private final List<Path> mounts = new ArrayList<>();

    /** A file system in memory with so many bytes. */
    Path memory(Path at, long bytes) throws IOException {
        return mount(at, "mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", at.toString());
    }

    /** A file system that promises more bytes than its device has: writes succeed, and their sync fails. */
    Path deceptive(Path directory, long promisedBytes, long bytes) throws IOException {
        Path disk = memory(directory.resolve("memory"), bytes).resolve("disk");
        try (var file = Files.newByteChannel(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.position(promisedBytes - 1).write(ByteBuffer.wrap(new byte[1]));
        }
        run("mkfs.ext2", "-q", "-F", disk.toString());
        Path at = directory.resolve("deceptive");
        return mount(at, "mount", "-o", "loop", disk.toString(), at.toString());
    }

    private Path mount(Path at, String... command) throws IOException {
        Files.createDirectories(at);
        run(command);
        mounts.addFirst(at);
        return at;
    }

    private static void run(String... command) throws IOException {
        Assumptions.assumeTrue(status(command) == 0, () -> "needs root, and " + String.join(" ", command));
    }

    private static int status(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Fails when a file of it is open. */
    @Override
    public void close() throws IOException {
        for (Path at : mounts) {
            if (status("umount", at.toString()) != 0) {
                status("umount", "-l", at.toString());
                throw new AssertionError("something on " + at + " is in use");
            }
        }
    }
}
