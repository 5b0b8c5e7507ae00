package io.fluxring.spring.file;

import io.fluxring.reactor.file.FileStat;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the ring knows of a file, as the JDK shows it. */
record StatAttributes(FileStat stat) implements BasicFileAttributes {
    @Override
    public FileTime lastModifiedTime() {
        return FileTime.from(stat.modified());
    }

    @Override
    public FileTime lastAccessTime() {
        return FileTime.from(stat.accessed());
    }

    /** As the JDK does it: where the file system does not tell, the time of the last change of the contents. */
    @Override
    public FileTime creationTime() {
        Instant created = stat.created();
        return FileTime.from(created == null ? stat.modified() : created);
    }

    @Override
    public boolean isRegularFile() {
        return stat.isRegularFile();
    }

    @Override
    public boolean isDirectory() {
        return stat.isDirectory();
    }

    @Override
    public boolean isSymbolicLink() {
        return stat.isSymbolicLink();
    }

    @Override
    public boolean isOther() {
        return !isRegularFile() && !isDirectory() && !isSymbolicLink();
    }

    @Override
    public long size() {
        return stat.sizeBytes();
    }

    @Override
    public @Nullable Object fileKey() {
        return null;
    }
}
