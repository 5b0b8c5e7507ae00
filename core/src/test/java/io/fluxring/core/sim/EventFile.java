package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;

/** An eventfd. Its counter is never read by this library, so it only grows. */
final class EventFile extends KernelFile {
    private long counter;

    void signal() {
        counter++;
        changed();
    }

    @Override
    int events() {
        return Abi.POLLOUT | (counter > 0 ? Abi.POLLIN : 0);
    }

    @Override
    public String toString() {
        return "eventfd";
    }
}
