package io.fluxring.samples.webflux;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version of the build, and the revision where the sample runs from a clone. */
final class Version implements IVersionProvider {
    Version() {}

    @Override
    public String[] getVersion() {
        String version = FileDropCommand.class.getPackage().getImplementationVersion(); // by the jar's manifest
        String revision = System.getProperty("fluxring.revision"); // by samples/run
        return new String[] {
            "Fluxring " + (version == null ? "of unknown version" : version)
                    + (revision == null ? "" : ", revision " + revision)
        };
    }
}
