package io.fluxring.core.file;

/** What a {@link FileWriter} writes for. Called on the loop's thread. */
public interface FileWriteHandler {
    /** There is room for another batch. May be called when there was some before. */
    void ready();

    /**
     * Nothing more is written. The last call, when no write is on its way any more.
     *
     * @param result 0 when all that was given is written, and durable as asked; a negated errno otherwise
     * @param bytes how many of the bytes that were given are in the file without a gap from the first one on; where the end was not
     *     made durable as asked, they are written all the same
     */
    void ended(int result, long bytes);
}
