package io.fluxring.samples.webflux;

/** A client asks for a name that no file may have here. */
class BadFileNameException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadFileNameException(String message) {
        super(message);
    }
}
