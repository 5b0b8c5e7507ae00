package io.fluxring.netty.testsuite;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.TrafficShapingHandlerTest;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** TCP as it is when nothing is configured. */
class TcpSuiteTest extends StreamSuite {
    @Override
    List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> pairs() {
        return RingPermutation.INSTANCE.socket();
    }

    @Override
    List<BootstrapFactory<Bootstrap>> clients() {
        return List.of(RingPermutation.INSTANCE.clientSocket().getFirst());
    }

    @Override
    List<BootstrapFactory<ServerBootstrap>> servers() {
        return List.of(RingPermutation.INSTANCE.serverSocket().getFirst());
    }

    @Override
    boolean completesLate() {
        return false;
    }

    /** Once a JVM: its threads end with the class. */
    @Nested
    class TrafficShapingHandler extends TrafficShapingHandlerTest {
        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return pairs();
        }
    }
}
