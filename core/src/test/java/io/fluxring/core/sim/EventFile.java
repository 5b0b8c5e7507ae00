package io.fluxring.core.sim;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** An eventfd. */
final class EventFile extends StreamFile {
    private long counter;

    void signal() {
        counter++;
        changed();
    }

    @Override
    byte @Nullable [] take(int most) {
        if (counter == 0) {
            return null;
        }
        byte[] value = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(counter)
                .array();
        counter = 0;
        changed();
        return value;
    }

    @Override
    int give(byte[] bytes) {
        if (bytes.length < Long.BYTES) {
            return Errno.EINVAL.result();
        }
        counter += ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong();
        changed();
        return Long.BYTES;
    }

    @Override
    int events() {
        return Libc.POLLOUT | (counter > 0 ? Libc.POLLIN : 0);
    }

    @Override
    public String toString() {
        return "eventfd";
    }
}
