package io.fluxring.core.sim;

import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.BufRingLayout;
import io.fluxring.core.sys.layout.ParamsLayout;
import io.fluxring.core.sys.layout.SqeLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What setup says, and what the register call does. */
final class Registrations {
    private static final int FEATURES = 0x3ffff;
    private static final int REGISTERED_RINGS = 16;
    static final int SUPPORTED_SETUP = Abi.SETUP_SQPOLL
            | Abi.SETUP_CQSIZE
            | Abi.SETUP_CLAMP
            | Abi.SETUP_R_DISABLED
            | Abi.SETUP_SUBMIT_ALL
            | Abi.SETUP_COOP_TASKRUN
            | Abi.SETUP_SINGLE_ISSUER
            | Abi.SETUP_DEFER_TASKRUN
            | Abi.SETUP_NO_SQARRAY;

    private final SimulatedKernel kernel;
    private final SimulatedRing[] registered = new SimulatedRing[REGISTERED_RINGS];

    private final ResourceRegistrations resources;
    private final Map<RegisterOperation, Action> byOperation;

    private interface Action {
        int run(SimulatedRing ring, long argument, int count);
    }

    Registrations(SimulatedKernel kernel) {
        this.kernel = kernel;
        this.resources = new ResourceRegistrations(kernel);
        this.byOperation = actions();
    }

    ResourceRegistrations resources() {
        return resources;
    }

    /** The ring with a registered index. */
    @Nullable
    SimulatedRing ring(int index) {
        return index >= 0 && index < REGISTERED_RINGS ? registered[index] : null;
    }

    /** Whether setup takes these flags together. */
    static boolean setupFlagsAllowed(int flags) {
        boolean deferred = (flags & Abi.SETUP_DEFER_TASKRUN) != 0;
        boolean polled = (flags & Abi.SETUP_SQPOLL) != 0;
        return (flags & ~SUPPORTED_SETUP) == 0
                && (!deferred || (flags & Abi.SETUP_SINGLE_ISSUER) != 0)
                && (!polled || !deferred && (flags & Abi.SETUP_COOP_TASKRUN) == 0);
    }

    /** What setup tells of a ring. */
    static void describe(SimulatedRing ring, MemorySegment params) {
        Access.putInt(params, ParamsLayout.SQ_ENTRIES, ring.sqEntries);
        Access.putInt(params, ParamsLayout.CQ_ENTRIES, ring.cqEntries);
        Access.putInt(params, ParamsLayout.FEATURES, FEATURES);
        Access.putInt(params, ParamsLayout.SQ_HEAD, RingOffsets.SQ_HEAD);
        Access.putInt(params, ParamsLayout.SQ_TAIL, RingOffsets.SQ_TAIL);
        Access.putInt(params, ParamsLayout.SQ_MASK, RingOffsets.SQ_MASK);
        Access.putInt(params, ParamsLayout.SQ_RING_ENTRIES, RingOffsets.SQ_ENTRIES);
        Access.putInt(params, ParamsLayout.SQ_FLAGS, RingOffsets.SQ_FLAGS);
        Access.putInt(params, ParamsLayout.SQ_DROPPED, RingOffsets.SQ_DROPPED);
        boolean array = (ring.setupFlags & Abi.SETUP_NO_SQARRAY) == 0;
        Access.putInt(params, ParamsLayout.SQ_ARRAY, array ? RingOffsets.array(ring.cqEntries) : 0);
        Access.putInt(params, ParamsLayout.CQ_HEAD, RingOffsets.CQ_HEAD);
        Access.putInt(params, ParamsLayout.CQ_TAIL, RingOffsets.CQ_TAIL);
        Access.putInt(params, ParamsLayout.CQ_MASK, RingOffsets.CQ_MASK);
        Access.putInt(params, ParamsLayout.CQ_RING_ENTRIES, RingOffsets.CQ_ENTRIES);
        Access.putInt(params, ParamsLayout.CQ_OVERFLOW, RingOffsets.CQ_OVERFLOW);
        Access.putInt(params, ParamsLayout.CQ_CQES, RingOffsets.CQES);
        Access.putInt(params, ParamsLayout.CQ_FLAGS, RingOffsets.CQ_FLAGS);
    }

    /** What is simulated. */
    Set<RegisterOperation> operations() {
        return Collections.unmodifiableSet(byOperation.keySet());
    }

