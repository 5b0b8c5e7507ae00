package io.fluxring.spring.support;

/** Where the tests of behaviours run. With {@code -Dfluxring.test.mode=off} they show what the default transport does. */
public final class Mode {
    /** The property that says it. */
    public static final String PROPERTY = "fluxring.mode=" + System.getProperty("fluxring.test.mode", "required");

    private Mode() {}
}
