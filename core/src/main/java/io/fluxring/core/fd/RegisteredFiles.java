package io.fluxring.core.fd;

import io.fluxring.core.register.FileRegistration;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.sys.Errno;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The table behind direct descriptors. One part of it is filled by operations that let the kernel pick a slot; the other belongs
 * to {@link #install}, which must know its slots before: a slot that looks free may have been picked by an accept whose
 * completion has not been taken yet, and to install a file there would close that connection. Belongs to the ring's thread.
 */
public final class RegisteredFiles {
    private final FileRegistration table;
    private final int pickedByKernel;
    private final int ours;
    private final BitSet installed = new BitSet();
    private int used;

    private RegisteredFiles(FileRegistration table, int pickedByKernel, int ours) {
        this.table = table;
        this.pickedByKernel = pickedByKernel;
        this.ours = ours;
    }

    /**
     * As {@link #register(Ring, int, int)}, all of it for the kernel to pick from.
     *
     * @param ring the ring, enabled, on its own thread
     * @param pickedByKernel slots for operations that let the kernel pick one
     * @return the table
     */
    public static RegisteredFiles register(Ring ring, int pickedByKernel) {
        return register(ring, pickedByKernel, 0);
    }

    /**
     * Registers an empty table. Both parts together are not above the limit of open descriptors.
     *
     * @param ring the ring, enabled, on its own thread
     * @param pickedByKernel slots for operations that let the kernel pick one, from 0 on
     * @param ours slots for {@link #install}, behind the others
     * @return the table
     * @throws IllegalStateException when the kernel refuses
     */
    public static RegisteredFiles register(Ring ring, int pickedByKernel, int ours) {
        FileRegistration table = new FileRegistration(ring.handle());
        int result = table.registerSparse(pickedByKernel + ours);
        if (result >= 0 && ours > 0) {
            result = table.allocationRange(0, pickedByKernel);
        }
        if (result < 0) {
            String remedy = Errno.ofResult(result) == Errno.EMFILE
                    ? "; the limit of open descriptors (ulimit -n) is lower than that"
                    : "";
            throw new IllegalStateException("cannot register " + (pickedByKernel + ours) + " direct descriptors: "
                    + Errno.describe(result) + remedy);
        }
        return new RegisteredFiles(table, pickedByKernel, ours);
    }

    // ---- slots that the kernel picks

    /** {@return how many of the slots that the kernel picks are empty} */
    public int free() {
        return pickedByKernel - used;
    }

    /**
     * The kernel has filled a slot.
     *
     * @param slot the number that the operation completed with
     * @return the file in it
     */
    public DirectFd installed(int slot) {
        used++;
        return new DirectFd(slot);
    }

    /** A slot that the kernel had filled was emptied. */
    public void removed() {
        used--;
    }

    // ---- slots for files that are open already

    /** {@return how many files can be installed} */
    public int installable() {
        return ours - installed.cardinality();
    }

    /**
     * Puts an open file into a slot, with a system call. The table holds the file by itself: the descriptor may be closed at once.
     *
     * @param fd of the file
     * @return the slot, or null when none is left
     * @throws IllegalStateException when the kernel refuses, as it does a descriptor that is not open or is a ring's
     */
    public @Nullable DirectFd install(int fd) {
        int place = installed.nextClearBit(0);
        if (place >= ours) {
            return null;
        }
        update(pickedByKernel + place, fd);
        installed.set(place);
        return new DirectFd(pickedByKernel + place);
    }

    /**
     * Empties a slot that {@link #install} has filled, with a system call. Operations that run on its file go on, and hold the
     * file until they end.
     *
     * @param file what {@link #install} returned
     * @throws IllegalStateException when nothing is installed there
     */
    public void remove(DirectFd file) {
        int place = file.number() - pickedByKernel;
        if (place < 0 || !installed.get(place)) {
            throw new IllegalStateException(file + ": nothing was installed there; " + this);
        }
        update(file.number(), FileRegistration.EMPTY);
        installed.clear(place);
    }

    private void update(int slot, int fd) {
        int result = table.update(slot, fd);
        if (result < 0) {
            String what =
                    fd == FileRegistration.EMPTY ? "cannot empty slot " : "cannot install fd=" + fd + " into slot ";
            throw new IllegalStateException(what + slot + ": " + Errno.describe(result));
        }
    }

    @Override
    public String toString() {
        String kernels = used + " of " + pickedByKernel + " used";
        return "RegisteredFiles["
                + (ours == 0 ? kernels : kernels + ", " + installed.cardinality() + " of " + ours + " installed") + "]";
    }
}
