package io.fluxring.core.sys.call;

/** The real kernel, for tests that watch or spoil some of its calls: they override those. */
public class ForwardingKernel extends ComposedKernel {
    public ForwardingKernel() {
        this(Kernel.linux());
    }

    private ForwardingKernel(Kernel kernel) {
        super(kernel, kernel);
    }
}
