package io.fluxring.samples.files;

import io.fluxring.reactor.file.FileStat;
import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is copied to where, once {@code cp} would have nothing against it.
 *
 * @param source the file that is copied
 * @param target the file that is made, or replaced
 * @param sourceStat what the source is
 * @param targetStat what the target is; null where there is none
 * @param isForced whether a target that can't be written is removed
 */
record CopyOperands(
        Name source,
        Name target,
        FileStat sourceStat,
        @Nullable FileStat targetStat,
        boolean isForced) {
    /**
     * Looks at both.
     *
     * @param program looks
     * @param source as it was given
     * @param to as it was given: a file's name, or the folder that the file is copied into
     * @param isForced whether a target that can't be written is removed
     * @throws IOException what is wrong, as {@code cp} says it
     */
    static CopyOperands of(Program program, Name source, Name to, boolean isForced) throws IOException {
        FileStat sourceStat = sourceStat(program, source);
        Name target = to;
        FileStat targetStat = statOrNull(program, to);
        if (targetStat != null && targetStat.isDirectory()) {
            target = new Name((to.bytes().endsWith("/") ? to.bytes() : to.bytes() + "/") + source.last());
            targetStat = statOrNull(program, target);
        }
        if (targetStat == null) {
            requireMakeable(program, target);
        } else if (targetStat.isDirectory()) {
            throw new IOException("cannot overwrite directory " + target.quoted() + " with non-directory");
        } else if (targetStat.isSameFile(sourceStat)) {
            throw new IOException(source.quoted() + " and " + target.quoted() + " are the same file");
        }
        return new CopyOperands(source, target, sourceStat, targetStat, isForced);
    }

    private static FileStat sourceStat(Program program, Name source) throws IOException {
        FileStat stat = program.stat(source)
                .onErrorMap(e -> new CopyFailure("cannot stat " + source.quoted(), e))
                .block();
        if (stat == null || stat.isDirectory()) {
            throw new IOException("-r not specified; omitting directory " + source.quoted());
        }
        return stat;
    }

    /** Null also where there is something else wrong with it: the copy will say what. */
    private static @Nullable FileStat statOrNull(Program program, Name file) {
        return program.stat(file).onErrorComplete().block();
    }

    private static void requireMakeable(Program program, Name target) throws IOException {
        if (target.bytes().isEmpty()) {
            throw new IOException("cannot create regular file '': No such file or directory");
        }
        if (target.bytes().endsWith("/")) {
            throw new IOException("cannot create regular file " + target.quoted() + ": Not a directory");
        }
        FileStat link = program.files()
                .stat(target.path(), LinkOption.NOFOLLOW_LINKS)
                .onErrorComplete()
                .block();
        if (link != null && link.isSymbolicLink()) {
            throw new IOException("not writing through dangling symlink " + target.quoted());
        }
    }

    Path from() {
        return source.path();
    }

    Path to() {
        return target.path();
    }

    boolean isNew() {
        return targetStat == null;
    }
}
