package io.fluxring.netty.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.netty.RingChannelOption;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.uring.IoUringChannelOption;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that were written for another transport set its options. */
class OtherTransportsTest {
    /** What does not exist here, or has a meaning in that transport alone. */
    private static final Set<String> NONE_HERE =
            Set.of("EPOLL_MODE", "IO_URING_BUFFER_GROUP_ID", "IP_RECVORIGDSTADDR", "TCP_MD5SIG", "UDP_GRO");

    @ParameterizedTest
    @ValueSource(classes = {EpollChannelOption.class, IoUringChannelOption.class})
    void theirConstantsAreKnown(Class<?> constants) throws IllegalAccessException {
        List<String> unknown = new ArrayList<>();
        for (Field each : constants.getDeclaredFields()) {
            if (Modifier.isPublic(each.getModifiers()) && !isKnown((ChannelOption<?>) each.get(null))) {
                unknown.add(each.getName());
            }
        }
        assertThat(NONE_HERE).containsAll(unknown);
    }

    private static boolean isKnown(ChannelOption<?> option) {
        boolean[] known = new boolean[1];
        for (Channels kind : Channels.values()) {
            kind.with(config -> known[0] |= config.getOption(option) != null);
        }
        return known[0];
    }

    @Test
    void theyMeanTheSame() {
        Channels.TCP.with(config -> {
            assertThat(config.setOption(EpollChannelOption.TCP_KEEPIDLE, 77)).isTrue();
            assertThat(config.getOption(RingChannelOption.TCP_KEEPIDLE)).isEqualTo(77);
            assertThat(config.getOption(IoUringChannelOption.TCP_KEEPIDLE)).isEqualTo(77);
            assertThat(config.setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, 4_096L))
                    .isTrue();
            assertThat(config.getOption(RingChannelOption.TCP_NOTSENT_LOWAT)).isEqualTo(4_096L);
            assertThat(EpollChannelOption.IP_FREEBIND).isSameAs(RingChannelOption.IP_FREEBIND);
        });
    }

    @Test
    void theJdksOptionsAreKnown() {
        Channels.TCP.with(config -> {
            setAndGet(config, ExtendedSocketOptions.TCP_KEEPIDLE, 61, RingChannelOption.TCP_KEEPIDLE);
            setAndGet(config, ExtendedSocketOptions.TCP_KEEPINTERVAL, 7, RingChannelOption.TCP_KEEPINTVL);
            setAndGet(config, ExtendedSocketOptions.TCP_KEEPCOUNT, 5, RingChannelOption.TCP_KEEPCNT);
            setAndGet(config, StandardSocketOptions.SO_KEEPALIVE, true, ChannelOption.SO_KEEPALIVE);
            setAndGet(
                    config,
                    StandardSocketOptions.SO_REUSEPORT,
                    true,
                    ChannelOption.valueOf("io.netty.channel.unix.UnixChannelOption#SO_REUSEPORT"));
            assertThat(config.setOption(NioChannelOption.of(StandardSocketOptions.SO_BROADCAST), true))
                    .isFalse();
        });
        Channels.UDP.with(
                config -> setAndGet(config, StandardSocketOptions.SO_BROADCAST, true, ChannelOption.SO_BROADCAST));
    }

    private static <T> void setAndGet(ChannelConfig config, SocketOption<T> jdks, T value, ChannelOption<T> nettys) {
        assertThat(config.setOption(NioChannelOption.of(jdks), value)).isTrue();
        assertThat(config.getOption(NioChannelOption.of(jdks))).isEqualTo(value);
        assertThat(config.getOption(nettys)).isEqualTo(value);
    }
}
