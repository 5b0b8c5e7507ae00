package io.fluxring.core.file.whole;

import io.fluxring.core.file.FileOpening;
import io.fluxring.core.file.FileSync;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.scratch.ScratchBlocks;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.FileCalls;
import io.fluxring.core.sys.layout.StatLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces a file as a whole: its name has the old contents or the new ones at any time, also after a power cut. The new ones are written
 * to a temporary file beside it, synced, and given the name by a rename; then the directory is synced, and with it those that had to be
 * made. The new file has the owners and the permissions of the old one. A symbolic link is replaced itself, not what it names. Belongs to
 * the loop's thread.
 *
 * <p>A failed sync is not repeated: the kernel may have marked the pages as clean by then. A process that is killed leaves the temporary
 * file, {@code .fluxring-} and 16 digits.
 */
public final class FileReplacement {
    /** Hears of the temporary file. Called on the loop's thread. */
    public interface Handler {
        /**
         * It is open. What is written to it becomes the contents with {@link FileReplacement#commit}, and is gone with {@link
         * FileReplacement#abandon}.
         *
         * @param file to be written, and not to be closed
         */
        void opened(OpenFile file);

        /**
         * There is none, and nothing is left of it.
         *
         * @param step where it has failed
         * @param result a negated errno
         */
        void failed(Step step, int result);
    }

    /** Hears of the end. Called on the loop's thread. */
    @FunctionalInterface
    public interface Answer {
        /**
         * The replacement is over, and all is closed.
         *
         * @param step where it has failed; before {@link Step#SYNC_DIRECTORY} the old contents are there, and the temporary file is not
         * @param result 0, or a negated errno
         */
        void ended(Step step, int result);
    }

    /** What a replacement is at. */
    public enum Step {
        /** Opens the directory, or makes it. */
        OPEN_DIRECTORY,
        /** Looks at the old file. */
        STAT,
        /** Makes the temporary file. */
        OPEN,
        /** Gives it the old file's owners and permissions. */
        ATTRIBUTES,
        /** Makes its contents durable. */
        SYNC,
        /** Gives it the name. */
        RENAME,
        /** Makes the name durable; the new contents are there already. */
        SYNC_DIRECTORY
    }

    private static final int MOST_NAMES = 8;
    private static final int NEW_FILE = 0666;
    private static final int NEW_DIRECTORY = 0777;
    private static final int ORDINARY_PERMISSIONS = 0777;

    private final RingLoop loop;
    private final MemorySegment directoryPath;
    private final MemorySegment name;
    private final Handler handler;

    /** Directories to be made, the lowest one first. */
    private final ArrayDeque<MemorySegment> missing = new ArrayDeque<>();

    /** Directories with a name in them that was made, the highest one first. */
    private final ArrayDeque<MemorySegment> changed = new ArrayDeque<>();

    private Step step = Step.OPEN_DIRECTORY;
    private MemorySegment temporaryName = MemorySegment.NULL;
    private @Nullable HeldFile directory;
    private @Nullable HeldFile temporary;
    private @Nullable FileFacts old;
    private int names;
    private boolean isNamed; // there is a temporary file
    private boolean calledOff;

    private FileReplacement(RingLoop loop, MemorySegment path, Handler handler) {
        this.loop = loop;
        this.directoryPath = PathParts.directory(path);
        this.name = PathParts.name(path);
        this.handler = handler;
    }

    /**
     * Begins to make a temporary file.
     *
     * @param loop that does it
     * @param path of the file to be replaced, or made; with a NUL at its end; native. Directories of it that are not there are made.
     * @param handler hears of it
     * @return the replacement, to be committed or abandoned when the file is open
     */
    public static FileReplacement begin(RingLoop loop, MemorySegment path, Handler handler) {
        FileReplacement replacement = new FileReplacement(loop, path, handler);
        replacement.openDirectory();
        return replacement;
    }

