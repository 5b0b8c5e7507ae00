package io.fluxring.spring.actuate;

import io.fluxring.core.ring.Capabilities;
import io.fluxring.spring.RingStatus;
import io.fluxring.spring.loops.ApplicationLoops;
import java.lang.module.ModuleDescriptor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.actuate.info.InfoContributor;

/** Tells the version, and what the event loops run on. */
public final class RingInfoContributor implements InfoContributor {
    private final ApplicationLoops loops;
    private final Supplier<RingStatus> status;

    /**
     * Information on an application's loops.
     *
     * @param loops the application's
     * @param status where they are
     */
    public RingInfoContributor(ApplicationLoops loops, Supplier<RingStatus> status) {
        this.loops = loops;
        this.status = status;
    }

    @Override
    public void contribute(Info.Builder builder) {
        RingStatus now = status.get();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("version", version());
        details.put("onRing", now.isOnRing());
        details.put("detail", now.detail());
        details.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        details.put("loops", now.loops());
        loops.rings().stream()
                .findFirst()
                .ifPresent(any -> details.put("capabilities", of(any.loop().capabilities())));
        builder.withDetail("fluxring", details);
    }

    private static Map<String, Object> of(Capabilities capabilities) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("operations", capabilities.operationCount());
        details.put("setupFlags", capabilities.setupFlags());
        details.put("features", capabilities.features());
        details.put("registeredRing", capabilities.registeredRing());
        return details;
    }

    /** A module's descriptor has the version; on the class path the manifest of the jar does. */
    private static String version() {
        return Optional.ofNullable(RingStatus.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .or(() -> Optional.ofNullable(RingStatus.class.getPackage().getImplementationVersion()))
                .orElse("unknown");
    }
}
