package io.fluxring.reactor.file.stream;

import io.fluxring.core.fd.FileRef;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.file.ReadPlan;
import io.fluxring.core.file.WritePlan;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.name.PathBytes;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file of an operator: one that is open, or one that is opened for each subscription and closed at its end. */
public sealed interface FileSource {
    /** A file's own position. */
    long CURRENT = ReadPlan.CURRENT;

    /** A file's end, whatever it is by then. */
    long END = WritePlan.APPEND;

    /** The loop that works on it. */
    RingLoop loop();

    /** What messages call it. */
    String name();

    /** Where a stream begins that is not told where to. */
    long firstPosition();

    /** The exception for a result. */
    default RingException failure(String operation, @Nullable FileRef file, int result) {
        return RingException.of(
                operation, file, name(), result, Errno.ofResult(result).remedy());
    }

    /** The failure of a write, of which so many bytes are there. */
    default RingException writeFailure(RingException failure, long bytes) {
        return failure.transferred(bytes);
    }

    /**
     * A file that stays open.
     *
     * @param file open, or closed by now
     * @param name its path
     * @param firstPosition its start, or its own position
     */
    record Open(OpenFile file, String name, long firstPosition) implements FileSource {
        @Override
        public RingLoop loop() {
            return file.loop();
        }

        /** The exception for a result of an operation on the file, which may be closed by now. */
        public RingException failureOf(String operation, int result) {
            return file.isOpen()
                    ? failure(operation, file.file(), result)
                    : RingException.closed(operation, file.file());
        }
    }

    /**
     * A file that is opened.
     *
     * @param loop opens it
     * @param path its name
     * @param mode how it is opened
     */
    record Named(RingLoop loop, Path path, OpenMode mode) implements FileSource {
        @Override
        public String name() {
            return PathBytes.text(path);
        }

        @Override
        public long firstPosition() {
            return 0;
        }
    }

    /**
     * A file that is open already, and stays open.
     *
     * @param loop works on it
     * @param descriptor its number
     */
    record Shared(RingLoop loop, int descriptor) implements FileSource {
        @Override
        public String name() {
            return "";
        }

        @Override
        public long firstPosition() {
            return CURRENT;
        }
    }

    /**
     * A file whose contents are replaced at once, when all of the new ones are there.
     *
     * @param loop does it
     * @param path its name
     */
    record Replaced(RingLoop loop, Path path) implements FileSource {
        @Override
        public String name() {
            return path.toString();
        }

        @Override
        public long firstPosition() {
            return 0;
        }

        /** What was written is gone. */
        @Override
        public RingException writeFailure(RingException failure, long bytes) {
            return failure;
        }
    }
}
