package io.fluxring.samples;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version of the build, and the revision where the samples run from a clone. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        @Nullable String revision = System.getProperty("fluxring.revision"); // by samples/run
        return new String[] {"Fluxring " + version() + (revision == null ? "" : ", revision " + revision)};
    }

    /** A module's descriptor has the version; on the class path the manifest of the jar does. */
    private static String version() {
        return Optional.ofNullable(Launcher.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .or(() -> Optional.ofNullable(Launcher.class.getPackage().getImplementationVersion()))
                .orElse("of unknown version");
    }
}
