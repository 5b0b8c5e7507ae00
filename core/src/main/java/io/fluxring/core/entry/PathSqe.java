package io.fluxring.core.entry;

import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.layout.OpenHowLayout;
import io.fluxring.core.sys.layout.StatLayout;

/**
 * The operations on names in the file system: opening, closing, looking at, renaming, linking, removing, and extended
 * attributes. In the order of the kernel's header. What holds for all of them is said at {@link Sqe}.
 *
 * <p>Paths and other names are texts that end with a zero byte, given by address. They are read during submission: their
 * memory may be used anew when the submission has returned.
 *
 * <p>A relative path starts at a directory's descriptor, or at the process's working directory with
 * {@link Libc#AT_FDCWD}; that descriptor is never a direct one.
 *
 * <p>What opens a file makes an ordinary descriptor unless {@link Sqe#intoSlot} or {@link Sqe#intoFreeSlot} is added:
 * then the file is in the table of registered files alone, and the flags must not have {@link Libc#O_CLOEXEC}
 * ({@code -EINVAL}). An operation that is linked behind it may use the slot.
 */
public sealed interface PathSqe permits Sqe {
    private Sqe entry() {
        return (Sqe) this; // the only implementation; what it writes with stays its own
    }

    // ---- opening, closing, looking at

    /**
     * Opens a file, {@code openat(2)}. Completes with its descriptor; into a given slot with 0 (Linux 5.15), into a free
     * one with the slot (5.19).
     *
     * @param directoryFd where a relative path starts
     * @param pathAddress the path
     * @param openFlags {@link Libc#O_RDONLY} and its likes
     * @param mode the permissions of a file that is made, less the process's mask
     * @return this entry
     */
    @Prepares(Opcode.OPENAT)
    default Sqe prepOpen(int directoryFd, long pathAddress, int openFlags, int mode) {
        Arguments.address(pathAddress, "pathAddress");
        return entry().write(Opcode.OPENAT, 0, directoryFd, 0, pathAddress, mode, openFlags, 0, 0);
    }

    /**
     * Closes a descriptor. Running operations on it are not cancelled: they hold the file.
     *
     * @param fd the descriptor
     * @return this entry
     */
    @Prepares(Opcode.CLOSE)
    default Sqe prepClose(int fd) {
        return entry().write(Opcode.CLOSE, 0, fd, 0, 0, 0, 0, 0, 0);
    }

    /**
     * Empties a slot of the registered files; {@code -EBADF} when it is empty. Since Linux 5.15.
     *
     * @param slot of the registered files
     * @return this entry
     */
    @Prepares(value = Opcode.CLOSE, since = "5.15")
    default Sqe prepCloseDirect(int slot) {
        return entry().write(Opcode.CLOSE, 0, 0, 0, 0, 0, 0, 0, Arguments.slot(slot) + 1);
    }

    /**
     * Looks at a file, {@code statx(2)}.
     *
     * @param directoryFd where a relative path starts
     * @param pathAddress the path; an empty text with {@link Libc#AT_EMPTY_PATH} for the directory's descriptor itself,
     *     whatever it is one of
     * @param statFlags {@link Libc#AT_SYMLINK_NOFOLLOW} and its likes
     * @param mask what to look for, {@link Libc#STATX_BASIC_STATS} and its likes
     * @param statAddress of {@link StatLayout#BYTES} bytes, written to until the completion
     * @return this entry
     */
    @Prepares(Opcode.STATX)
    default Sqe prepStat(int directoryFd, long pathAddress, int statFlags, int mask, long statAddress) {
        Arguments.address(pathAddress, "pathAddress");
        Arguments.address(statAddress, "statAddress");
        return entry().write(Opcode.STATX, 0, directoryFd, statAddress, pathAddress, mask, statFlags, 0, 0);
    }

