package io.fluxring.spring.autoconfigure;

import io.fluxring.core.ring.Capabilities;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.spring.RingMode;
import io.fluxring.spring.RingRequiredException;
import io.fluxring.spring.RingStatus;
import io.fluxring.spring.loops.ApplicationLoops;
import io.fluxring.spring.loops.ApplicationLoops.NamedLoop;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport.ConditionAndOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport.ConditionAndOutcomes;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

/** Tells whether the application runs on the ring: to those who ask, and in one line of the log when it has started. */
final class TransportReport
        implements ApplicationListener<ContextRefreshedEvent>, SmartInitializingSingleton, Supplier<RingStatus> {
    private static final Log LOG = LogFactory.getLog("io.fluxring");

    private final RingMode mode;
    private final ApplicationLoops loops;
    private final ConfigurableListableBeanFactory beans;

    TransportReport(RingMode mode, ApplicationLoops loops, ConfigurableListableBeanFactory beans) {
        this.mode = mode;
        this.loops = loops;
        this.beans = beans;
    }

    /** Before a port is bound: what the application itself prevents. What the host refuses is found when the loops are made. */
    @Override
    public void afterSingletonsInstantiated() {
        if (mode != RingMode.REQUIRED) {
            return;
        }
        unmet().ifPresent(each -> {
            throw new RingRequiredException(
                    "A condition is not met: " + each.getOutcome().getMessage(),
                    "Remove what is in its way, such as a ReactorResourceFactory of the application.");
        });
    }

    @Override
    public void onApplicationEvent(ContextRefreshedEvent event) {
        if (!event.getApplicationContext().containsLocalBean("fluxringReport")) {
            return; // a child's, such as that of the management port
        }
        RingStatus status = get();
        if (status.isOnRing()) {
            LOG.info("Fluxring: on io_uring, " + status.detail());
        } else if (isRefused()) {
            LOG.warn("Fluxring steps aside: " + status.detail());
        } else {
            LOG.info("Fluxring steps aside: " + status.detail());
        }
    }

    /** {@return whether the loops are rings at this moment, and why not} */
    @Override
    public RingStatus get() {
        List<NamedLoop> rings = loops.rings();
        if (rings.isEmpty()) {
            return new RingStatus(false, reason(), List.of());
        }
        Capabilities capabilities = rings.getFirst().loop().capabilities();
        String count = rings.size() == 1 ? "1 loop" : rings.size() + " loops";
        return new RingStatus(
                true,
                count + ", " + capabilities,
                rings.stream().map(NamedLoop::name).toList());
    }

    private String reason() {
        return loops.refusal()
                .map(RingUnavailableException::getMessage)
                .or(() -> unmet().map(each -> each.getOutcome().getMessage()))
                .orElse("the event loops have ended");
    }

    /** Whether the host has refused, which its administrator can change; all else is as the application wants it. */
    private boolean isRefused() {
        return loops.refusal().isPresent()
                || unmet().filter(each -> OnRing.isRefusal(each.getOutcome())).isPresent();
    }

    /** {@return the first condition that kept the loops from being rings} The condition report of Boot has it as well. */
    private Optional<ConditionAndOutcome> unmet() {
        ConditionAndOutcomes all = ConditionEvaluationReport.get(beans)
                .getConditionAndOutcomesBySource()
                .get(RingAutoConfiguration.Loops.class.getName());
        return all == null
                ? Optional.empty()
                : all.stream().filter(each -> !each.getOutcome().isMatch()).findFirst();
    }
}
