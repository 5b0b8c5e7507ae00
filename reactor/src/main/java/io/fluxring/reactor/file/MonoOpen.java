package io.fluxring.reactor.file;

import io.fluxring.core.file.OpenFile;
import io.fluxring.core.loop.RingLoop;
import io.fluxring.reactor.file.stream.FileSource;
import io.fluxring.reactor.file.stream.FileUse;
import io.fluxring.reactor.operator.CallSite;
import io.fluxring.reactor.operator.ResultSubscription;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;

/** Opens a file with each subscription, or shares one that is open. One that no subscriber gets is closed. */
final class MonoOpen extends Mono<RingFile> implements Scannable {
    private final FileSource source;

    private MonoOpen(FileSource source) {
        this.source = source;
    }

    static Mono<RingFile> of(FileSource source) {
        return CallSite.name(onAssembly(new MonoOpen(source)));
    }

    @Override
    public void subscribe(CoreSubscriber<? super RingFile> actual) {
        new Opening(source.loop(), actual).begin();
    }

    @Override
    @SuppressWarnings("rawtypes") // so declared by Reactor
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
    }

    private final class Opening extends ResultSubscription<RingFile> {
        private final FileUse use = new FileUse(source);

        Opening(RingLoop loop, CoreSubscriber<? super RingFile> actual) {
            super(loop, actual);
        }

        @Override
        protected void attach() {
            use.begin(this::opened, this::failed);
        }

        private void opened(OpenFile file) {
            succeeded(new RingFile(new FileSource.Open(file, source.name(), source.firstPosition())));
        }

        @Override
        protected void callOff() {
            use.callOff();
        }

        @Override
        protected void dispose(RingFile file) {
            file.close().subscribe(closed -> {}, failure -> {
                // nothing was written to it
            });
        }
    }
}
