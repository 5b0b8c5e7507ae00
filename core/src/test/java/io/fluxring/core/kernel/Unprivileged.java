package io.fluxring.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.function.Supplier;

/**
 * Does without the superuser's capabilities for a while, in the calling thread alone: the system call, unlike the C library's
 * function of that name, changes one thread's credentials.
 */
final class Unprivileged {
    private static final long SYS_SETRESUID = System.getProperty("os.arch", "").equals("aarch64") ? 147 : 117;
    private static final int UNCHANGED = -1;
    private static final int ROOT = 0;
    private static final int NOBODY = 65534;

    private static final MethodHandle SYSTEM_CALL = systemCall();

    private Unprivileged() {}

    /** Runs something with the capabilities of nobody. The test is skipped when it doesn't run as the superuser. */
    static <T> T call(Supplier<T> action) {
        assumeTrue("root".equals(System.getProperty("user.name")), "only the superuser can become somebody else");
        assertThat(become(NOBODY)).as("becoming nobody").isZero();
        try {
            return action.get();
        } finally {
            assertThat(become(ROOT)).as("becoming the superuser again").isZero();
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle systemCall() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find("syscall").orElseThrow(),
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT),
                Linker.Option.firstVariadicArg(1));
    }

    private static long become(int effectiveUser) {
        try {
            return (long) SYSTEM_CALL.invokeExact(SYS_SETRESUID, UNCHANGED, effectiveUser, UNCHANGED);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
