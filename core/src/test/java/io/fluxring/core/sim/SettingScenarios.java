package io.fluxring.core.sim;

import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.layout.QueryLayout;
import io.fluxring.core.sys.layout.WaitLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.function.Consumer;

/** Questions about the kernel, buffers of another ring, and how a ring waits. */
final class SettingScenarios {
    private static final int FIRST = 1;

    private SettingScenarios() {}

    static void addTo(Map<String, Consumer<Bench>> all) {
        all.put("questions", SettingScenarios::questions);
        all.put("cloned buffers", SettingScenarios::clones);
        all.put("some cloned buffers", SettingScenarios::someClones);
        all.put("region of memory", SettingScenarios::region);
        all.put("waits with registered arguments", SettingScenarios::registeredWaits);
        all.put("polling of devices", SettingScenarios::napi);
    }

    private static void register(Bench bench, Ring ring, RegisterOperation operation, long argument, int count) {
        bench.note(operation + ": " + Bench.describe(ring.register(operation, argument, count), 0));
    }

    // ---- questions

    private static MemorySegment question(Bench bench, int what, MemorySegment answer, int room, long next) {
        MemorySegment question = bench.arena.allocate(QueryLayout.BYTES, 8);
        question.set(ValueLayout.JAVA_LONG, QueryLayout.NEXT, next);
        question.set(ValueLayout.JAVA_LONG, QueryLayout.ANSWER_ADDRESS, answer.address());
        question.set(ValueLayout.JAVA_INT, QueryLayout.QUESTION, what);
        question.set(ValueLayout.JAVA_INT, QueryLayout.ANSWER_SIZE, room);
        return question;
    }

    private static void show(Bench bench, MemorySegment question) {
        bench.note("answer of " + question.get(ValueLayout.JAVA_INT, QueryLayout.ANSWER_SIZE) + ": "
                + Errno.describe(question.get(ValueLayout.JAVA_INT, QueryLayout.RESULT)));
    }

    private static void ask(Bench bench, MemorySegment question, int count) {
        int code = RegisterOperation.QUERY.code();
        bench.note("asked " + bench.kernel.register(-1, code, question.address(), count));
        show(bench, question);
    }

    private static void questions(Bench bench) {
        MemorySegment answer = bench.arena.allocate(64, 8);
        MemorySegment question = question(bench, QueryLayout.OPCODES, answer, 48, 0);
        ask(bench, question, 0);
        bench.note(answer.get(ValueLayout.JAVA_INT, QueryLayout.OPERATIONS) + " operations, "
                + answer.get(ValueLayout.JAVA_INT, QueryLayout.REGISTER_OPERATIONS));
        // This kernel has fewer modes than Linux: those that both have are compared.
        long setup = answer.get(ValueLayout.JAVA_LONG, QueryLayout.SETUP_FLAGS) & Registrations.SUPPORTED_SETUP;
        answer.set(ValueLayout.JAVA_LONG, QueryLayout.SETUP_FLAGS, setup);
        for (long at = QueryLayout.FEATURES; at < 64; at += 8) {
            bench.note("word " + at + ": " + Long.toHexString(answer.get(ValueLayout.JAVA_LONG, at)));
        }
        ask(bench, question, 1);
        answer.fill((byte) 0);
        ask(bench, question(bench, QueryLayout.OPCODES, answer, 8, 0), 0);
        bench.note("cut " + answer.get(ValueLayout.JAVA_LONG, QueryLayout.FEATURES));
        ask(bench, question(bench, QueryLayout.OPCODES, answer, 0, 0), 0);
        MemorySegment second = question(bench, QueryLayout.OPCODES, answer, 48, 0);
        ask(bench, question(bench, 99, answer, 48, second.address()), 0);
        show(bench, second);
        question.set(ValueLayout.JAVA_INT, QueryLayout.RESULT, 0);
        register(bench, bench.ring, RegisterOperation.QUERY, question.address(), 0);
        show(bench, question);
    }

    // ---- buffers

    private static Ring other(Bench bench) {
        Ring other = Ring.open(bench.otherKernel(), RingConfig.defaults().withEntries(4, 8));
        bench.atEnd(other::close);
        return other;
    }

