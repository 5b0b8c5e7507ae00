package io.fluxring.core.sim;

import io.fluxring.core.sim.FutexQueue.Wait;
import io.fluxring.core.sim.FutexQueue.Word;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.FutexWaitLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Waits for words of memory, and what wakes them. */
final class FutexRequests {
    private static final int KNOWN_FLAGS = Libc.FUTEX2_SIZE_U32 | Libc.FUTEX2_PRIVATE;
    private static final long MOST = 0xffffffffL;

    private final SimulatedKernel kernel;
    private final SimulatedRing ring;

    FutexRequests(SimulatedKernel kernel, SimulatedRing ring) {
        this.kernel = kernel;
        this.ring = ring;
    }

    void addTo(Behaviours behaviours) {
        behaviours.add(Opcode.FUTEX_WAIT, FutexRequests::prepare, this::await);
        behaviours.add(Opcode.FUTEX_WAITV, this::prepareAny, this::await);
        behaviours.add(Opcode.FUTEX_WAKE, FutexRequests::prepare, this::wake);
    }

    private static int prepare(Request request) {
        boolean unused = request.length != 0
                || request.operationFlags != 0
                || request.bufferGroup != 0
                || request.fileIndex != 0;
        boolean tooLong = (request.off & ~MOST) != 0 || (request.address3 & ~MOST) != 0;
        return unused || tooLong || !isKnown(request.fd) ? Errno.EINVAL.result() : 0;
    }

    private static boolean isKnown(int flags) {
        return (flags & ~Libc.FUTEX2_PRIVATE) == Libc.FUTEX2_SIZE_U32 && (flags & ~KNOWN_FLAGS) == 0;
    }

    private static Word word(Request request) {
        boolean ownProcess = (request.fd & Libc.FUTEX2_PRIVATE) != 0;
        return new Word(request.address, (int) request.off, (int) request.address3, ownProcess);
    }

    private int prepareAny(Request request) {
        boolean unused = request.fd != 0
                || request.off != 0
                || request.operationFlags != 0
                || request.bufferGroup != 0
                || request.fileIndex != 0
                || request.address3 != 0;
        if (unused || request.length < 1 || request.length > Libc.FUTEX_WAITV_MAX) {
            return Errno.EINVAL.result();
        }
        MemorySegment array = NativeMemory.at(request.address, request.length * FutexWaitLayout.BYTES);
        List<Word> words = new ArrayList<>();
        for (long at = 0; at < array.byteSize(); at += FutexWaitLayout.BYTES) {
            int flags = Access.getInt(array, at + FutexWaitLayout.FLAGS);
            if (!isKnown(flags) || Access.getInt(array, at + FutexWaitLayout.RESERVED) != 0) {
                return Errno.EINVAL.result();
            }
            long address = Access.getLong(array, at + FutexWaitLayout.ADDRESS);
            int value = (int) Access.getLong(array, at + FutexWaitLayout.VALUE);
            words.add(new Word(address, value, -1, (flags & Libc.FUTEX2_PRIVATE) != 0));
        }
        request.detail = words;
        return 0;
    }

    @SuppressWarnings("unchecked")
    private boolean await(Request request) {
        if (!(request.detail instanceof Wait wait)) {
            boolean one = request.opcode == Opcode.FUTEX_WAIT;
            if (one && request.address3 == 0) {
                return ring.end(request, Errno.EINVAL.result(), 0);
            }
            Wait fresh = new Wait(request, one ? List.of(word(request)) : (List<Word>) request.detail);
            if (!fresh.mayBegin()) {
                return ring.end(request, Errno.EAGAIN.result(), 0);
            }
            request.detail = fresh;
            kernel.futexes().add(fresh);
            return false;
        }
        return wait.woken() >= 0 && ring.end(request, wait.woken(), 0);
    }

    private boolean wake(Request request) {
        if (request.address3 == 0) {
            return ring.end(request, Errno.EINVAL.result(), 0);
        }
        return ring.end(request, kernel.futexes().wake(word(request), request.off), 0);
    }
}
