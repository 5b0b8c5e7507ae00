package io.fluxring.spring.file;

import io.fluxring.reactor.file.BufferAccess;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

/** The readable bytes of data buffers, all parts of a composite one included. */
final class DataBufferAccess implements BufferAccess<DataBuffer> {
    static final DataBufferAccess INSTANCE = new DataBufferAccess();

    private DataBufferAccess() {}

    @Override
    public ByteBuffer[] buffers(DataBuffer element) {
        try (DataBuffer.ByteBufferIterator all = element.readableByteBuffers()) {
            if (!all.hasNext()) {
                return new ByteBuffer[0];
            }
            ByteBuffer first = all.next();
            if (!all.hasNext()) {
                return new ByteBuffer[] {first};
            }
            List<ByteBuffer> buffers = new ArrayList<>();
            buffers.add(first);
            all.forEachRemaining(buffers::add);
            return buffers.toArray(ByteBuffer[]::new);
        }
    }

    @Override
    public void release(DataBuffer element) {
        DataBufferUtils.release(element);
    }
}
