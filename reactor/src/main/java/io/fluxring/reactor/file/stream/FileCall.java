package io.fluxring.reactor.file.stream;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.file.OpenFile;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Opcode;
import io.fluxring.reactor.operator.MonoOperation;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** An operation on an open file that gives nothing but its end. */
final class FileCall implements MonoOperation.Call<Void> {
    private final FileSource.Open source;
    private final Opcode opcode;
    private final BiConsumer<Sqe, Integer> preparation;

    private FileCall(FileSource.Open source, Opcode opcode, BiConsumer<Sqe, Integer> preparation) {
        this.source = source;
        this.opcode = opcode;
        this.preparation = preparation;
    }

    /**
     * The operation, with each subscription.
     *
     * @param preparation fills the entry, for a descriptor of that number
     */
    static Mono<Void> of(FileSource.Open source, Opcode opcode, BiConsumer<Sqe, Integer> preparation) {
        return MonoOperation.of(source.loop(), () -> new FileCall(source, opcode, preparation));
    }

    private OpenFile file() {
        return source.file();
    }

    @Override
    public Opcode opcode() {
        return opcode;
    }

    @Override
    public void begin(Operation operation) {
        file().begin(operation);
    }

    @Override
    public void prepare(Sqe sqe) {
        preparation.accept(sqe, file().file().number());
        sqe.flags(file().file().sqeFlags());
    }

    @Override
    public @Nullable Void value(int result) {
        return null;
    }

    @Override
    public Throwable failure(int result) {
        return source.failureOf(opcode.name(), result);
    }

    @Override
    public void ended(Operation operation) {
        file().ended(operation);
    }

    @Override
    public String toString() {
        return file().file().toString();
    }
}
