package io.fluxring.core.file.whole;

import io.fluxring.core.file.FileOpening;
import io.fluxring.core.file.FileSync;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;

/** Makes the names in a directory durable: those of new files, which a sync of the files themselves does not cover. */
final class DirectorySync {
    private DirectorySync() {}

    /**
     * Opens a directory, syncs it and closes it.
     *
     * @param directory its path
     * @param synced is given 0, or a negated errno
     */
    static void submit(RingLoop loop, MemorySegment directory, IntConsumer synced) {
        FileOpening.submit(loop, directory, Libc.O_RDONLY | Libc.O_DIRECTORY, 0, new FileOpening.Handler() {
            @Override
            public void opened(OpenFile file) {
                if (file.isOpen()) {
                    FileSync.submit(file, false, result -> file.close(closed -> synced.accept(result)));
                } else {
                    synced.accept(Errno.ECANCELED.result()); // the loop ends
                }
            }

            @Override
            public void failed(int result) {
                synced.accept(result);
            }
        });
    }
}
