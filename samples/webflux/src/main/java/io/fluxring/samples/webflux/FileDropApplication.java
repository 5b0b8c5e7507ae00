package io.fluxring.samples.webflux;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** The application. Nothing in it asks for the ring: the starter beside it does. */
@SpringBootApplication
@EnableConfigurationProperties(FileDropProperties.class)
class FileDropApplication {
    FileDropApplication() {}
}
