package io.fluxring.core.file;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import java.util.function.IntConsumer;

/**
 * Makes what was written to a file durable, {@code fsync(2)}. A failure is not repeated: the kernel may have marked the pages as clean
 * by then, so that a second try would succeed without them.
 */
public final class FileSync extends Operation {
    private final OpenFile file;
    private final boolean dataOnly;
    private final IntConsumer synced;

    private FileSync(OpenFile file, boolean dataOnly, IntConsumer synced) {
        super(Opcode.FSYNC);
        this.file = file;
        this.dataOnly = dataOnly;
        this.synced = synced;
    }

    /**
     * Begins to sync. Covers what has been written when it is submitted.
     *
     * @param file open
     * @param dataOnly without those of its attributes that are not needed to read it, {@code fdatasync(2)}
     * @param synced is given 0, or a negated errno
     */
    public static void submit(OpenFile file, boolean dataOnly, IntConsumer synced) {
        FileSync sync = new FileSync(file, dataOnly, synced);
        file.begin(sync);
        file.loop().submit(sync);
    }

    @Override
    protected void prepare(Sqe sqe) {
        sqe.prepSync(file.file().number(), dataOnly ? Abi.FSYNC_DATASYNC : 0);
        sqe.flags(file.file().sqeFlags());
    }

    @Override
    protected void completed(int result, int flags) {
        if (result == Errno.EINTR.result()) {
            file.loop().submit(this);
            return;
        }
        try {
            synced.accept(result);
        } finally {
            file.ended(this);
        }
    }

    @Override
    protected String describe() {
        return file.file().toString();
    }
}
