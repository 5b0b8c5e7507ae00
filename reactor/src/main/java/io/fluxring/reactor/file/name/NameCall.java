package io.fluxring.reactor.file.name;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.operator.MonoOperation;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One operation on names.
 *
 * @param <T> what becomes of its result
 */
public abstract class NameCall<T> implements MonoOperation.Call<T> {
    /** What the names may be too long for, and no other errno of the file system says by itself. */
    private static final String LENGTHS = "a name has at most 255 bytes, a path at most 4095";

    private final Opcode opcode;
    private final String subject;
    private final CallMemory memory;

    /**
     * An operation that is to be submitted once.
     *
     * @param loop works on it
     * @param opcode what it does
     * @param subject what messages say it worked on
     */
    protected NameCall(RingLoop loop, Opcode opcode, String subject) {
        this.opcode = opcode;
        this.subject = subject;
        this.memory = new CallMemory(loop.scratch());
    }

    /** Fills the entry; what it points to is made in the memory. */
    protected abstract void prepare(Sqe sqe, CallMemory in);

    /** What helps against an error. */
    protected String remedy(Errno errno) {
        return usualRemedy(errno);
    }

    /** What helps against an error whatever the operation was. */
    public static String usualRemedy(Errno errno) {
        return errno == Errno.ENAMETOOLONG ? LENGTHS : errno.remedy();
    }

    /**
     * The exception for a result.
     *
     * @param operation the kernel's name for it
     * @param subject what it worked on
     * @param result a negated errno
     */
    public static RingException failure(String operation, String subject, int result) {
        return RingException.of(operation, null, subject, result, usualRemedy(Errno.ofResult(result)));
    }

    @Override
    public final Opcode opcode() {
        return opcode;
    }

    @Override
    public final void prepare(Sqe sqe) {
        prepare(sqe, memory);
    }

    @Override
    public Throwable failure(int result) {
        return RingException.of(opcode.name(), null, subject, result, remedy(Errno.ofResult(result)));
    }

    @Override
    public void ended(Operation operation) {
        memory.giveBack();
    }

    @Override
    public final String toString() {
        return opcode + " " + subject;
    }

    // ---- operations that only succeed or fail

    /** Fills an entry. */
    @FunctionalInterface
    public interface Entry {
        /** Calls one {@code prep} method; what the entry points to is made in the memory. */
        void prepare(Sqe sqe, CallMemory in);
    }

    /**
     * An operation that only succeeds or fails.
     *
     * @param loop works on it
     * @param opcode what it does
     * @param subject what messages say it worked on
     * @param entry fills the entry
     */
    public static Mono<Void> done(RingLoop loop, Opcode opcode, String subject, Entry entry) {
        return done(loop, opcode, subject, entry, NameCall::usualRemedy);
    }

    /**
     * An operation that only succeeds or fails.
     *
     * @param loop works on it
     * @param opcode what it does
     * @param subject what messages say it worked on
     * @param entry fills the entry
     * @param remedies what helps against an error
     */
    public static Mono<Void> done(
            RingLoop loop, Opcode opcode, String subject, Entry entry, Function<Errno, String> remedies) {
        return MonoOperation.of(loop, () -> new NameCall<Void>(loop, opcode, subject) {
            @Override
            protected void prepare(Sqe sqe, CallMemory in) {
                entry.prepare(sqe, in);
            }

            @Override
            public @Nullable Void value(int result) {
                return null;
            }

            @Override
            protected String remedy(Errno errno) {
                return remedies.apply(errno);
            }
        });
    }
}
