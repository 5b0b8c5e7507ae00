/**
 * A native io_uring core: the ring's system calls and shared memory ({@code sys}, {@code ring}), the memory and the files
 * the kernel borrows ({@code memory}, {@code fd}), and the single-threaded loop that drives them ({@code loop}).
 *
 * <p>A package uses only the packages named before it. Everything here speaks in return codes and primitives; publishers and
 * typed exceptions stand in {@code io.fluxring.reactor}.
 */
module io.fluxring.core {
    requires static transitive org.jspecify;
    requires static jdk.jfr; // events, where the JVM has a recorder
    requires org.jctools.core.jdk11;

    exports io.fluxring.core.sys;
    exports io.fluxring.core.ring;
    exports io.fluxring.core.memory;
    exports io.fluxring.core.fd;
    exports io.fluxring.core.loop;
}