    private Map<RegisterOperation, Action> actions() {
        Map<RegisterOperation, Action> all = new EnumMap<>(RegisterOperation.class);
        all.put(RegisterOperation.PROBE, (ring, argument, count) -> probe(argument, count));
        all.put(RegisterOperation.ENABLE_RINGS, (ring, argument, count) -> ring.enable());
        all.put(RegisterOperation.FILES, resources::files);
        all.put(RegisterOperation.FILES2, resources::files2);
        all.put(RegisterOperation.FILES_UPDATE, resources::updateFiles);
        all.put(RegisterOperation.FILES_UPDATE2, resources::updateFiles2);
        all.put(
                RegisterOperation.UNREGISTER_FILES,
                (ring, argument, count) -> ResourceRegistrations.unregisterFiles(ring));
        all.put(
                RegisterOperation.FILE_ALLOC_RANGE,
                (ring, argument, count) ->
                        count == 0 ? ResourceRegistrations.allocateRange(ring, argument) : Errno.EINVAL.result());
        all.put(RegisterOperation.BUFFERS, resources::buffers);
        all.put(RegisterOperation.BUFFERS2, resources::buffers2);
        all.put(RegisterOperation.BUFFERS_UPDATE, resources::updateBuffers);
        all.put(RegisterOperation.CLONE_BUFFERS, new BufferClones(kernel)::register);
        all.put(
                RegisterOperation.UNREGISTER_BUFFERS,
                (ring, argument, count) -> ResourceRegistrations.unregisterBuffers(ring));
        all.put(
                RegisterOperation.RING_FDS,
                (ring, argument, count) -> registerRing(ring, NativeMemory.at(argument, 16)));
        all.put(RegisterOperation.UNREGISTER_RING_FDS, (ring, argument, count) -> unregisterRing(argument));
        all.put(
                RegisterOperation.PBUF_RING,
                (ring, argument, count) -> registerBuffers(ring, NativeMemory.at(argument, BufRingLayout.REG_BYTES)));
        all.put(RegisterOperation.UNREGISTER_PBUF_RING, Registrations::unregisterBuffers);
        all.put(RegisterOperation.PBUF_STATUS, Registrations::bufferStatus);
        addSettings(all);
        return all;
    }

    private void addSettings(Map<RegisterOperation, Action> all) {
        all.put(RegisterOperation.EVENTFD, this::eventFd);
        all.put(RegisterOperation.EVENTFD_ASYNC, this::eventFd);
        all.put(RegisterOperation.UNREGISTER_EVENTFD, (ring, argument, count) -> ring.settings.dropEventFile());
        all.put(RegisterOperation.PERSONALITY, (ring, argument, count) -> ring.settings.addPersonality());
        all.put(
                RegisterOperation.UNREGISTER_PERSONALITY,
                (ring, argument, count) -> ring.settings.dropPersonality(count));
        all.put(
                RegisterOperation.RESTRICTIONS,
                (ring, argument, count) -> ring.settings.restrict(ring, argument, count));
        all.put(RegisterOperation.IOWQ_AFF, (ring, argument, count) -> 0);
        all.put(RegisterOperation.UNREGISTER_IOWQ_AFF, (ring, argument, count) -> 0);
        all.put(
                RegisterOperation.IOWQ_MAX_WORKERS,
                (ring, argument, count) -> count == 2 ? ring.settings.setWorkers(argument) : Errno.EINVAL.result());
        all.put(RegisterOperation.CLOCK, (ring, argument, count) -> {
            int clock = Access.getInt(NativeMemory.at(argument, 16), 0);
            return clock == Libc.CLOCK_MONOTONIC || clock == Libc.CLOCK_BOOTTIME ? 0 : Errno.EINVAL.result();
        });
        all.put(RegisterOperation.SYNC_CANCEL, (ring, argument, count) -> synchronousCancel(ring, argument));
        all.put(RegisterOperation.SEND_MSG_RING, (ring, argument, count) -> send(argument));
        all.put(RegisterOperation.NAPI, (ring, argument, count) -> ring.napi.register(argument, count));
        all.put(RegisterOperation.UNREGISTER_NAPI, (ring, argument, count) -> ring.napi.unregister(argument, count));
        all.put(
                RegisterOperation.MEM_REGION,
                (ring, argument, count) -> ring.waitRegion.register(ring, argument, count));
        KernelQuery query = new KernelQuery(FEATURES, SUPPORTED_SETUP);
        all.put(
                RegisterOperation.QUERY,
                (ring, argument, count) ->
                        kernel.answersQuestions() ? query.answer(argument, count) : Errno.EINVAL.result());
    }

    /** A register call; what is not simulated is unknown, as on an older kernel. */
    int register(@Nullable SimulatedRing ring, int code, long argument, int count) {
        if (code < 0 || code >= RegisterOperation.values().length) {
            return Errno.EINVAL.result();
        }
        RegisterOperation operation = RegisterOperation.of(code);
        Action action = byOperation.get(operation);
        boolean withoutRing = operation == RegisterOperation.SEND_MSG_RING || operation == RegisterOperation.QUERY;
        if (action == null || ring == null && !withoutRing) {
            return Errno.EINVAL.result();
        }
        if (ring != null && !ring.settings.allows(operation, ring.isDisabled())) {
            return Errno.EACCES.result();
        }
        return action.run(ring, argument, count);
    }

