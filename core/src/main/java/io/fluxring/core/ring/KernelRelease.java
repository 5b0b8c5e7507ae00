package io.fluxring.core.ring;

/** A kernel's release by its first two numbers: all that decides what it has, unless its maker changed it. */
record KernelRelease(int major, int minor) {

    /** The release in a text such as {@code 6.18.44-generic}; numbers that can't be read are 0. */
    static KernelRelease of(String text) {
        String[] parts = text.split("\\D", 3);
        return new KernelRelease(number(parts, 0), number(parts, 1));
    }

    private static int number(String[] parts, int at) {
        return at < parts.length && !parts[at].isEmpty() ? Integer.parseInt(parts[at]) : 0;
    }

    boolean has(String since) {
        KernelRelease other = of(since);
        return major != other.major ? major > other.major : minor >= other.minor;
    }
}
