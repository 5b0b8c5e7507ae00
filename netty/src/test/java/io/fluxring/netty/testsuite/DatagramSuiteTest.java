package io.fluxring.netty.testsuite;

import io.fluxring.netty.RingDatagramChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.DatagramConnectNotExistsTest;
import io.netty.testsuite.transport.socket.DatagramConnectedWriteExceptionTest;
import io.netty.testsuite.transport.socket.DatagramMulticastIPv6Test;
import io.netty.testsuite.transport.socket.DatagramMulticastTest;
import io.netty.testsuite.transport.socket.DatagramUnicastIPv6MappedTest;
import io.netty.testsuite.transport.socket.DatagramUnicastIPv6Test;
import io.netty.testsuite.transport.socket.DatagramUnicastInetTest;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** Netty's own tests of datagram sockets. */
class DatagramSuiteTest {
    private static List<BootstrapComboFactory<Bootstrap, Bootstrap>> pairs(SocketProtocolFamily family) {
        return RingPermutation.INSTANCE.datagram(family);
    }

    private static List<BootstrapFactory<Bootstrap>> clients() {
        return List.of(
                () -> new Bootstrap().group(RingPermutation.INSTANCE.ring()).channel(RingDatagramChannel.class));
    }

    @Nested
    class DatagramConnectNotExists extends DatagramConnectNotExistsTest {
        @Override
        protected List<BootstrapFactory<Bootstrap>> newFactories() {
            return clients();
        }
    }

    @Nested
    class DatagramConnectedWriteException extends DatagramConnectedWriteExceptionTest {
        @Override
        protected List<BootstrapFactory<Bootstrap>> newFactories() {
            return clients();
        }
    }

    @Nested
    @Tag("alone")
    class DatagramMulticast extends DatagramMulticastTest {
        @Override
        protected List<BootstrapComboFactory<Bootstrap, Bootstrap>> newFactories() {
            return pairs(socketInternetProtocalFamily());
        }
    }

    @Nested
    @Tag("alone")
    class DatagramMulticastIPv6 extends DatagramMulticastIPv6Test {
        @Override
        protected List<BootstrapComboFactory<Bootstrap, Bootstrap>> newFactories() {
            return pairs(socketInternetProtocalFamily());
        }
    }

    @Nested
    class DatagramUnicastInet extends DatagramUnicastInetTest {
        @Override
        protected List<BootstrapComboFactory<Bootstrap, Bootstrap>> newFactories() {
            return pairs(socketInternetProtocalFamily());
        }
    }

    @Nested
    class DatagramUnicastIPv6 extends DatagramUnicastIPv6Test {
        @Override
        protected List<BootstrapComboFactory<Bootstrap, Bootstrap>> newFactories() {
            return pairs(socketInternetProtocalFamily());
        }
    }

    @Nested
    class DatagramUnicastIPv6Mapped extends DatagramUnicastIPv6MappedTest {
        @Override
        protected List<BootstrapComboFactory<Bootstrap, Bootstrap>> newFactories() {
            return pairs(socketInternetProtocalFamily());
        }
    }
}
