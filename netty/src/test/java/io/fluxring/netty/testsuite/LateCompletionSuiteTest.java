package io.fluxring.netty.testsuite;

import io.fluxring.netty.RingChannelOption;
import io.fluxring.netty.RingServerSocketChannel;
import io.fluxring.netty.RingSocketChannel;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapComboFactory;
import io.netty.testsuite.transport.TestsuitePermutation.BootstrapFactory;
import java.util.List;

/** TCP whose writes complete when the kernel has taken the bytes. */
class LateCompletionSuiteTest extends StreamSuite {
    @Override
    List<BootstrapComboFactory<ServerBootstrap, Bootstrap>> pairs() {
        return List.of(new BootstrapComboFactory<>() {
            @Override
            public ServerBootstrap newServerInstance() {
                return server();
            }

            @Override
            public Bootstrap newClientInstance() {
                return client();
            }
        });
    }

    @Override
    List<BootstrapFactory<Bootstrap>> clients() {
        return List.of(LateCompletionSuiteTest::client);
    }

    @Override
    List<BootstrapFactory<ServerBootstrap>> servers() {
        return List.of(LateCompletionSuiteTest::server);
    }

    @Override
    boolean completesLate() {
        return true;
    }

    private static Bootstrap client() {
        return new Bootstrap()
                .group(RingPermutation.INSTANCE.ring())
                .channel(RingSocketChannel.class)
                .option(RingChannelOption.EARLY_WRITE_COMPLETION, false);
    }

    private static ServerBootstrap server() {
        return new ServerBootstrap()
                .group(RingPermutation.INSTANCE.ring())
                .channel(RingServerSocketChannel.class)
                .childOption(RingChannelOption.EARLY_WRITE_COMPLETION, false);
    }
}
