package io.fluxring.tests.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.ForwardingKernel;
import io.fluxring.core.testing.Descriptors;
import io.fluxring.core.testing.Eventually;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.reactor.error.RingException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A refusal names what to do about it, and leaves no descriptor. */
class RefusedListenTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BIND   | EADDRINUSE    | another socket has port 80; .*ListenOptions.withReusePort, SO_REUSEPORT.*",
                "BIND   | EACCES        | .*CAP_NET_BIND_SERVICE.*net.ipv4.ip_unprivileged_port_start",
                "BIND   | EADDRNOTAVAIL | no network interface of this machine has this address",
                "LISTEN | EADDRINUSE    | another socket has port 80; .*",
                "SOCKET | EMFILE        | raise the limit of open descriptors \\(ulimit -n\\)",
                "SOCKET | ENFILE        | .*fs.file-max.*",
                "SOCKET | EAFNOSUPPORT  | this kernel has IPv6 switched off.*"
            })
    void namesTheRemedy(String call, Errno errno, String remedy) {
        ReactiveRing ring = ReactiveRing.create(new Refusing(call, errno), ReactiveRingConfig.defaults());
        try {
            var before = Descriptors.count();
            assertThatThrownBy(() -> ring.listen(new InetSocketAddress("127.0.0.1", 80)))
                    .isInstanceOfSatisfying(RingException.class, e -> {
                        assertThat(e)
                                .hasMessageMatching(
                                        call + " 127.0.0.1:80: " + errno + " \\(" + errno.text() + "\\); " + remedy);
                        assertThat(e.operation()).isEqualTo(call);
                        assertThat(e.errno()).isEqualTo(errno);
                    });
            assertThat(Descriptors.count()).isEqualTo(before);
        } finally {
            ring.disposeLater().block(Eventually.LIMIT);
        }
    }

    /** A kernel that refuses one call, and binds to a port of its choice. */
    private static final class Refusing extends ForwardingKernel {
        private final String call;
        private final Errno errno;

        Refusing(String call, Errno errno) {
            this.call = call;
            this.errno = errno;
        }

        @Override
        public int socket(int domain, int type, int protocol) {
            return call.equals("SOCKET") ? errno.result() : super.socket(domain, type, protocol);
        }

        @Override
        public int bind(int fd, MemorySegment address) {
            return call.equals("BIND") ? errno.result() : 0;
        }

        @Override
        public int listen(int fd, int backlog) {
            return call.equals("LISTEN") ? errno.result() : super.listen(fd, backlog);
        }
    }
}
