package io.fluxring.core.sim;

/** What may go otherwise than hoped, all of it allowed by the real kernel. */
public enum Fault {
    /** Operations that don't depend on each other complete in another order than they became ready in. */
    REORDER,
    /** An operation that is ready is not looked at in this enter. */
    DELAY,
    /** An operation that could complete at once is left to a worker: it completes later, or is cancelled before it began. */
    PUNT,
    /** A worker is busy for a while, before it begins what was left to it. */
    SLOW_WORKER,
    /** A cancel finds the operation completing: {@code -ENOENT} or {@code -EALREADY} for the cancel, a result for the operation. */
    CANCEL_LOST,
    /** A receive finds no buffer although the application has provided some. */
    NO_BUFFER,
    /** A signal ends the wait, or a transfer that a worker does: {@code -EINTR}. */
    INTERRUPT,
    /** An enter consumes nothing: {@code -EBUSY} or {@code -EAGAIN}. */
    BUSY,
    /** An enter consumes fewer entries than were offered. */
    PARTIAL_SUBMIT,
    /** A send moves fewer bytes than there is room for. */
    SHORT_SEND,
    /** A receive brings fewer bytes than there are. */
    SHORT_RECEIVE,
    /** An accept fails: no descriptor left in the process or the system, or a connection that broke in the backlog. */
    ACCEPT_REFUSED,
    /** A poll reports an event that nobody has caused. */
    SPURIOUS_WAKEUP,
    /** The memory of a zero-copy send is let go of a while after the send. */
    LATE_NOTIFICATION,
    /** A read of a file brings fewer bytes than there are. */
    SHORT_READ,
    /** A write to a file takes fewer bytes than it was given. */
    SHORT_WRITE,
    /** The disk fails: {@code -EIO}. */
    IO_ERROR,
    /** A read that must not wait finds nothing in the page cache: {@code -EAGAIN}. */
    NOT_CACHED
}