    /**
     * Opens a file with rules for how its path is walked, {@code openat2(2)}. Completes like {@link #prepOpen}.
     *
     * @param directoryFd where a relative path starts
     * @param pathAddress the path
     * @param howAddress of what {@link OpenHowLayout} describes, read during submission
     * @return this entry
     */
    @Prepares(Opcode.OPENAT2)
    default Sqe prepOpenHow(int directoryFd, long pathAddress, long howAddress) {
        Arguments.address(pathAddress, "pathAddress");
        Arguments.address(howAddress, "howAddress");
        int howBytes = (int) OpenHowLayout.BYTES;
        return entry().write(Opcode.OPENAT2, 0, directoryFd, howAddress, pathAddress, howBytes, 0, 0, 0);
    }

    // ---- names: new, other, gone

    /**
     * Gives a file another name, {@code renameat2(2)}.
     *
     * @param oldDirectoryFd where a relative old path starts
     * @param oldPathAddress the path that is there
     * @param newDirectoryFd where a relative new path starts
     * @param newPathAddress the new path
     * @param renameFlags {@link Libc#RENAME_NOREPLACE}, {@link Libc#RENAME_EXCHANGE}, or 0
     * @return this entry
     */
    @Prepares(Opcode.RENAMEAT)
    default Sqe prepRename(
            int oldDirectoryFd, long oldPathAddress, int newDirectoryFd, long newPathAddress, int renameFlags) {
        Arguments.address(oldPathAddress, "oldPathAddress");
        Arguments.address(newPathAddress, "newPathAddress");
        return entry().write(
                        Opcode.RENAMEAT,
                        0,
                        oldDirectoryFd,
                        newPathAddress,
                        oldPathAddress,
                        newDirectoryFd,
                        renameFlags,
                        0,
                        0);
    }

    /**
     * Removes a name, {@code unlinkat(2)}.
     *
     * @param directoryFd where a relative path starts
     * @param pathAddress the path
     * @param unlinkFlags {@link Libc#AT_REMOVEDIR} for an empty directory, or 0
     * @return this entry
     */
    @Prepares(Opcode.UNLINKAT)
    default Sqe prepUnlink(int directoryFd, long pathAddress, int unlinkFlags) {
        Arguments.address(pathAddress, "pathAddress");
        return entry().write(Opcode.UNLINKAT, 0, directoryFd, 0, pathAddress, 0, unlinkFlags, 0, 0);
    }

    /**
     * Makes a directory, {@code mkdirat(2)}.
     *
     * @param directoryFd where a relative path starts
     * @param pathAddress the path
     * @param mode its permissions, less the process's mask
     * @return this entry
     */
    @Prepares(Opcode.MKDIRAT)
    default Sqe prepCreateDirectory(int directoryFd, long pathAddress, int mode) {
        Arguments.address(pathAddress, "pathAddress");
        return entry().write(Opcode.MKDIRAT, 0, directoryFd, 0, pathAddress, mode, 0, 0, 0);
    }

    /**
     * Makes a symbolic link, {@code symlinkat(2)}.
     *
     * @param targetAddress what the link says, a path that need not exist
     * @param directoryFd where the path of the link itself starts
     * @param pathAddress of the link itself
     * @return this entry
     */
    @Prepares(Opcode.SYMLINKAT)
    default Sqe prepCreateSymbolicLink(long targetAddress, int directoryFd, long pathAddress) {
        Arguments.address(targetAddress, "targetAddress");
        Arguments.address(pathAddress, "pathAddress");
        return entry().write(Opcode.SYMLINKAT, 0, directoryFd, pathAddress, targetAddress, 0, 0, 0, 0);
    }

    /**
     * Gives a file one more name, {@code linkat(2)}.
     *
     * @param oldDirectoryFd where a relative old path starts
     * @param oldPathAddress the path that is there
     * @param newDirectoryFd where a relative new path starts
     * @param newPathAddress the new path
     * @param linkFlags {@link Libc#AT_SYMLINK_FOLLOW}, {@link Libc#AT_EMPTY_PATH}, or 0
     * @return this entry
     */
    @Prepares(Opcode.LINKAT)
    default Sqe prepCreateHardLink(
            int oldDirectoryFd, long oldPathAddress, int newDirectoryFd, long newPathAddress, int linkFlags) {
        Arguments.address(oldPathAddress, "oldPathAddress");
        Arguments.address(newPathAddress, "newPathAddress");
        return entry().write(
                        Opcode.LINKAT,
                        0,
                        oldDirectoryFd,
                        newPathAddress,
                        oldPathAddress,
                        newDirectoryFd,
                        linkFlags,
                        0,
                        0);
    }

