package io.fluxring.core.sys.call;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/** Links functions of the C library. Each takes, before its own arguments, memory in which it leaves errno. */
final class NativeFunctions {
    /** What a function leaves its errno in. */
    static final StructLayout ERRNO_STATE = Linker.Option.captureStateLayout();

    private static final long ERRNO_OFFSET = ERRNO_STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private NativeFunctions() {}

    /** libc says -1 and sets errno; its callers want the negated errno itself. */
    static long result(long returned, MemorySegment errno) {
        return returned == -1 ? -errno.get(JAVA_INT, ERRNO_OFFSET) : returned;
    }

    /** {@code syscall(2)}, for a call that the C library may not have; the number comes before its arguments. */
    static MethodHandle systemCall(MemoryLayout... arguments) {
        MemoryLayout[] all = new MemoryLayout[arguments.length + 1];
        all[0] = JAVA_LONG; // the call's number
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return link("syscall", FunctionDescriptor.of(JAVA_LONG, all), Linker.Option.firstVariadicArg(1));
    }

    static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        return link(name, FunctionDescriptor.of(result, arguments));
    }

    /** A function of two arguments and one that depends on the second, such as {@code fcntl(2)}. */
    static MethodHandle control(String name, MemoryLayout second, MemoryLayout third) {
        return link(name, FunctionDescriptor.of(JAVA_INT, JAVA_INT, second, third), Linker.Option.firstVariadicArg(2));
    }

    @SuppressWarnings("restricted") // linking native functions is what this class is for
    private static MethodHandle link(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol = linker.defaultLookup()
                .find(name)
                .orElseThrow(() -> new UnsatisfiedLinkError("the C library has no function " + name));
        Linker.Option[] all = new Linker.Option[options.length + 1];
        all[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(options, 0, all, 1, options.length);
        return linker.downcallHandle(symbol, descriptor, all);
    }

    static AssertionError unreachable(Throwable e) {
        return new AssertionError("a downcall must not throw", e);
    }
}
