/**
 * A native io_uring core: the kernel's numbers, calls and layouts ({@code sys}), submission entries
 * ({@code entry}), what a ring is to be ({@code setup}), the ring with its shared memory ({@code ring}), what can be registered
 * with it ({@code register}), whether there can be one ({@code preflight}), the memory and the files the kernel borrows
 * ({@code memory}, {@code fd}), the single-threaded loop that drives them ({@code loop}), and the state machines of sockets and
 * files on it ({@code net}, {@code file}).
 *
 * <p>A package uses only the packages named before it. Everything here speaks in return codes and primitives; publishers and
 * typed exceptions stand in {@code io.fluxring.reactor}.
 */
module io.fluxring.core {
    requires static transitive org.jspecify;
    requires static jdk.jfr; // events, where the JVM has a recorder
    requires org.jctools.core.jdk11;

    exports io.fluxring.core.sys;
    exports io.fluxring.core.sys.call to
            io.fluxring.netty,
            io.fluxring.reactor,
            io.fluxring.uringlet;
    exports io.fluxring.core.sys.layout;
    exports io.fluxring.core.entry;
    exports io.fluxring.core.setup;
    exports io.fluxring.core.ring;
    exports io.fluxring.core.register;
    exports io.fluxring.core.preflight;
    exports io.fluxring.core.memory;
    exports io.fluxring.core.memory.scratch to
            io.fluxring.netty,
            io.fluxring.reactor;
    exports io.fluxring.core.fd;
    exports io.fluxring.core.loop;
    exports io.fluxring.core.file to
            io.fluxring.netty,
            io.fluxring.reactor;
    exports io.fluxring.core.file.whole to
            io.fluxring.netty,
            io.fluxring.reactor;
    exports io.fluxring.core.net to
            io.fluxring.netty,
            io.fluxring.reactor;
    exports io.fluxring.core.net.datagram to
            io.fluxring.netty,
            io.fluxring.reactor;
}
