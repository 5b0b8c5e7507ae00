package io.fluxring.netty.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.fluxring.netty.RingDatagramChannel;
import io.fluxring.netty.RingDomainDatagramChannel;
import io.fluxring.netty.RingDomainSocketChannel;
import io.fluxring.netty.RingIoHandler;
import io.fluxring.netty.RingIoHandlerConfig;
import io.fluxring.netty.RingServerDomainSocketChannel;
import io.fluxring.netty.RingServerSocketChannel;
import io.fluxring.netty.RingSocketChannel;
import io.fluxring.netty.reactor.RingLoopResources;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.DomainDatagramChannel;
import io.netty.channel.unix.DomainSocketChannel;
import io.netty.channel.unix.ServerDomainSocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.scheduler.Schedulers;

/** The loops of Reactor Netty on rings. */
@Timeout(30)
class RingLoopResourcesTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Map<Class<? extends Channel>, Class<? extends Channel>> CHANNELS = Map.of(
            SocketChannel.class, RingSocketChannel.class,
            ServerSocketChannel.class, RingServerSocketChannel.class,
            DatagramChannel.class, RingDatagramChannel.class,
            DomainSocketChannel.class, RingDomainSocketChannel.class,
            ServerDomainSocketChannel.class, RingServerDomainSocketChannel.class,
            DomainDatagramChannel.class, RingDomainDatagramChannel.class);

    private final RingLoopResources loops = RingLoopResources.create("test", 2, true);

    @Test
    void everyKindOfChannelIsOnTheRing() {
        EventLoopGroup client = loops.onClient(true);
        CHANNELS.forEach((asked, given) -> {
            assertThat(loops.onChannelClass(asked, client)).isEqualTo(given);
            Channel channel = loops.onChannel(asked, client);
            assertThat(channel).isInstanceOf(given);
            channel.unsafe().closeForcibly();
        });
        assertThatIllegalArgumentException().isThrownBy(() -> loops.onChannelClass(Channel.class, client));
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    @Test
    void threadsHaveNamesAndDoNotBlock() throws Exception {
        Thread thread =
                loops.onServer(true).next().submit(Thread::currentThread).get(10, TimeUnit.SECONDS);
        assertThat(thread.getName()).matches("test-ring-[12]");
        assertThat(thread.isDaemon()).isTrue();
        assertThat(Schedulers.isNonBlockingThread(thread)).isTrue();
        assertThat(loops.onServerSelect(true)).isSameAs(loops.onServer(true));
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
    }

    @Test
    void loopsEndWithTheirDisposal() {
        EventLoopGroup group = loops.onServer(true);
        assertThat(loops.isDisposed()).isFalse();
        loops.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
        assertThat(loops.isDisposed()).isTrue();
        assertThat(group.isTerminated()).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> RingIoHandler.loopOf(group.next()));
        RingLoopResources late = RingLoopResources.create("late", 1, true);
        late.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
        assertThatIllegalStateException().isThrownBy(() -> late.onServer(true));
    }

    /** A loop that always has something to do never has its quiet period. */
    @Test
    void busyLoopsEndAtTheLimit() {
        EventLoop busy = loops.onServer(true).next();
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    busy.execute(() -> {});
                    LockSupport.parkNanos(1_000_000);
                }
            } catch (RejectedExecutionException e) {
                // it has ended
            }
        });
        long start = System.nanoTime();
        loops.disposeLater(Duration.ofMillis(100), Duration.ofMillis(400)).block(LIMIT);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(390), Duration.ofSeconds(5));
        assertThat(busy.isTerminated()).isTrue();
    }

    @Test
    void aLoopThatIsHeldUpIsAnErrorInsteadOfAWaitWithoutEnd() throws InterruptedException {
        CountDownLatch holding = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        EventLoop held = loops.onServer(true).next();
        held.execute(() -> {
            holding.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        holding.await();
        assertThatIllegalStateException()
                .isThrownBy(() -> loops.disposeLater(Duration.ZERO, Duration.ofMillis(200))
                        .block(LIMIT))
                .withMessageContaining("RingLoopResources[test, 2 loops]");
        release.countDown();
        assertThat(held.terminationFuture().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void acceptingLoopsMayBeOthers() {
        RingLoopResources apart = RingLoopResources.create("apart", 1, 2, true, RingIoHandlerConfig.defaults());
        assertThat(apart.onServerSelect(true)).isNotSameAs(apart.onServer(true));
        apart.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
        assertThatIllegalArgumentException().isThrownBy(() -> RingLoopResources.create("none", 0, true));
    }

    @Test
    void thisHostHasRings() {
        assertThat(RingLoopResources.isAvailable()).isTrue();
        assertThat(RingLoopResources.createOrDefault("auto")).isInstanceOf(RingLoopResources.class);
    }
}
