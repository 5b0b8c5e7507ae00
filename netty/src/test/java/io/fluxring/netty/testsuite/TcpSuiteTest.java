package io.fluxring.netty.testsuite;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import io.netty.testsuite.transport.socket.TrafficShapingHandlerTest;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

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

    /** Once a JVM: its threads end with the class. One after the other, as they measure time. */
    @Nested
    @Tag("alone")
    @Execution(ExecutionMode.SAME_THREAD)
    class TrafficShapingHandler extends TrafficShapingHandlerTest {
        @Override
        protected List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> newFactories() {
            return pairs();
        }
    }
}