    private int eventFd(SimulatedRing ring, long argument, int count) {
        if (count != 1) {
            return Errno.EINVAL.result();
        }
        return ring.settings.setEventFile(kernel.file(Access.getInt(NativeMemory.at(argument, 4), 0)));
    }

    private int unregisterRing(long argument) {
        registered[Access.getInt(NativeMemory.at(argument, 16), 0)] = null;
        return 1;
    }

    private static int unregisterBuffers(SimulatedRing ring, long argument, int count) {
        int group = group(NativeMemory.at(argument, BufRingLayout.REG_BYTES));
        if (!(ring.groups.get(group) instanceof ProvidedGroup)) {
            return (ring.groups.containsKey(group) ? Errno.EINVAL : Errno.ENOENT).result();
        }
        ring.groups.remove(group);
        return 0;
    }

    private static int bufferStatus(SimulatedRing ring, long argument, int count) {
        MemorySegment status = NativeMemory.at(argument, BufRingLayout.REG_BYTES);
        BufferGroup found = ring.groups.get(Access.getInt(status, 0));
        if (!(found instanceof ProvidedGroup group)) {
            return (found == null ? Errno.ENOENT : Errno.EINVAL).result();
        }
        Access.putInt(status, 4, group.head());
        return 0;
    }

    private static int synchronousCancel(SimulatedRing ring, long argument) {
        MemorySegment cancel = NativeMemory.at(argument, 64);
        int flags = Access.getInt(cancel, 12);
        int refused = Cancellation.check(flags);
        int opcode = Byte.toUnsignedInt(cancel.get(ValueLayout.JAVA_BYTE, 32));
        return refused < 0
                ? refused
                : ring.cancels.cancel(flags, Access.getLong(cancel, 0), Access.getInt(cancel, 8), opcode, null);
    }

    /** A message from no ring at all. */
    private int send(long argument) {
        Request request = new Request(NativeMemory.at(argument, SqeLayout.BYTES));
        if (request.opcode != Opcode.MSG_RING || request.flags != 0 || request.address != Abi.MSG_DATA) {
            return Errno.EINVAL.result();
        }
        if (!(kernel.file(request.fd) instanceof SimulatedRing target)) {
            return Errno.EBADFD.result();
        }
        int flags = request.operationHas(Abi.MSG_RING_FLAGS_PASS) ? request.fileIndex : 0;
        return target.deliver(request.off, request.length, flags);
    }

    private static int probe(long argument, int count) {
        int operations = Math.min(count, Opcode.values().length);
        MemorySegment probe = NativeMemory.at(argument, 16 + 8L * count);
        probe.set(ValueLayout.JAVA_BYTE, 0, (byte) (operations - 1));
        probe.set(ValueLayout.JAVA_BYTE, 1, (byte) operations);
        for (int i = 0; i < operations; i++) {
            probe.set(ValueLayout.JAVA_BYTE, 16 + 8L * i, (byte) i);
            probe.set(ValueLayout.JAVA_SHORT, 16 + 8L * i + 2, (short) 1);
        }
        return 0;
    }

    private int registerRing(SimulatedRing ring, MemorySegment update) {
        for (int i = 0; i < REGISTERED_RINGS; i++) {
            if (registered[i] == null) {
                registered[i] = ring;
                Access.putInt(update, 0, i);
                return 1;
            }
        }
        return Errno.EBUSY.result();
    }

    private static int group(MemorySegment registration) {
        return Short.toUnsignedInt(Access.getShort(registration, BufRingLayout.REG_GROUP));
    }

    private int registerBuffers(SimulatedRing ring, MemorySegment registration) {
        long address = Access.getLong(registration, BufRingLayout.REG_RING_ADDR);
        int entries = Access.getInt(registration, BufRingLayout.REG_RING_ENTRIES);
        boolean incremental = (Access.getShort(registration, BufRingLayout.REG_FLAGS) & Abi.PBUF_RING_INC) != 0;
        if (Integer.bitCount(entries) != 1 || entries > BufRingLayout.MAX_ENTRIES || (address & 4095) != 0) {
            return Errno.EINVAL.result();
        }
        BufferGroup before = ring.groups.get(group(registration));
        if (before != null && (before instanceof ProvidedGroup || !before.isEmpty())) {
            return Errno.EEXIST.result();
        }
        ring.groups.put(group(registration), new ProvidedGroup(kernel, address, entries, incremental));
        return 0;
    }
}
