package io.fluxring.samples.files;

/** A copy has failed; the message is what {@code cp} would say. */
final class CopyFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CopyFailure(String message, Throwable cause) {
        super(message + ": " + ErrorText.of(cause), cause);
    }
}
