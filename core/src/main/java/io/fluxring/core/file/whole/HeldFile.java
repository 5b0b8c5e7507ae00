package io.fluxring.core.file.whole;

import io.fluxring.core.file.OpenFile;
import java.util.function.IntConsumer;

/** A file that stays open until it is closed here: the end of the loop begins with a close of each, and awaits this one. */
final class HeldFile {
    private final OpenFile file;
    private boolean isHeld;

    /** Holds a file, unless it was closed in the moment of its opening: the loop ends. */
    HeldFile(OpenFile file) {
        this.file = file;
        this.isHeld = file.isOpen();
        if (isHeld) {
            file.hold();
        }
    }

    /** Whether its descriptor may be used. */
    boolean isHeld() {
        return isHeld;
    }

    OpenFile file() {
        return file;
    }

    int fd() {
        return file.file().number();
    }

    FileFacts facts() {
        return FileFacts.of(file);
    }

    void close(IntConsumer closed) {
        file.close(closed);
        if (isHeld) {
            isHeld = false;
            file.letGo();
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
