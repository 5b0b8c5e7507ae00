package io.fluxring.tests.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What every published jar says of itself. */
class PublishedJarsTest {
    @Test
    void coreTellsItsVersionAndLicence() throws IOException {
        tellsVersionAndLicence(Artifacts.core(), "Fluxring core");
    }

    @Test
    void reactorTellsItsVersionAndLicence() throws IOException {
        tellsVersionAndLicence(Artifacts.reactor(), "Fluxring reactor");
    }

    private static void tellsVersionAndLicence(Path jar, String title) throws IOException {
        try (JarFile file = new JarFile(jar.toFile());
                InputStream licence = file.getInputStream(file.getEntry("META-INF/LICENSE"))) {
            assertThat(new String(licence.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(Files.readString(Artifacts.ROOT.resolve("LICENSE")));
            Attributes attributes = file.getManifest().getMainAttributes();
            assertThat(attributes.getValue(Attributes.Name.IMPLEMENTATION_TITLE))
                    .isEqualTo(title);
            assertThat(attributes.getValue(Attributes.Name.IMPLEMENTATION_VERSION))
                    .isEqualTo(Artifacts.version());
        }
        assertThat(ModuleFinder.of(jar).findAll())
                .singleElement()
                .satisfies(
                        module -> assertThat(module.descriptor().rawVersion()).contains(Artifacts.version()));
    }

    /** The BOM has no parent, so its version is written a second time. */
    @Test
    void theBomHasTheVersionOfTheBuild() throws IOException {
        assertThat(Artifacts.version(Artifacts.ROOT.resolve("bom/pom.xml"), "fluxring-bom"))
                .isEqualTo(Artifacts.version());
    }
}
