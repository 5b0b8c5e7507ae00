package io.fluxring.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Extended attributes, by descriptor and by path. */
class XattrTest {
    private static final int ROOM_BYTES = 256;

    private final RingFiles files = RingFiles.open();
    private final KernelRing ring = files.ring();
    private final MemorySegment value = ring.bytes("a value");
    private final int valueBytes = (int) value.byteSize();
    private final MemorySegment room = ring.allocate(ROOM_BYTES);
    private final long name = files.text("user.fluxring");

    @AfterEach
    void close() {
        files.close();
    }

    @Test
    @Shows(
            value = {Opcode.FSETXATTR, Opcode.FGETXATTR},
            behaviour = "xattr")
    void anOpenFilesAttributeIsReadAsItWasSet() {
        int fd = files.create("file");
        int set = files.run(sqe -> sqe.prepSetAttribute(fd, name, value.address(), valueBytes, 0));
        assumeTrue(set != Errno.EOPNOTSUPP.result(), "the file system has no user attributes");
        assertThat(set).isZero();
        assertThat(files.run(sqe -> sqe.prepGetAttribute(fd, name, room.address(), ROOM_BYTES)))
                .isEqualTo(valueBytes);
        assertThat(RingFiles.bytes(room, valueBytes)).isEqualTo(RingFiles.bytes(value, valueBytes));
        assertThat(files.run(sqe -> sqe.prepGetAttribute(fd, name, 0, 0)))
                .as("the length alone")
                .isEqualTo(valueBytes);
        assertThat(files.run(sqe -> sqe.prepGetAttribute(fd, name, room.address(), 3)))
                .isEqualTo(Errno.ERANGE.result());
    }

    @Test
    @Shows(
            value = {Opcode.SETXATTR, Opcode.GETXATTR, Opcode.FGETXATTR},
            behaviour = "xattr")
    void aPathsAttributeIsReadAsItWasSet() {
        int fd = files.create("file");
        long path = files.address("file");
        int set = files.run(sqe -> sqe.prepSetPathAttribute(path, name, value.address(), valueBytes, 0));
        assumeTrue(set != Errno.EOPNOTSUPP.result(), "the file system has no user attributes");
        assertThat(set).isZero();
        assertThat(files.run(sqe -> sqe.prepGetPathAttribute(path, name, room.address(), ROOM_BYTES)))
                .isEqualTo(valueBytes);
        assertThat(RingFiles.bytes(room, valueBytes)).isEqualTo(RingFiles.bytes(value, valueBytes));
        assertThat(files.run(sqe -> sqe.prepGetAttribute(fd, name, room.address(), ROOM_BYTES)))
                .isEqualTo(valueBytes);
    }

    @Test
    @Shows(
            value = {Opcode.SETXATTR, Opcode.FSETXATTR, Opcode.GETXATTR, Opcode.FGETXATTR},
            behaviour = "xattr")
    void whatIsThereAndWhatIsNotIsTold() {
        int fd = files.create("file");
        long path = files.address("file");
        int absent = files.run(sqe -> sqe.prepGetAttribute(fd, name, room.address(), ROOM_BYTES));
        assumeTrue(absent != Errno.EOPNOTSUPP.result(), "the file system has no user attributes");
        assertThat(absent).isEqualTo(Errno.ENODATA.result());
        assertThat(files.run(sqe -> sqe.prepGetPathAttribute(path, name, room.address(), ROOM_BYTES)))
                .isEqualTo(Errno.ENODATA.result());
        long address = value.address();
        assertThat(files.run(sqe -> sqe.prepSetAttribute(fd, name, address, valueBytes, Libc.XATTR_REPLACE)))
                .isEqualTo(Errno.ENODATA.result());
        assertThat(files.run(sqe -> sqe.prepSetAttribute(fd, name, address, valueBytes, Libc.XATTR_CREATE)))
                .isZero();
        assertThat(files.run(sqe -> sqe.prepSetPathAttribute(path, name, address, valueBytes, Libc.XATTR_CREATE)))
                .isEqualTo(Errno.EEXIST.result());
        assertThat(files.run(sqe -> sqe.prepSetPathAttribute(path, name, 0, 0, Libc.XATTR_REPLACE)))
                .isZero();
        assertThat(files.run(sqe -> sqe.prepGetAttribute(fd, name, room.address(), ROOM_BYTES)))
                .as("an empty value")
                .isZero();
        long other = files.address("nothing");
        assertThat(files.run(sqe -> sqe.prepSetPathAttribute(other, name, address, valueBytes, 0)))
                .isEqualTo(Errno.ENOENT.result());
        long badName = files.text("no-namespace");
        assertThat(files.run(sqe -> sqe.prepSetAttribute(fd, badName, address, valueBytes, 0)))
                .isEqualTo(Errno.EOPNOTSUPP.result());
    }
}
