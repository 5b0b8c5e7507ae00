package io.fluxring.reactor.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.StatLayout;
import io.fluxring.reactor.file.name.CallMemory;
import io.fluxring.reactor.file.name.NameCall;
import io.fluxring.reactor.file.stream.FileSource;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Asks what the file system knows of an open file. The name in the entry is empty: the file may have none, or another one by now. */
final class FileStatCall extends NameCall<FileStat> {
    private static final byte[] NO_NAME = {};

    private final FileSource.Open source;
    private @Nullable MemorySegment found;

    FileStatCall(FileSource.Open source) {
        super(source.loop(), Opcode.STATX, source.name());
        this.source = source;
    }

    @Override
    public void begin(Operation operation) {
        source.file().begin(operation);
    }

    @Override
    protected void prepare(Sqe sqe, CallMemory in) {
        MemorySegment room = in.room((int) StatLayout.BYTES);
        found = room;
        int descriptor = source.file().file().number();
        sqe.prepStat(descriptor, in.text(NO_NAME), Libc.AT_EMPTY_PATH, FileStat.MASK, room.address());
    }

    @Override
    public FileStat value(int result) {
        return FileStat.of(Objects.requireNonNull(found));
    }

    @Override
    public Throwable failure(int result) {
        return source.failureOf(opcode().name(), result);
    }

    @Override
    public void ended(Operation operation) {
        super.ended(operation);
        source.file().ended(operation);
    }
}
