package io.fluxring.reactor.file.stream;

import io.fluxring.core.fd.RawFd;
import io.fluxring.core.file.FileOpening;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.file.whole.FileReplacement;
import io.fluxring.core.file.whole.PathOperation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.name.PathBytes;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One subscription's use of its {@link FileSource}. Belongs to the loop's thread. */
public final class FileUse {
    /** Of a file that is made, before the umask. */
    private static final int PERMISSIONS = 0666;

    private final FileSource source;
    private @Nullable FileOpening opening;
    private @Nullable OpenFile opened; // to be closed at the end
    private @Nullable FileReplacement replacement;
    private boolean isAbandoned;

    /** A use that has not begun. */
    public FileUse(FileSource source) {
        this.source = source;
    }

    /**
     * Gets the file, at once or later, unless {@link #callOff} comes before.
     *
     * @param got is given the file
     * @param failed gets the reason why there is none
     */
    public void begin(Consumer<OpenFile> got, Consumer<RingException> failed) {
        switch (source) {
            case FileSource.Open open -> got.accept(open.file());
            case FileSource.Named(RingLoop loop, Path path, OpenMode mode) ->
                opening = FileOpening.submit(
                        loop, PathBytes.of(path), mode.flags(), PERMISSIONS, new FileOpening.Handler() {
                            @Override
                            public void opened(OpenFile file) {
                                opening = null;
                                opened = file;
                                if (isAbandoned) {
                                    abandon(() -> {});
                                } else {
                                    got.accept(file);
                                }
                            }

                            @Override
                            public void failed(int result) {
                                opening = null;
                                if (!isAbandoned) {
                                    failed.accept(notOpened(result));
                                }
                            }
                        });
            case FileSource.Shared(RingLoop loop, int descriptor) ->
                FileOpening.share(loop, descriptor, new FileOpening.Handler() {
                    @Override
                    public void opened(OpenFile file) {
                        got.accept(file);
                    }

                    @Override
                    public void failed(int result) {
                        failed.accept(source.failure("FCNTL", new RawFd(descriptor), result));
                    }
                });
            case FileSource.Replaced(RingLoop loop, Path path) -> replace(loop, path, got, failed);
        }
    }

    private RingException notOpened(int result) {
        String remedy = result == Errno.ENXIO.result()
                ? "a FIFO that no process reads can't be written, nor a device that is not there"
                : Errno.ofResult(result).remedy();
        return RingException.of("OPENAT", null, source.name(), result, remedy);
    }

    private void replace(RingLoop loop, Path path, Consumer<OpenFile> got, Consumer<RingException> failed) {
        replacement = FileReplacement.begin(loop, PathBytes.of(path), new FileReplacement.Handler() {
            @Override
            public void opened(OpenFile file) {
                got.accept(file);
            }

            @Override
            public void failed(FileReplacement.Step step, int result) {
                replacement = null;
                failed.accept(failure(step, result));
            }
        });
    }

    private RingException failure(FileReplacement.Step step, int result) {
        String operation = switch (step) {
            case OPEN_DIRECTORY -> "OPENAT directory of";
            case STAT -> "STATX";
            case OPEN -> "OPENAT temporary file for";
            case ATTRIBUTES -> "FCHMOD temporary file for";
            case SYNC -> "FSYNC";
            case RENAME -> "RENAMEAT";
            case SYNC_DIRECTORY -> "FSYNC directory of";
        };
        return source.failure(operation, null, result);
    }

    /** The file is not wanted any more, if it has not come yet. */
    public void callOff() {
        FileOpening running = opening;
        if (running != null) {
            opening = null;
            running.callOff();
        }
    }

    /** As {@link #callOff}, for a file that was to be written: the kernel may have made it by the time it hears of that. */
    void abandonOpening() {
        callOffReplacement();
        FileOpening running = opening;
        if (running != null) {
            isAbandoned = true;
            running.cancel();
        }
    }

    /** Contents are not to be replaced, if they are not yet. */
    void callOffReplacement() {
        FileReplacement replacing = replacement;
        if (replacing != null) {
            replacing.callOff();
        }
    }

    /**
     * Ends the use of the file, on which nothing runs any more. One that was opened for it is closed; contents that were written to
     * replace others do so.
     *
     * @param released is given null, or what has failed
     */
    void end(Consumer<@Nullable RingException> released) {
        OpenFile file = opened;
        FileReplacement replacing = replacement;
        opened = null;
        if (replacing != null) {
            replacing.commit((step, result) -> {
                replacement = null;
                released.accept(result < 0 ? failure(step, result) : null);
            });
        } else if (file == null) {
            released.accept(null);
        } else {
            file.close(result -> released.accept(result < 0 ? source.failure("CLOSE", null, result) : null));
        }
    }

    /** As {@link #end}, for a file that was not written in full: one that was made for it is removed. */
    void abandon(Runnable released) {
        FileReplacement replacing = replacement;
        if (replacing != null) {
            replacement = null;
            replacing.abandon(released);
            return;
        }
        boolean isOurs = opened != null && PathOperation.hasName(opened); // not one that has its name by now
        end(ignored -> {
            if (isOurs
                    && source instanceof FileSource.Named(RingLoop loop, Path path, OpenMode mode)
                    && mode.makesFile()) {
                // The failure that led here is signalled, and none beside it.
                PathOperation.remove(loop, Libc.AT_FDCWD, PathBytes.of(path), released);
            } else {
                released.run();
            }
        });
    }
}
