package io.fluxring.netty.field;

import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** A region of a program's own, which gives its bytes once. */
final class OwnRegion extends AbstractReferenceCounted implements FileRegion {
    private final FileRegion of;

    OwnRegion(FileRegion of) {
        this.of = of;
    }

    @Override
    public long position() {
        return of.position();
    }

    @Override
    @Deprecated
    public long transfered() {
        return of.transferred();
    }

    @Override
    public long transferred() {
        return of.transferred();
    }

    @Override
    public long count() {
        return of.count();
    }

    @Override
    public long transferTo(WritableByteChannel target, long position) throws IOException {
        if (position != transferred()) {
            throw new IOException("asked for " + position + " behind " + transferred());
        }
        return of.transferTo(target, position);
    }

    @Override
    public FileRegion retain() {
        super.retain();
        return this;
    }

    @Override
    public FileRegion retain(int increment) {
        super.retain(increment);
        return this;
    }

    @Override
    public FileRegion touch() {
        return this;
    }

    @Override
    public FileRegion touch(Object hint) {
        return this;
    }

    @Override
    protected void deallocate() {
        of.release();
    }
}
