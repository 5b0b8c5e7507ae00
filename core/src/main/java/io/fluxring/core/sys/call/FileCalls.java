package io.fluxring.core.sys.call;

import java.lang.foreign.MemorySegment;

/**
 * What files need and io_uring has no operation for. Every method returns a value {@code >= 0}, or the negated errno. Any thread; but
 * all save {@link #stat} and {@link #statusFlags} may wait for a device, and have no place on a loop's thread.
 */
public interface FileCalls {
    /**
     * What is known of an open file, {@code statx(2)} with {@code AT_STATX_DONT_SYNC}: a network file system answers from what it
     * remembers, so that this never waits.
     *
     * @param fd the descriptor
     * @param mask {@code STATX_*} of what is wanted
     * @param stat a {@code struct statx}, filled
     * @return 0, or a negated errno
     */
    int stat(int fd, int mask, MemorySegment stat);

    /**
     * Moves the position of an open file, or finds where data or a hole begins, {@code lseek(2)}.
     *
     * @param fd the descriptor
     * @param position in bytes, as {@code whence} means it
     * @param whence {@code SEEK_*}
     * @return the new position, or a negated errno
     */
    long seek(int fd, long position, int whence);

    /**
     * Copies from one file to another within the kernel, {@code copy_file_range(2)}.
     *
     * @param fdFrom the source
     * @param positionFrom where in it to begin
     * @param fdTo the target
     * @param positionTo where in it to begin
     * @param lengthBytes how many at most
     * @return how many bytes were copied, 0 at the end of the source, or a negated errno
     */
    long copyRange(int fdFrom, long positionFrom, int fdTo, long positionTo, long lengthBytes);

    /**
     * Cuts a file, or lengthens it with a hole, {@code ftruncate(2)}.
     *
     * @param fd the descriptor
     * @param lengthBytes the new size
     * @return 0, or a negated errno
     */
    int truncate(int fd, long lengthBytes);

    /**
     * Gives a file other owners, {@code fchown(2)}.
     *
     * @param fd the descriptor
     * @param user a number; -1 for the present one
     * @param group a number; -1 for the present one
     * @return 0, or a negated errno
     */
    int changeOwner(int fd, int user, int group);

    /**
     * Gives a file other permissions, {@code fchmod(2)}; the process's mask does not matter.
     *
     * @param fd the descriptor
     * @param mode the permissions
     * @return 0, or a negated errno
     */
    int changeMode(int fd, int mode);

    /**
     * Gives a file other times, {@code futimens(2)}.
     *
     * @param fd the descriptor
     * @param times two {@code struct timespec}: of the last access and of the last change
     * @return 0, or a negated errno
     */
    int changeTimes(int fd, MemorySegment times);

    /**
     * How an open file was opened and behaves, {@code fcntl(2)} with {@code F_GETFL}. Never waits.
     *
     * @param fd the descriptor
     * @return {@code O_*}, or a negated errno
     */
    int statusFlags(int fd);

    /**
     * Changes how an open file behaves, {@code fcntl(2)} with {@code F_SETFL}.
     *
     * @param fd the descriptor
     * @param flags {@code O_APPEND}, {@code O_DIRECT}, {@code O_NOATIME}, {@code O_NONBLOCK}; others are ignored
     * @return 0, or a negated errno
     */
    int setStatusFlags(int fd, int flags);

    /**
     * What a symbolic link names, {@code readlink(2)}.
     *
     * @param path with a NUL at the end
     * @param target filled, without a NUL
     * @return how many bytes the name has, at most those of {@code target}; or a negated errno
     */
    int readLink(MemorySegment path, MemorySegment target);

    /**
     * The names of a file's extended attributes, {@code listxattr(2)}.
     *
     * @param path with a NUL at the end
     * @param names filled with the names, a NUL behind each
     * @param follow whether a symbolic link means what it names
     * @return how many bytes were filled, or how many are needed when {@code names} is empty; or a negated errno
     */
    int listAttributes(MemorySegment path, MemorySegment names, boolean follow);

    /**
     * Removes an extended attribute, {@code removexattr(2)}.
     *
     * @param path with a NUL at the end
     * @param name with a NUL at the end
     * @param follow whether a symbolic link means what it names
     * @return 0, or a negated errno
     */
    int removeAttribute(MemorySegment path, MemorySegment name, boolean follow);

    /**
     * Locks a file as a whole for its open file description, or gives the lock back, {@code flock(2)}.
     *
     * @param fd the descriptor
     * @param operation {@code LOCK_*}
     * @return 0, or a negated errno: {@code -EAGAIN} for {@code LOCK_NB} where another has it
     */
    int lock(int fd, int operation);
}
