package io.fluxring.core.sim;

import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A file system in memory. Relative names start at the root, unless a descriptor says otherwise. */
final class FileTree {
    private static final int MOST_LINKS = 40;

    /** What a name stands for. */
    abstract static sealed class Node {
        final long number;
        final Map<String, byte[]> attributes = new TreeMap<>();
        int permissions;
        int links = 1;

        Node(long number, int permissions) {
            this.number = number;
            this.permissions = permissions;
        }
    }

    static final class Directory extends Node {
        final Map<String, Node> entries = new TreeMap<>();

        @Nullable
        Directory parent;

        Directory(long number, int permissions, @Nullable Directory parent) {
            super(number, permissions);
            this.parent = parent;
        }
    }

    static final class Regular extends Node {
        byte[] content = {};

        Regular(long number, int permissions) {
            super(number, permissions);
        }

        byte[] read(long position, int length) {
            int from = (int) Math.min(position, content.length);
            return Arrays.copyOfRange(content, from, Math.min(content.length, from + length));
        }

        void write(long position, byte[] bytes) {
            if (bytes.length > 0) {
                resize(Math.max(content.length, position + bytes.length));
                System.arraycopy(bytes, 0, content, (int) position, bytes.length);
            }
        }

        void resize(long size) {
            content = Arrays.copyOf(content, Math.toIntExact(size));
        }
    }

    static final class SymbolicLink extends Node {
        final String target;

        SymbolicLink(long number, String target) {
            super(number, 0777);
            this.target = target;
        }
    }

    /** Where a name leads: its directory, its last part, and what is there. */
    record Place(Directory directory, String name, @Nullable Node node) {}

    /** A name leads nowhere, or an operation may not be. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        final Errno errno;

        Refused(Errno errno) {
            super(errno.name(), null, false, false);
            this.errno = errno;
        }
    }

    private final Directory root = new Directory(2, 0755, null);
    private long nextNumber = 3;

    Directory root() {
        return root;
    }

    Place find(Directory start, String path, boolean followLast) throws Refused {
        return find(start, path, followLast, 0);
    }

    private Place find(Directory start, String path, boolean followLast, int depth) throws Refused {
        if (path.isEmpty()) {
            throw new Refused(Errno.ENOENT);
        }
        if (depth > MOST_LINKS) {
            throw new Refused(Errno.ELOOP);
        }
        Directory directory = path.startsWith("/") ? root : start;
        String[] parts = Arrays.stream(path.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toArray(String[]::new);
        Place place = new Place(directory, ".", directory);
        for (int i = 0; i < parts.length; i++) {
            if (!(place.node() instanceof Directory inside)) {
                throw new Refused(place.node() == null ? Errno.ENOENT : Errno.ENOTDIR);
            }
            place = step(inside, parts[i]);
            boolean last = i == parts.length - 1;
            if (place.node() instanceof SymbolicLink link && (!last || followLast)) {
                place = find(inside, link.target, true, depth + 1);
            }
        }
        return place;
    }

    private static Place step(Directory inside, String part) throws Refused {
        if (part.equals("..")) {
            Directory up = inside.parent == null ? inside : inside.parent;
            return new Place(up, ".", up);
        }
        if (part.getBytes(StandardCharsets.UTF_8).length > 255) {
            throw new Refused(Errno.ENAMETOOLONG);
        }
        return new Place(inside, part, inside.entries.get(part));
    }

    Node existing(Directory start, String path, boolean followLast) throws Refused {
        Node node = find(start, path, followLast).node();
        if (node == null) {
            throw new Refused(Errno.ENOENT);
        }
        return node;
    }

    private Place free(Directory start, String path) throws Refused {
        Place place = find(start, path, false);
        if (place.node() != null) {
            throw new Refused(Errno.EEXIST);
        }
        return place;
    }

    /** {@code open(2)}. */
    Node open(Directory start, String path, int flags, int mode) throws Refused {
        boolean exclusive = (flags & (Libc.O_CREAT | Libc.O_EXCL)) == (Libc.O_CREAT | Libc.O_EXCL);
        Place place = find(start, path, !exclusive && (flags & Libc.O_NOFOLLOW) == 0);
        Node node = place.node();
        boolean writes = (flags & (Libc.O_WRONLY | Libc.O_RDWR)) != 0;
        if (node == null) {
            if ((flags & Libc.O_CREAT) == 0) {
                throw new Refused(Errno.ENOENT);
            }
            Regular made = new Regular(nextNumber++, mode & 0755);
            place.directory().entries.put(place.name(), made);
            return made;
        }
        if (exclusive) {
            throw new Refused(Errno.EEXIST);
        }
        if (node instanceof SymbolicLink) {
            throw new Refused(Errno.ELOOP);
        }
        if ((flags & Libc.O_DIRECTORY) != 0 && !(node instanceof Directory)) {
            throw new Refused(Errno.ENOTDIR);
        }
        if (node instanceof Directory && (writes || (flags & Libc.O_CREAT) != 0)) {
            throw new Refused(Errno.EISDIR);
        }
        if ((flags & Libc.O_TRUNC) != 0 && node instanceof Regular file) {
            file.resize(0);
        }
        return node;
    }

    void makeDirectory(Directory start, String path, int mode) throws Refused {
        Place place = free(start, path);
        place.directory().entries.put(place.name(), new Directory(nextNumber++, mode & 0755, place.directory()));
    }

    void makeSymbolicLink(String target, Directory start, String path) throws Refused {
        Place place = free(start, path);
        place.directory().entries.put(place.name(), new SymbolicLink(nextNumber++, target));
    }

    void makeHardLink(Node node, Directory start, String path) throws Refused {
        if (node instanceof Directory) {
            throw new Refused(Errno.EPERM);
        }
        Place place = free(start, path);
        node.links++;
        place.directory().entries.put(place.name(), node);
    }

    void remove(Directory start, String path, boolean directory) throws Refused {
        Place place = find(start, path, false);
        Node node = place.node();
        if (node == null) {
            throw new Refused(Errno.ENOENT);
        }
        requireRemovable(node, directory);
        node.links--;
        place.directory().entries.remove(place.name());
    }

    private static void requireRemovable(Node node, boolean directory) throws Refused {
        if (directory != node instanceof Directory) {
            throw new Refused(directory ? Errno.ENOTDIR : Errno.EISDIR);
        }
        if (node instanceof Directory full && !full.entries.isEmpty()) {
            throw new Refused(Errno.ENOTEMPTY);
        }
    }

    void rename(Place from, Place to, int flags) throws Refused {
        Node node = from.node();
        if (node == null || (flags & Libc.RENAME_EXCHANGE) != 0 && to.node() == null) {
            throw new Refused(Errno.ENOENT);
        }
        if ((flags & Libc.RENAME_NOREPLACE) != 0 && to.node() != null) {
            throw new Refused(Errno.EEXIST);
        }
        if ((flags & Libc.RENAME_EXCHANGE) != 0) {
            put(from.directory(), from.name(), to.node());
        } else {
            if (to.node() == node) {
                return; // two names of one file: nothing happens
            }
            if (to.node() != null) {
                requireRemovable(to.node(), node instanceof Directory);
                to.node().links--;
            }
            from.directory().entries.remove(from.name());
        }
        put(to.directory(), to.name(), node);
    }

    private static void put(Directory directory, String name, Node node) {
        directory.entries.put(name, node);
        if (node instanceof Directory moved) {
            moved.parent = directory;
        }
    }
}
