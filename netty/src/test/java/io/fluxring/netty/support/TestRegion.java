package io.fluxring.netty.support;

import io.netty.channel.FileRegion;
import io.netty.util.AbstractReferenceCounted;

/** What every region of a test's own has in common. */
public abstract class TestRegion extends AbstractReferenceCounted implements FileRegion {
    @Override
    @Deprecated
    public long transfered() {
        return transferred();
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
}
