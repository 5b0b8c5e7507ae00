package io.fluxring.samples.webflux;

import io.fluxring.spring.RingStatus;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.netty.resources.LoopResources;

/** The figures that the page shows. All of them are the meters that {@code /actuator/metrics} has as well. */
@RestController
class StatusController {
    private final Supplier<RingStatus> ring;
    private final MeterRegistry meters;

    StatusController(Supplier<RingStatus> ring, MeterRegistry meters) {
        this.ring = ring;
        this.meters = meters;
    }

    @GetMapping("/status")
    Status status() {
        RingStatus status = ring.get();
        return new Status(
                status.isOnRing(),
                status.isOnRing() ? "io_uring" : LoopResources.hasNativeSupport() ? "epoll" : "NIO",
                status.detail(),
                status.loops(),
                requests(),
                ofRings("fluxring.enters"),
                ofRings("fluxring.sqes"),
                ofRings("fluxring.received"),
                ofRings("fluxring.sent"));
    }

    private long requests() {
        return meters.find("http.server.requests").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    /** Each ring has a meter of its own. */
    private @Nullable Long ofRings(String meter) {
        var each = meters.find(meter).functionCounters();
        return each.isEmpty()
                ? null
                : (long) each.stream().mapToDouble(FunctionCounter::count).sum();
    }
}
