package io.fluxring.netty.config;

import io.fluxring.core.sys.layout.CredentialsLayout;
import io.fluxring.core.sys.layout.LingerLayout;
import io.fluxring.netty.PeerIdentity;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** How the bytes of a socket option are seen in Java. */
enum OptionForm {
    FLAG(Boolean.class),
    /** A flag whose name in Java says the opposite of the kernel's. */
    INVERTED(Boolean.class),
    NUMBER(Integer.class),
    /** A number from 0 to 255: the kernel cuts off what is more, for some options. */
    BYTE(Integer.class),
    /** A number of 32 bits without a sign. */
    UNSIGNED(Long.class),
    /** The kernel doubles what it is given, for its own needs, and reports that. */
    BUFFER(Integer.class),
    LINGER(Integer.class),
    TEXT(String.class),
    /** Who the peer is, which can't be set. */
    IDENTITY(PeerIdentity.class);

    /** Room for each of them. */
    static final long MAX_BYTES = 16;

    private static final long MOST_UNSIGNED = 0xffff_ffffL;

    private final Class<?> type;

    OptionForm(Class<?> type) {
        this.type = type;
    }

    /** Whether the kernel takes an int. */
    boolean isInt() {
        return this != LINGER && this != TEXT && this != IDENTITY;
    }

    /**
     * Looks at a value before the kernel does, which takes some of them for others.
     *
     * @throws IllegalArgumentException when it is of another type, or out of range
     * @throws UnsupportedOperationException when the option can't be set
     */
    void check(String option, Object value) {
        if (this == IDENTITY) {
            throw new UnsupportedOperationException(option + " can't be set");
        }
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(
                    option + " takes a value of type " + type.getSimpleName() + ": " + value);
        }
        long most = this == BYTE ? 255 : this == UNSIGNED ? MOST_UNSIGNED : Integer.MAX_VALUE;
        boolean isBounded = this == BYTE || this == UNSIGNED || this == BUFFER;
        if (isBounded && value instanceof Number number && (number.longValue() < 0 || number.longValue() > most)) {
            throw new IllegalArgumentException(option + " is from 0 to " + most + ": " + value);
        }
    }

    /** What an int option is set to. */
    int bits(Object value) {
        return switch (value) {
            case Boolean flag -> flag == (this == INVERTED) ? 0 : 1;
            case Number number -> (int) number.longValue();
            default -> throw new IllegalStateException(this + " is no int");
        };
    }

    /** What an option that is no int is set to. */
    MemorySegment encode(Object value, Arena arena) {
        if (this == LINGER) {
            MemorySegment linger = arena.allocate(LingerLayout.BYTES, Integer.BYTES);
            LingerLayout.put(linger, (Integer) value);
            return linger;
        }
        byte[] text = ((String) value).getBytes(StandardCharsets.UTF_8);
        MemorySegment encoded = arena.allocate(text.length);
        MemorySegment.copy(text, 0, encoded, ValueLayout.JAVA_BYTE, 0, text.length);
        return encoded;
    }

    /**
     * {@return what the kernel wrote; null for a peer that there is not}
     *
     * @param place as it was filled, zero behind that
     * @param lengthBytes how far it was filled
     */
    @Nullable
    Object decode(MemorySegment place, int lengthBytes) {
        int bits = place.get(ValueLayout.JAVA_INT, 0);
        return switch (this) {
            case FLAG -> bits != 0;
            case INVERTED -> bits == 0;
            case NUMBER, BYTE -> bits;
            case UNSIGNED -> bits & MOST_UNSIGNED;
            case BUFFER -> bits / 2;
            case LINGER -> bits == 0 ? -1 : place.get(ValueLayout.JAVA_INT, LingerLayout.SECONDS);
            case TEXT -> text(place, lengthBytes);
            case IDENTITY ->
                bits == 0
                        ? null
                        : new PeerIdentity(
                                bits,
                                place.get(ValueLayout.JAVA_INT, CredentialsLayout.USER) & MOST_UNSIGNED,
                                place.get(ValueLayout.JAVA_INT, CredentialsLayout.GROUP) & MOST_UNSIGNED);
        };
    }

    /** A text of the kernel's ends with its first zero, where it has one. */
    private static String text(MemorySegment place, int lengthBytes) {
        byte[] bytes = place.asSlice(0, lengthBytes).toArray(ValueLayout.JAVA_BYTE);
        String all = new String(bytes, StandardCharsets.UTF_8);
        int end = all.indexOf('\0');
        return end < 0 ? all : all.substring(0, end);
    }
}
