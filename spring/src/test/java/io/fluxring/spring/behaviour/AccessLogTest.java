package io.fluxring.spring.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.spring.support.Child;
import io.fluxring.spring.support.Child.Jvm;
import io.fluxring.spring.support.RunningApplication;
import org.junit.jupiter.api.Test;

/** Reactor Netty's access log, which is switched on before its first server. */
class AccessLogTest {
    static final class Asking {
        private Asking() {}

        public static void main(String[] arguments) {
            try (RunningApplication application = RunningApplication.of(BodiesApplication.class, arguments)) {
                System.out.println(application.get("/text").length());
                System.out.println(application.get("/download/12345").length());
            }
        }
    }

    @Test
    void aLineARequest() {
        try (Child child = Jvm.plain()
                .with("--enable-native-access=ALL-UNNAMED", "-Dreactor.netty.http.server.accessLogEnabled=true")
                .start(Asking.class, "fluxring.mode=required", "fluxring.loops=2")) {
            assertThat(child.status()).as("%s", child).isZero();
            assertThat(child.lines("reactor.netty.http.server.AccessLog")).hasSize(2);
            assertThat(child.lines("\"GET /text HTTP/1.1\" 200 21000"))
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1");
            assertThat(child.lines("\"GET /download/12345 HTTP/1.1\" 200 ")).hasSize(1);
        }
    }
}