    /**
     * It is not wanted any more. While the file is being opened, the handler hears of a failure; a {@link #commit} that has not come to
     * the rename ends with {@code -ECANCELED}; behind that it goes on, and makes durable what is there.
     */
    public void callOff() {
        calledOff = true;
    }

    // ---- the directory

    private void openDirectory() {
        FileOpening.submit(loop, directoryPath, Libc.O_RDONLY | Libc.O_DIRECTORY, 0, new FileOpening.Handler() {
            @Override
            public void opened(OpenFile file) {
                directory = new HeldFile(file);
                proceed(FileReplacement.this::lookAtOld).accept(0);
            }

            @Override
            public void failed(int result) {
                if (result == Errno.ENOENT.result() && changed.isEmpty()) {
                    missing.push(directoryPath);
                    proceed(FileReplacement.this::makeDirectory).accept(0);
                } else {
                    fail(result);
                }
            }
        });
    }

    /** Makes the highest directory that is missing, as far as that is known. */
    private void makeDirectory() {
        MemorySegment path = missing.element();
        PathOperation.submit(
                loop,
                Opcode.MKDIRAT,
                sqe -> sqe.prepCreateDirectory(Libc.AT_FDCWD, path.address(), NEW_DIRECTORY),
                result -> directoryMade(path, result));
    }

    private void directoryMade(MemorySegment path, int result) {
        if (result == Errno.ENOENT.result() && !calledOff && PathParts.hasDirectory(path)) {
            missing.push(PathParts.directory(path));
            makeDirectory();
        } else if (result < 0 && result != Errno.EEXIST.result()) { // which another has made meanwhile
            fail(result);
        } else {
            missing.pop();
            changed.add(PathParts.directory(path));
            proceed(missing.isEmpty() ? this::openDirectory : this::makeDirectory)
                    .accept(0);
        }
    }

    // ---- the temporary file

    private void lookAtOld() {
        step = Step.STAT;
        ScratchBlocks scratch = loop.scratch();
        MemorySegment stat = scratch.take();
        PathOperation.submit(
                loop,
                Opcode.STATX,
                sqe -> sqe.prepStat(
                        directoryFd(),
                        name.address(),
                        Libc.AT_SYMLINK_NOFOLLOW,
                        Libc.STATX_BASIC_STATS,
                        stat.address()),
                result -> {
                    FileFacts found = result < 0 ? null : FileFacts.of(stat.asSlice(0, StatLayout.BYTES));
                    scratch.giveBack(stat);
                    lookedAtOld(result, found);
                });
    }

    private void lookedAtOld(int result, @Nullable FileFacts found) {
        int type = found == null ? 0 : found.type();
        if (result < 0 && result != Errno.ENOENT.result()) {
            fail(result);
        } else if (type == Libc.S_IFDIR) {
            fail(Errno.EISDIR.result());
        } else if (type != 0 && type != Libc.S_IFREG && type != Libc.S_IFLNK) {
            fail(Errno.EEXIST.result()); // a device or a pipe is not to be lost for a file
        } else {
            old = type == Libc.S_IFREG ? found : null;
            proceed(this::makeTemporary).accept(0);
        }
    }

    private void makeTemporary() {
        step = Step.OPEN;
        names++;
        String digits = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        temporaryName = PathParts.text(".fluxring-" + digits);
        FileFacts like = old;
        FileOpening.submit(
                loop,
                directoryFd(),
                temporaryName,
                Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL | Libc.O_NOFOLLOW,
                like == null ? NEW_FILE : like.permissions() & ORDINARY_PERMISSIONS,
                new FileOpening.Handler() {
                    @Override
                    public void opened(OpenFile file) {
                        isNamed = true;
                        temporary = new HeldFile(file);
                        proceed(FileReplacement.this::giveAttributes).accept(0);
                    }

                    @Override
                    public void failed(int result) {
                        if (result == Errno.EEXIST.result() && names < MOST_NAMES) {
                            makeTemporary();
                        } else {
                            fail(result);
                        }
                    }
                });
    }

