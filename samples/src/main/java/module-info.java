/** Small programs that show the ring at work. */
module io.fluxring.samples {
    requires io.fluxring.netty;
    requires io.fluxring.reactor;
    requires io.netty.codec.http;
    requires io.netty.pkitesting;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.classes.io_uring;
    requires reactor.netty.core;
    requires reactor.netty.http;
    requires info.picocli;
    requires me.tongfei.progressbar;
    requires static org.jspecify;

    opens io.fluxring.samples to
            info.picocli;
    opens io.fluxring.samples.doctor to
            info.picocli;
    opens io.fluxring.samples.echo to
            info.picocli;
    opens io.fluxring.samples.files to
            info.picocli;
    opens io.fluxring.samples.http to
            info.picocli;
}