    private static long vectors(Bench bench, int count) {
        MemorySegment memory = bench.arena.allocate(64L * count);
        MemorySegment vectors = bench.arena.allocate(16L * count, 8);
        for (int i = 0; i < count; i++) {
            vectors.set(ValueLayout.JAVA_LONG, 16L * i, memory.address() + 64L * i);
            vectors.set(ValueLayout.JAVA_LONG, 16L * i + 8, 64);
        }
        return vectors.address();
    }

    private static void copy(Bench bench, Ring ring, int... words) {
        MemorySegment clone = bench.arena.allocate(32, 8);
        MemorySegment.copy(MemorySegment.ofArray(words), 0, clone, 0, 4L * words.length);
        register(bench, ring, RegisterOperation.CLONE_BUFFERS, clone.address(), 1);
    }

    /** Which of the first buffers are there. */
    private static void table(Bench bench, Ring ring, int count) {
        for (int i = 0; i < count; i++) {
            ring.submissions().claim().prepNopBuffer(i).userData(i);
            ring.submit();
        }
        ring.completions()
                .drain((userData, result, flags) ->
                        bench.note("buffer " + userData + ": " + Bench.describe(result, flags)));
    }

    private static void clones(Bench bench) {
        Ring other = other(bench);
        copy(bench, other, bench.ring.fd());
        register(bench, bench.ring, RegisterOperation.BUFFERS, vectors(bench, 2), 2);
        copy(bench, other, bench.ring.fd(), 4);
        copy(bench, other, bench.eventFd());
        copy(bench, other, bench.ring.fd(), 0, 0, 0, 0, 1);
        copy(bench, other, bench.ring.fd());
        other.enable();
        copy(bench, other, bench.ring.fd());
        register(bench, bench.ring, RegisterOperation.UNREGISTER_BUFFERS, 0, 0);
        table(bench, other, 3);
        register(bench, other, RegisterOperation.UNREGISTER_BUFFERS, 0, 0);
        register(bench, other, RegisterOperation.UNREGISTER_BUFFERS, 0, 0);
    }

    private static void someClones(Bench bench) {
        Ring other = other(bench);
        other.enable();
        register(bench, bench.ring, RegisterOperation.BUFFERS, vectors(bench, 3), 3);
        copy(bench, other, bench.ring.fd(), 0, 1, 2, 2);
        table(bench, other, 4);
        int replace = Abi.CLONE_BUFFERS_DST_REPLACE;
        copy(bench, other, bench.ring.fd(), replace, 0, 0, 1);
        copy(bench, other, bench.ring.fd(), replace, 2, 5, 1);
        table(bench, other, 4);
        table(bench, other, 7);
        copy(bench, other, bench.ring.fd(), replace, 2, 0, 2);
        copy(bench, other, bench.ring.fd(), replace, 0, 0, 4);
        copy(bench, other, bench.ring.fd(), replace, 1, 0, 0);
        copy(bench, other, bench.ring.fd(), replace, 0, 1 << 14, 1);
        register(bench, other, RegisterOperation.UNREGISTER_BUFFERS, 0, 0);
        register(bench, bench.ring, RegisterOperation.UNREGISTER_BUFFERS, 0, 0);
    }

    // ---- waits

    private static MemorySegment description(Bench bench, long address, long bytes, int flags) {
        MemorySegment region = bench.arena.allocate(64, 8);
        region.set(ValueLayout.JAVA_LONG, 0, address);
        region.set(ValueLayout.JAVA_LONG, 8, bytes);
        region.set(ValueLayout.JAVA_INT, 16, flags);
        return region;
    }

    private static void region(Bench bench, Ring ring, MemorySegment region, long flags) {
        MemorySegment registration = bench.arena.allocate(32, 8);
        registration.set(ValueLayout.JAVA_LONG, 0, region.address());
        registration.set(ValueLayout.JAVA_LONG, 8, flags);
        register(bench, ring, RegisterOperation.MEM_REGION, registration.address(), 1);
    }

