package io.fluxring.core.fd;

/** A file that an operation names: an ordinary descriptor of the process, or a slot of the ring's registered files. */
public sealed interface FileRef permits RawFd, DirectFd {
    /** {@return the number for the SQE's fd field} */
    int number();

    /** {@return the {@code IOSQE_*} flags that go with the number} */
    int sqeFlags();
}
