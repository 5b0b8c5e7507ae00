package io.fluxring.benchmarks.files;

/** The libraries by name. */
final class Libraries {

    private Libraries() {}

    static FileLibrary open(String name) {
        return switch (name) {
            case "channel" -> new ChannelFile();
            case "async-channel" -> new AsyncChannelFile();
            case "spring" -> new SpringFile();
            case "reactor-netty" -> new ReactorNettyFile();
            case "jasyncfio" -> new JasyncfioFile();
            case "liburing" -> new LiburingFile();
            case "fluxring-core" -> new LoopFile();
            case "fluxring" -> new FluxFile(false);
            case "fluxring-fixed" -> new FluxFile(true);
            default -> throw new IllegalArgumentException("no library is named " + name);
        };
    }
}
