package io.fluxring.samples.webflux;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set.
 *
 * @param dir the folder with the files
 * @param heartbeat how often an event stream without events shows that it lives
 */
@ConfigurationProperties("filedrop")
record FileDropProperties(Path dir, @DefaultValue("10s") Duration heartbeat) {}
