package io.fluxring.core.setup;

/** How large a completion is. */
public enum CompletionFormat {
    /** 16 bytes: user data, result, flags. */
    STANDARD,
    /** 32 bytes, each with two more words ({@code IORING_SETUP_CQE32}), which few operations fill. Since Linux 5.19. */
    WIDE,
    /** 16 bytes, or 32 for those operations that have two more words to say ({@code IORING_SETUP_CQE_MIXED}). Since Linux 6.18. */
    MIXED
}
