package io.fluxring.reactor.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.layout.StatLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** What the kernel may say and no file system at hand does. */
class FileStatTest {
    private final MemorySegment stat = Arena.ofAuto().allocate(StatLayout.BYTES, 8);

    private void mode(int mode) {
        stat.set(ValueLayout.JAVA_SHORT, StatLayout.MODE, (short) mode);
    }

    private void time(long seconds, int nanos) {
        stat.set(ValueLayout.JAVA_LONG, StatLayout.MODIFY_TIME, seconds);
        stat.set(ValueLayout.JAVA_INT, StatLayout.MODIFY_TIME + StatLayout.NANOS, nanos);
    }

    private FileStat read() {
        return FileStat.of(stat);
    }

    @Test
    void typesAndPermissions() {
        mode(Libc.S_IFBLK | 06751);
        assertThat(read().type()).isEqualTo(FileStat.Type.BLOCK_DEVICE);
        assertThat(read().mode()).isEqualTo(06751);
        assertThat(read().permissions()).isEqualTo(PosixFilePermissions.fromString("rwxr-x--x"));
        mode(Libc.S_IFIFO);
        assertThat(read().type()).isEqualTo(FileStat.Type.PIPE);
        assertThat(read().permissions()).isEmpty();
        mode(0600);
        assertThat(read().type()).isEqualTo(FileStat.Type.OTHER);
    }

    @Test
    void timesBeyondWhatAnInstantCanBe() {
        time(-1, 999_999_999);
        assertThat(read().modified()).isEqualTo(Instant.EPOCH.minusNanos(1));
        time(Long.MAX_VALUE, 0);
        assertThat(read().modified()).isEqualTo(Instant.MAX);
        time(Long.MIN_VALUE, 0);
        assertThat(read().modified()).isEqualTo(Instant.MIN);
        time(Instant.MAX.getEpochSecond(), 999_999_999);
        assertThat(read().modified()).isEqualTo(Instant.MAX);
    }

    @Test
    void whatIsNotTold() {
        stat.set(ValueLayout.JAVA_LONG, StatLayout.BIRTH_TIME, 77);
        stat.set(ValueLayout.JAVA_LONG, StatLayout.MOUNT, 88);
        stat.set(ValueLayout.JAVA_INT, StatLayout.DIRECT_OFFSET_ALIGNMENT, 512);
        stat.set(ValueLayout.JAVA_INT, StatLayout.DIRECT_MEMORY_ALIGNMENT, 4);
        assertThat(read().created()).isNull();
        assertThat(read().mount()).isZero();
        assertThat(read().directAlignment()).isNull();
        stat.set(ValueLayout.JAVA_INT, StatLayout.MASK, FileStat.MASK);
        assertThat(read().created()).isEqualTo(Instant.ofEpochSecond(77));
        assertThat(read().mount()).isEqualTo(88);
        assertThat(read().directAlignment()).isEqualTo(new FileStat.DirectAlignment(4, 512));
        stat.set(ValueLayout.JAVA_INT, StatLayout.DIRECT_OFFSET_ALIGNMENT, 0);
        assertThat(read().directAlignment()).as("a file that has no direct I/O").isNull();
    }

    @Test
    void numbersAreUnsigned() {
        stat.set(ValueLayout.JAVA_INT, StatLayout.USER, -1);
        stat.set(ValueLayout.JAVA_INT, StatLayout.GROUP, -2);
        stat.set(ValueLayout.JAVA_INT, StatLayout.LINKS, -3);
        stat.set(ValueLayout.JAVA_INT, StatLayout.DEV_MAJOR, -1);
        assertThat(read().userId()).isEqualTo(0xffff_ffffL);
        assertThat(read().groupId()).isEqualTo(0xffff_fffeL);
        assertThat(read().links()).isEqualTo(0xffff_fffdL);
        assertThat(read().device()).hasToString("4294967295:0");
    }

    @Test
    void flags() {
        assertThat(read().flags()).isEmpty();
        stat.set(ValueLayout.JAVA_LONG, StatLayout.ATTRIBUTES, -1);
        assertThat(read().flags()).isEqualTo(EnumSet.allOf(FileStat.Flag.class));
        stat.set(ValueLayout.JAVA_LONG, StatLayout.ATTRIBUTES, 0x10);
        assertThat(read().flags()).containsExactly(FileStat.Flag.IMMUTABLE);
    }
}
