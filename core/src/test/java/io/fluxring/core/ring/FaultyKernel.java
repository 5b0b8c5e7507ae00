package io.fluxring.core.ring;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.SetupFlag;
import io.fluxring.core.sys.call.ForwardingKernel;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.ParamsLayout;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/**
 * The real kernel, which can be made to fail, to be older than it is, and which knows what it has given and not got back: for the
 * tests of a ring's beginning and end.
 */
public final class FaultyKernel extends ForwardingKernel {
    private final Set<Integer> descriptors = new HashSet<>();
    private final Set<Integer> indices = new HashSet<>();
    private final Set<Long> maps = new HashSet<>();
    private final Set<RegisterOperation> refused = EnumSet.noneOf(RegisterOperation.class);
    private int unknownSetupFlags;
    private int callsUntilFailure = Integer.MAX_VALUE;
    private int enterResult;
    private int failures;

    /** From now on this kernel does not know some {@code IORING_SETUP_*}. */
    public FaultyKernel without(int setupFlags) {
        unknownSetupFlags = setupFlags;
        return this;
    }

    /** From now on this kernel does not know some register operations. */
    public FaultyKernel without(RegisterOperation operation) {
        refused.add(operation);
        return this;
    }

    /**
     * The call after that many more fails, for want of memory, or of files where it is a set-up: want of memory may pass there, and is
     * tried again. Calls that give something back never fail.
     */
    public void failAfter(int calls) {
        callsUntilFailure = calls;
    }

    /** From now on each enter has this result. */
    public void enterResult(int result) {
        enterResult = result;
    }

    /** How many calls have failed so far. */
    public int failures() {
        return failures;
    }

    /** What was given and not got back. */
    public String left() {
        return "descriptors " + descriptors + ", indices " + indices + ", maps " + maps;
    }

    /** Whether all that was given was got back. */
    public boolean nothingLeft() {
        return descriptors.isEmpty() && indices.isEmpty() && maps.isEmpty();
    }

    private boolean fails() {
        if (callsUntilFailure-- == 0) {
            failures++;
            return true;
        }
        return false;
    }

    @Override
    public int setup(int entries, MemorySegment params) {
        int flags = Access.getInt(params, ParamsLayout.FLAGS);
        if (fails()) {
            return Errno.ENFILE.result();
        }
        if ((flags & unknownSetupFlags) != 0) {
            return Errno.EINVAL.result();
        }
        int result = super.setup(entries, params);
        if (result >= 0) {
            (SetupFlag.REGISTERED_FD_ONLY.isIn(flags) ? indices : descriptors).add(result);
        }
        return result;
    }

    @Override
    public int enter(int ring, int toSubmit, int minComplete, int flags, long argument, long argumentBytes) {
        return enterResult != 0
                ? enterResult
                : super.enter(ring, toSubmit, minComplete, flags, argument, argumentBytes);
    }

    @Override
    public int register(int ring, int operation, long argument, int count) {
        int code = operation & ~Abi.REGISTER_USE_REGISTERED_RING;
        boolean known = code < RegisterOperation.values().length;
        if (known && refused.contains(RegisterOperation.of(code))) {
            return Errno.EINVAL.result();
        }
        boolean givesBack = code == RegisterOperation.UNREGISTER_RING_FDS.code();
        if (!givesBack && fails()) {
            return Errno.ENOMEM.result();
        }
        int result = super.register(ring, operation, argument, count);
        if (code == RegisterOperation.RING_FDS.code() && result == 1) {
            indices.add(Access.getInt(NativeMemory.at(argument, 16), 0));
        } else if (givesBack && result == 1) {
            indices.remove(Access.getInt(NativeMemory.at(argument, 16), 0));
        }
        return result;
    }

    @Override
    public long mapRing(int ring, long lengthBytes, long offset) {
        return noted(fails() ? Errno.ENOMEM.result() : super.mapRing(ring, lengthBytes, offset));
    }

    @Override
    public long mapMemory(long lengthBytes) {
        return noted(fails() ? Errno.ENOMEM.result() : super.mapMemory(lengthBytes));
    }

    @Override
    public long reserveMemory(long lengthBytes) {
        return noted(fails() ? Errno.ENOMEM.result() : super.reserveMemory(lengthBytes));
    }

    private long noted(long address) {
        if (address >= 0) {
            maps.add(address);
        }
        return address;
    }

    @Override
    public int unmap(long address, long lengthBytes) {
        takeBack(address);
        return super.unmap(address, lengthBytes);
    }

    @Override
    public int unmapRing(long address, long lengthBytes) {
        takeBack(address);
        return super.unmapRing(address, lengthBytes);
    }

    private void takeBack(long address) {
        if (!maps.remove(address)) {
            throw new AssertionError("not mapped: " + Long.toHexString(address));
        }
    }

    @Override
    public int eventFd(int flags) {
        int result = fails() ? Errno.ENFILE.result() : super.eventFd(flags);
        if (result >= 0) {
            descriptors.add(result);
        }
        return result;
    }

    @Override
    public int close(int fd) {
        if (!descriptors.remove(fd)) {
            throw new AssertionError("not open: " + fd);
        }
        return super.close(fd);
    }

    @Override
    public int closeRing(int ring) {
        if (!descriptors.remove(ring)) {
            throw new AssertionError("not open: " + ring);
        }
        return super.closeRing(ring);
    }
}
