package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A ring under test, a second one that looks at descriptors without disturbing it, and files to register. */
final class RegisterBench implements AutoCloseable {
    final KernelRing ring;
    private final KernelRing observer = KernelRing.open();
    private final List<Path> files = new ArrayList<>();

    RegisterBench() {
        this(KernelRing.open());
    }

    RegisterBench(KernelRing ring) {
        this.ring = ring;
    }

    /** A descriptor of a new file with this text, for reading. */
    int file(String text) {
        try {
            Path path = Files.createTempFile("fluxring", ".txt");
            files.add(path);
            Files.writeString(path, text);
            long address = observer.text(path.toString()).address();
            return ring.owned(
                    observer.run(sqe -> sqe.prepOpen(Libc.AT_FDCWD, address, Libc.O_RDONLY | Libc.O_CLOEXEC, 0))
                            .result());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The beginning of the file in a slot, or the errno that reading it ends with. */
    String readSlot(int slot) {
        MemorySegment memory = ring.allocate(16);
        Cqe cqe = ring.run(sqe -> sqe.prepRead(slot, memory.address(), 16, 0).fixedFile());
        return cqe.result() < 0 ? Errno.ofResult(cqe.result()).name() : text(memory, cqe.result());
    }

    static String text(MemorySegment memory, int lengthBytes) {
        return new String(memory.asSlice(0, lengthBytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    /** The counter of an eventfd, which is 0 afterwards. */
    long takeCounter(int eventFd) {
        MemorySegment counter = observer.allocate(Long.BYTES);
        Cqe cqe = observer.run(sqe -> sqe.prepRead(eventFd, counter.address(), Long.BYTES, -1, Libc.RWF_NOWAIT));
        if (cqe.failedWith(Errno.EAGAIN)) {
            return 0;
        }
        assertThat(cqe.result()).isEqualTo(Long.BYTES);
        return counter.get(ValueLayout.JAVA_LONG, 0);
    }

    @Override
    public void close() {
        ring.close();
        observer.close();
        try {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