    private static void region(Bench bench) {
        long memory = bench.arena.allocate(8192, 4096).address();
        region(bench, bench.ring, description(bench, memory, 4096, 1), 1);
        region(bench, bench.ring, description(bench, memory, 4096, 1), 2);
        region(bench, bench.ring, description(bench, memory, 4096, 2), 0);
        region(bench, bench.ring, description(bench, memory, 4096, 0), 0);
        region(bench, bench.ring, description(bench, 0, 4096, 1), 0);
        region(bench, bench.ring, description(bench, memory, 0, 1), 0);
        region(bench, bench.ring, description(bench, memory + 64, 4096, 1), 0);
        region(bench, bench.ring, description(bench, memory, 64, 1), 0);
        region(bench, bench.ring, description(bench, memory, 4096, 1), 0);
        region(bench, bench.ring, description(bench, memory, 4096, 1), 0);
    }

    private static void await(Bench bench, Ring ring, int complete, long offset, long bytes, int more) {
        int flags = Abi.ENTER_GETEVENTS | Abi.ENTER_EXT_ARG_REG | more;
        int result = bench.kernel.enter(ring.fd(), 0, complete, flags, offset, bytes);
        bench.note("waited: " + Bench.describe(result, 0));
    }

    private static void registeredWaits(Bench bench) {
        MemorySegment memory = bench.arena.allocate(4096, 4096);
        Ring other = other(bench);
        region(bench, other, description(bench, memory.address(), 4096, 1), 1);
        other.enable();
        memory.set(ValueLayout.JAVA_LONG, 64 + WaitLayout.REGISTERED_NANOS, 1_000_000);
        memory.set(ValueLayout.JAVA_INT, 64 + WaitLayout.REGISTERED_FLAGS, Abi.REG_WAIT_TS);
        memory.set(ValueLayout.JAVA_INT, 128 + WaitLayout.REGISTERED_FLAGS, 2);
        int extended = Abi.ENTER_EXT_ARG;
        await(bench, other, 1, 64, 64, extended);
        await(bench, other, 1, 128, 64, extended);
        await(bench, other, 1, 64, 24, extended);
        await(bench, other, 1, 64, 64, 0);
        await(bench, other, 1, 4, 64, extended);
        await(bench, other, 1, 4096 - 56, 64, extended);
        await(bench, bench.ring, 1, 64, 64, extended);
        other.submissions().claim().prepNop(3).userData(FIRST);
        other.submit();
        await(bench, other, 1, 0, 64, extended);
        other.completions().drain((userData, result, flags) -> bench.note("other " + result));
        await(bench, other, 0, 4096 - 64, 64, extended);
    }

    private static void napi(Bench bench, int micros, int words, int parameter) {
        MemorySegment napi = bench.arena.allocateFrom(ValueLayout.JAVA_INT, micros, words, parameter, 0);
        register(bench, bench.ring, RegisterOperation.NAPI, napi.address(), 1);
        bench.note("before: " + napi.get(ValueLayout.JAVA_INT, 0) + " " + napi.get(ValueLayout.JAVA_INT, 4) + " "
                + napi.get(ValueLayout.JAVA_INT, 8));
    }

    private static void napi(Bench bench) {
        int add = 1 << 8;
        int remove = 2 << 8;
        napi(bench, 50, 1, 0);
        napi(bench, 10, add, 1 << 20);
        napi(bench, 1_000_000, 0, 1);
        napi(bench, 10, 0, 7);
        napi(bench, 10, 1 << 16, 1);
        napi(bench, 10, add, 1 << 20);
        napi(bench, 10, add, 1 << 20);
        napi(bench, 10, add, 1);
        napi(bench, 10, remove, 1 << 20);
        napi(bench, 10, remove, 1 << 20);
        napi(bench, 10, 3 << 8, 1 << 20);
        MemorySegment former = bench.arena.allocate(16, 8);
        register(bench, bench.ring, RegisterOperation.UNREGISTER_NAPI, former.address(), 1);
        bench.note("was " + former.get(ValueLayout.JAVA_INT, 0) + " " + former.get(ValueLayout.JAVA_INT, 8));
        register(bench, bench.ring, RegisterOperation.UNREGISTER_NAPI, 0, 1);
    }
}
