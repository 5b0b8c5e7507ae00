package io.fluxring.spring.behaviour;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Random bytes of any length, the same ones each time, and what looks whether they have arrived so. */
final class Bytes {
    /** A prime: no block of any other size is the same as its neighbours. */
    private static final int PERIOD = 65_521;

    private static final byte[] ALL = new byte[2 * PERIOD];

    static {
        byte[] random = new byte[PERIOD];
        new Random(11).nextBytes(random);
        System.arraycopy(random, 0, ALL, 0, PERIOD);
        System.arraycopy(random, 0, ALL, PERIOD, PERIOD);
    }

    private Bytes() {}

    static byte[] of(int length) {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at += PERIOD) {
            System.arraycopy(ALL, 0, bytes, at, Math.min(PERIOD, length - at));
        }
        return bytes;
    }

    /** The bytes in pieces of odd sizes, made as they are asked for. */
    static Flux<DataBuffer> flux(long length) {
        return Flux.generate(() -> 0L, (at, sink) -> {
            if (at == length) {
                sink.complete();
                return at;
            }
            int from = (int) (at % PERIOD);
            int size = (int) Math.min(length - at, 1 + (at * 31 + 7_919) % 50_000);
            sink.next(DefaultDataBufferFactory.sharedInstance.wrap(Arrays.copyOfRange(ALL, from, from + size)));
            return at + size;
        });
    }

    /** {@return how many bytes there were, which are released} Fails at the first that is not as it should be. */
    static Mono<Long> count(Flux<DataBuffer> received) {
        return Mono.defer(() -> {
            AtomicLong at = new AtomicLong();
            return received.doOnNext(buffer -> {
                        try {
                            check(buffer, at);
                        } finally {
                            DataBufferUtils.release(buffer);
                        }
                    })
                    .then(Mono.fromSupplier(at::get));
        });
    }

    private static void check(DataBuffer buffer, AtomicLong at) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        for (int done = 0; done < bytes.length; ) {
            int from = (int) (at.get() % PERIOD);
            int size = Math.min(PERIOD, bytes.length - done);
            int wrong = Arrays.mismatch(ALL, from, from + size, bytes, done, done + size);
            if (wrong >= 0) {
                throw new IllegalStateException("wrong at " + (at.get() + wrong));
            }
            done += size;
            at.addAndGet(size);
        }
    }
}