    // ---- extended attributes: -EOPNOTSUPP where the file system has none

    /**
     * Sets an extended attribute of an open file, {@code fsetxattr(2)}.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param nameAddress the name with its namespace, such as {@code user.comment}
     * @param valueAddress the value, read during submission
     * @param valueBytes the value's length in bytes
     * @param attributeFlags {@link Libc#XATTR_CREATE}, {@link Libc#XATTR_REPLACE}, or 0
     * @return this entry
     */
    @Prepares(Opcode.FSETXATTR)
    default Sqe prepSetAttribute(int fd, long nameAddress, long valueAddress, int valueBytes, int attributeFlags) {
        return attribute(Opcode.FSETXATTR, fd, nameAddress, valueAddress, valueBytes, attributeFlags);
    }

    /**
     * Like {@link #prepSetAttribute} for a path, {@code setxattr(2)}; a symbolic link is followed.
     *
     * @param pathAddress of the file
     * @param nameAddress the attribute's name
     * @param valueAddress the value
     * @param valueBytes the value's length in bytes
     * @param attributeFlags see {@link #prepSetAttribute}
     * @return this entry
     */
    @Prepares(Opcode.SETXATTR)
    default Sqe prepSetPathAttribute(
            long pathAddress, long nameAddress, long valueAddress, int valueBytes, int attributeFlags) {
        Arguments.address(pathAddress, "pathAddress");
        return attribute(Opcode.SETXATTR, 0, nameAddress, valueAddress, valueBytes, attributeFlags)
                .address3(pathAddress);
    }

    /**
     * Reads an extended attribute of an open file, {@code fgetxattr(2)}. Completes with its length, {@code -ENODATA} when
     * there is none of that name, {@code -ERANGE} when it is longer than the room for it.
     *
     * @param fd the descriptor, or a slot with {@link Sqe#fixedFile}
     * @param nameAddress the name with its namespace, such as {@code user.comment}
     * @param valueAddress where to; written to until the completion
     * @param valueBytes the room there; 0 to ask for the length alone
     * @return this entry
     */
    @Prepares(Opcode.FGETXATTR)
    default Sqe prepGetAttribute(int fd, long nameAddress, long valueAddress, int valueBytes) {
        return attribute(Opcode.FGETXATTR, fd, nameAddress, valueAddress, valueBytes, 0);
    }

    /**
     * Like {@link #prepGetAttribute} for a path, {@code getxattr(2)}; a symbolic link is followed.
     *
     * @param pathAddress of the file
     * @param nameAddress the attribute's name
     * @param valueAddress where the value is written, until the completion
     * @param valueBytes how much room there is
     * @return this entry
     */
    @Prepares(Opcode.GETXATTR)
    default Sqe prepGetPathAttribute(long pathAddress, long nameAddress, long valueAddress, int valueBytes) {
        Arguments.address(pathAddress, "pathAddress");
        return attribute(Opcode.GETXATTR, 0, nameAddress, valueAddress, valueBytes, 0)
                .address3(pathAddress);
    }

    private Sqe attribute(
            Opcode opcode, int fd, long nameAddress, long valueAddress, int valueBytes, int attributeFlags) {
        Arguments.address(nameAddress, "nameAddress");
        Arguments.notNegative(valueBytes, "valueBytes");
        Arguments.address(valueAddress, valueBytes, "valueAddress");
        return entry().write(opcode, 0, fd, valueAddress, nameAddress, valueBytes, attributeFlags, 0, 0);
    }
}
