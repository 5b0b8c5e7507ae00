package io.fluxring.reactor.file;

import java.nio.ByteBuffer;

/**
 * The bytes of elements that are no byte buffers, such as the counted buffers of a framework, and their release. A stream that is written by
 * it releases each element that it gets, once: when its bytes are written or copied, or when they will not be.
 *
 * @param <T> the elements
 */
public interface BufferAccess<T> {
    /**
     * {@return the bytes, as views that stay valid until the release} Called once for each element, on the ring's thread. Direct views are
     * written from where they are, when they are large; others are copied. A throw is the source's failure.
     *
     * @param element not released
     */
    ByteBuffer[] buffers(T element);

    /**
     * Releases an element. On the ring's thread, or on that of a source that breaks its rules.
     *
     * @param element not used any more
     */
    void release(T element);
}
