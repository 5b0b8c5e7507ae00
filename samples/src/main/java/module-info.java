/** Small programs that show the ring at work. */
module io.fluxring.samples {
    requires io.fluxring.reactor;
    requires info.picocli;
    requires static org.jspecify;

    opens io.fluxring.samples to
            info.picocli;
    opens io.fluxring.samples.doctor to
            info.picocli;
    opens io.fluxring.samples.echo to
            info.picocli;
}