    private void giveAttributes() {
        step = Step.ATTRIBUTES;
        FileFacts like = old;
        FileFacts made = present(temporary).facts();
        boolean owners = like != null && (like.user() != made.user() || like.group() != made.group());
        if (like == null || (!owners && like.permissions() == made.permissions())) {
            handler.opened(temporary());
            return;
        }
        FileCalls calls = loop.kernel().files();
        int fd = present(temporary).fd();
        temporary()
                .callOffLoop(
                        () -> {
                            if (owners) {
                                calls.changeOwner(
                                        fd, like.user(), like.group()); // which few users may: it need not work
                            }
                            return calls.changeMode(fd, like.permissions() & ORDINARY_PERMISSIONS);
                        },
                        result -> proceed(() -> handler.opened(temporary())).accept((int) result));
    }

    // ---- the end

    /**
     * Makes what was written to the temporary file the contents of the file, durably. Nothing runs on it any more.
     *
     * @param answer hears of the end; the contents are not replaced when it has failed before {@link Step#SYNC_DIRECTORY}
     */
    public void commit(Answer answer) {
        step = Step.SYNC;
        if (!temporary().isOpen()) {
            end(Errno.ECANCELED.result(), answer);
            return;
        }
        FileSync.submit(temporary(), false, result -> {
            if (result < 0 || calledOff) {
                end(result < 0 ? result : Errno.ECANCELED.result(), answer);
            } else {
                rename(answer);
            }
        });
    }

    private void rename(Answer answer) {
        step = Step.RENAME;
        int fd = directoryFd();
        PathOperation.submit(
                loop,
                Opcode.RENAMEAT,
                sqe -> sqe.prepRename(fd, temporaryName.address(), fd, name.address(), 0),
                result -> {
                    isNamed &= result < 0;
                    if (result < 0 || !present(directory).file().isOpen()) {
                        end(result < 0 ? result : Errno.ECANCELED.result(), answer);
                    } else {
                        step = Step.SYNC_DIRECTORY;
                        FileSync.submit(present(directory).file(), false, synced -> syncChanged(synced, answer));
                    }
                });
    }

    /** From the lowest one up: no name is durable before what it names. */
    private void syncChanged(int result, Answer answer) {
        MemorySegment next = changed.pollLast();
        if (result < 0 || next == null) {
            end(result, answer);
        } else {
            DirectorySync.submit(loop, next, synced -> syncChanged(synced, answer));
        }
    }

    /**
     * Removes the temporary file. Nothing runs on it any more.
     *
     * @param done run when it is gone, and all is closed
     */
    public void abandon(Runnable done) {
        end(0, (ignored, result) -> done.run());
    }

    private IntConsumer proceed(Runnable next) {
        return result -> {
            boolean ends = calledOff || loop.isClosing(); // files are closed by then
            if (result < 0 || ends) {
                fail(result < 0 ? result : Errno.ECANCELED.result());
            } else {
                next.run();
            }
        };
    }

    private void fail(int result) {
        end(result, handler::failed);
    }

    private void end(int result, Answer answer) {
        if (isNamed) {
            isNamed = false;
            PathOperation.remove(loop, directoryFd(), temporaryName, () -> close(result, answer));
        } else {
            close(result, answer);
        }
    }

    private void close(int result, Answer answer) {
        close(temporary, () -> close(directory, () -> answer.ended(step, result)));
    }

    private static void close(@Nullable HeldFile file, Runnable closed) {
        if (file == null) {
            closed.run();
        } else {
            file.close(ignored -> closed.run()); // a sync has told whether the contents are kept
        }
    }

    private int directoryFd() {
        return present(directory).fd();
    }

    private OpenFile temporary() {
        return present(temporary).file();
    }

    private static HeldFile present(@Nullable HeldFile file) {
        if (file == null) {
            throw new IllegalStateException("not open");
        }
        return file;
    }

    @Override
    public String toString() {
        return "FileReplacement[" + step + ", " + temporary + "]";
    }
}
