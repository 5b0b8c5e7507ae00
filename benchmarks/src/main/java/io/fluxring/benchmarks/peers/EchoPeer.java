package io.fluxring.benchmarks.peers;

import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts one of the peers; prints {@code listening on 127.0.0.1:PORT} and serves until it is killed. */
@Command(name = "echo-peer", mixinStandardHelpOptions = true, description = "An echo server on Netty or Reactor Netty.")
public final class EchoPeer implements Callable<Integer> {

    /** What the event loop's thread is called, so that a tool can tell it from the JVM's other threads. */
    public static final String LOOP_THREAD = "echo-loop";

    /** Room for all clients of a measurement to knock at the same time. */
    static final int BACKLOG = 4096;

    enum Library {
        NETTY,
        REACTOR_NETTY
    }

    @Option(names = "--library", defaultValue = "NETTY", description = "${COMPLETION-CANDIDATES}")
    private Library library = Library.NETTY;

    @Option(names = "--transport", required = true, description = "${COMPLETION-CANDIDATES}")
    private Transport transport = Transport.NIO;

    @Option(names = "--port", defaultValue = "0", description = "0 takes any free one")
    private int port;

    @Override
    public Integer call() throws InterruptedException {
        InetSocketAddress address = switch (library) {
            case NETTY -> NettyEcho.start(transport, port);
            case REACTOR_NETTY -> ReactorNettyEcho.start(transport, port);
        };
        System.out.println("listening on 127.0.0.1:" + address.getPort());
        new CountDownLatch(1).await();
        return 0;
    }

    /**
     * The entry point.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new EchoPeer()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(line.execute(arguments));
    }
}
