package io.fluxring.core.loop;

import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Keeps failures that a test provokes out of the build's output. */
final class QuietLog implements BeforeEachCallback, AfterEachCallback {
    private static final Logger LOG = Logger.getLogger(RingLoop.class.getName());

    @Override
    public void beforeEach(ExtensionContext context) {
        LOG.setLevel(Level.OFF);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        LOG.setLevel(null);
    }
}
