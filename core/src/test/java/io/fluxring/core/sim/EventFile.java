package io.fluxring.core.sim;

import io.fluxring.core.sys.Libc;

/** An eventfd. Its counter is never read by this library, so it only grows. */
final class EventFile extends KernelFile {
    private long counter;

    void signal() {
        counter++;
        changed();
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
