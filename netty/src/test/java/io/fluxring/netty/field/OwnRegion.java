package io.fluxring.netty.field;

import io.fluxring.netty.support.TestRegion;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** A region of a program's own, which gives its bytes once. */
final class OwnRegion extends TestRegion {
    private final FileRegion of;

    OwnRegion(FileRegion of) {
        this.of = of;
    }

    @Override
    public long position() {
        return of.position();
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
    protected void deallocate() {
        of.release();
    }
}
