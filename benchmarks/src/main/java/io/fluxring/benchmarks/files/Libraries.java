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
            default -> throw new IllegalArgumentException("no library is named " + name);
        };
    }
}
