package io.fluxring.tests.soak;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Folders that are made, renamed and removed, each by the step that the last one allows. What was cancelled was not done. */
final class PathTraffic implements Traffic {
    private static final int FOLDERS = 4;

    private final Soak soak;
    private final List<Folder> idle = new ArrayList<>();

    PathTraffic(Soak soak, Path folder) {
        this.soak = soak;
        for (int i = 0; i < FOLDERS; i++) {
            idle.add(new Folder(
                    folder.resolve("folder" + i).toString(),
                    folder.resolve("renamed" + i).toString()));
        }
    }

    @Override
    public void begin() {
        if (!idle.isEmpty()) {
            idle.remove(soak.random().nextInt(idle.size())).next();
        }
    }

    /** One folder, and which of its names it has. */
    private final class Folder {
        private final MemorySegment name;
        private final MemorySegment otherName;
        private boolean exists;
        private boolean renamed;

        private final TrackedOperation make = new Step(Opcode.MKDIRAT, "mkdir") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepCreateDirectory(Libc.AT_FDCWD, name.address(), 0700);
            }

            @Override
            void done() {
                exists = true;
                renamed = false;
            }
        };
        private final TrackedOperation rename = new Step(Opcode.RENAMEAT, "rename") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepRename(
                        Libc.AT_FDCWD, name.address(), Libc.AT_FDCWD, otherName.address(), Libc.RENAME_NOREPLACE);
            }

            @Override
            void done() {
                renamed = true;
            }
        };
        private final TrackedOperation remove = new Step(Opcode.UNLINKAT, "rmdir") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepUnlink(Libc.AT_FDCWD, (renamed ? otherName : name).address(), Libc.AT_REMOVEDIR);
            }

            @Override
            void done() {
                exists = false;
            }
        };

        Folder(String name, String otherName) {
            this.name = soak.loop().memory().allocateFrom(name);
            this.otherName = soak.loop().memory().allocateFrom(otherName);
        }

        void next() {
            (!exists ? make : !renamed && soak.chance(0.5) ? rename : remove).start();
        }

        /** One change of the folder. */
        private abstract class Step extends TrackedOperation {
            Step(Opcode opcode, String kind) {
                super(soak, opcode, kind);
            }

            abstract void done();

            @Override
            protected void ended(int result, int flags) {
                expect(result, 0);
                if (result == 0) {
                    done();
                }
                idle.add(Folder.this);
            }
        }
    }
}
