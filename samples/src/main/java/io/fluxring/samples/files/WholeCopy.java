package io.fluxring.samples.files;

import io.fluxring.reactor.error.RingException;
import io.fluxring.reactor.file.CopyOptions;
import io.fluxring.reactor.file.CopyProgress;
import java.util.function.LongConsumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies the way that is fastest for the two files, with the holes of the source. */
final class WholeCopy implements CopyWay {
    private final Program program;
    private final CopyOperands operands;
    private final LongConsumer progress;

    /**
     * A copy that has not begun.
     *
     * @param progress is given how many bytes are copied
     */
    WholeCopy(Program program, CopyOperands operands, LongConsumer progress) {
        this.program = program;
        this.operands = operands;
        this.progress = progress;
    }

    @Override
    public Mono<Void> run() {
        Mono<Void> copy = copy(operands.isNew());
        return operands.isForced() && !operands.isNew()
                ? copy.onErrorResume(
                        this::isOfTarget,
                        e -> program.files()
                                .delete(operands.to())
                                .then(copy(true))
                                .onErrorMap(failure -> e))
                : copy;
    }

    private boolean isOfTarget(Throwable failure) {
        return failure.getCause() instanceof RingException e && e.operation().equals("OPENAT") && !isOfSource(e);
    }

    private Mono<Void> copy(boolean isNew) {
        CopyOptions options = CopyOptions.defaults().withReplacing(!isNew).withPermissions(isNew);
        Flux<CopyProgress> copy = program.files().copy(operands.from(), operands.to(), options);
        return copy.doOnNext(each -> progress.accept(each.copiedBytes()))
                .onErrorMap(RingException.class, this::failure)
                .then();
    }

    /** Of the two files that are opened, the message tells which. */
    private boolean isOfSource(RingException failure) {
        return String.valueOf(failure.getMessage()).startsWith("OPENAT " + operands.from() + ":");
    }

    private CopyFailure failure(RingException e) {
        String source = operands.source().quoted();
        String target = operands.target().quoted();
        return new CopyFailure(
                switch (e.operation()) {
                    case "OPENAT" ->
                        isOfSource(e)
                                ? "cannot open " + source + " for reading"
                                : "cannot create regular file " + target;
                    case "READ" -> "error reading " + source;
                    case "FCHMOD" -> "setting permissions for " + target;
                    default -> "error writing " + target;
                },
                e);
    }

    /** The ring does that. */
    @Override
    public void remove() {}
}
