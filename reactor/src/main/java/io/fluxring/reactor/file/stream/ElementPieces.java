package io.fluxring.reactor.file.stream;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.scratch.PieceBatch;
import io.fluxring.reactor.file.BufferAccess;
import io.fluxring.reactor.operator.DirectBuffers;
import io.fluxring.reactor.operator.PieceSource;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * Elements with a release on their way to a file. Large direct memory goes out from where it is, and keeps its element until it is
 * written. What is small is copied, so that the element is free at once: it may hold one of the few buffers that a socket receives into.
 * Of one subscription; {@link #close} at its end.
 */
final class ElementPieces<T> implements PieceSource<T> {
    /** From here on a piece of its own costs less than a copy. */
    private static final int LARGE_BYTES = 16 * 1024;

    private final BufferAccess<T> access;
    private final FileBufferPieces copies;

    /** The element that {@link #add} works on. */
    private @Nullable Views<T> current;

    ElementPieces(BufferAccess<T> access, RingLoop loop, String name) {
        this.access = access;
        this.copies = new FileBufferPieces(loop, name);
    }

    @Override
    public int lengthBytes(T element) {
        return views(element).lengthBytes;
    }

    private Views<T> views(T element) {
        Views<T> views = current;
        if (views == null || views.element != element) {
            views = new Views<>(element, access.buffers(element));
            current = views;
        }
        return views;
    }

    @Override
    public int add(T element, int offsetBytes, PieceBatch batch, Runnable retry) {
        Views<T> views = views(element);
        int added = 0;
        while (offsetBytes + added < views.lengthBytes && !batch.isFull()) {
            int count = addNext(views, batch, retry);
            if (count == 0) {
                return added;
            }
            added += count;
        }
        if (offsetBytes + added == views.lengthBytes) {
            finish(views);
        }
        return added;
    }

    /** Adds what is left of one view, or as much of it as there is memory for. */
    private int addNext(Views<T> views, PieceBatch batch, Runnable retry) {
        ByteBuffer next = views.next();
        int offset = views.offset;
        int count;
        if (next.isDirect() && next.remaining() >= LARGE_BYTES) {
            count = next.remaining() - offset;
            batch.add(views, DirectBuffers.address(next) + offset, count);
            views.pieces++;
        } else {
            count = copies.addCopy(next, offset, batch, retry);
        }
        views.offset += count;
        return count;
    }

    /** No piece of the element will follow. */
    private void finish(Views<T> views) {
        current = null;
        views.isFinished = true;
        releaseIfOver(views);
    }

    private void releaseIfOver(Views<T> views) {
        if (views.isFinished && views.pieces == 0) {
            access.release(views.element);
        }
    }

    @Override
    public boolean gathers() {
        return true;
    }

    @Override
    public void release(T element) {
        discard(element);
    }

    /** The element is this side's: what the subscriber's hooks would release must not be released twice. */
    @Override
    public void discard(T element, Context context) {
        discard(element);
    }

    private void discard(T element) {
        Views<T> views = current;
        if (views != null && views.element == element) {
            finish(views); // some of it may be on its way
        } else {
            access.release(element);
        }
    }

    /** The owner of a piece; or an element of which {@link AlignedPieces} has copied all. */
    @Override
    public void accept(Object owner) {
        switch (owner) {
            case BufferLease block -> copies.accept(block);
            case Views<?> gone -> pieceGone(gone);
            default -> discard(asElement(owner));
        }
    }

    @SuppressWarnings("unchecked") // made here, of this type
    private void pieceGone(Views<?> gone) {
        Views<T> views = (Views<T>) gone;
        views.pieces--;
        releaseIfOver(views);
    }

    @SuppressWarnings("unchecked") // what is neither a block nor views
    private T asElement(Object owner) {
        return (T) owner;
    }

    /** Copies bytes of an element. */
    void copy(T element, int offsetBytes, MemorySegment to, long at, int lengthBytes) {
        int skip = offsetBytes;
        int done = 0;
        for (ByteBuffer each : views(element).buffers) {
            int count = Math.min(each.remaining() - skip, lengthBytes - done);
            if (count > 0) {
                MemorySegment.copy(MemorySegment.ofBuffer(each), skip, to, at + done, count);
                done += count;
            }
            skip = Math.max(0, skip - each.remaining());
        }
    }

    /** Lets go of the block that is being filled. On the loop's thread. */
    void close() {
        copies.close();
    }

    @Override
    public String toString() {
        return "ElementPieces[" + copies.describe() + "]";
    }

    /** The bytes of an element, and how many pieces of them are on their way. */
    private static final class Views<T> {
        final T element;
        final ByteBuffer[] buffers;
        final int lengthBytes;
        int index;
        int offset; // within the buffer of that index
        int pieces;
        boolean isFinished;

        Views(T element, ByteBuffer... buffers) {
            this.element = element;
            this.buffers = buffers;
            int length = 0;
            for (ByteBuffer each : buffers) {
                length += each.remaining();
            }
            this.lengthBytes = length;
        }

        /** The buffer that has bytes left; there is one. */
        ByteBuffer next() {
            while (offset == buffers[index].remaining()) {
                index++;
                offset = 0;
            }
            return buffers[index];
        }
    }
}
