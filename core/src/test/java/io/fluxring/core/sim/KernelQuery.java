package io.fluxring.core.sim;

import io.fluxring.core.sys.Access;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.RegisterOperation;
import io.fluxring.core.sys.call.NativeMemory;
import io.fluxring.core.sys.layout.QueryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Answers questions about the kernel, one or a list of them. */
final class KernelQuery {
    private static final int MOST_QUESTIONS = 1000;
    private static final int MOST_BYTES = 256;
    private static final long RESERVED = 28;
    private static final long ENTER_FLAGS = 0xff;
    private static final long SQE_FLAGS = 0x7f;
    private static final long QUESTIONS = 40;

    private final long features;
    private final long setupFlags;

    KernelQuery(long features, long setupFlags) {
        this.features = features;
        this.setupFlags = setupFlags;
    }

    int answer(long argument, int count) {
        if (count != 0) {
            return Errno.EINVAL.result();
        }
        int questions = 0;
        for (long at = argument; at != 0; questions++) {
            if (questions == MOST_QUESTIONS) {
                return Errno.ERANGE.result();
            }
            MemorySegment question = NativeMemory.at(at, QueryLayout.BYTES);
            answer(question);
            at = Access.getLong(question, QueryLayout.NEXT);
        }
        return 0;
    }

    private void answer(MemorySegment question) {
        int room = Access.getInt(question, QueryLayout.ANSWER_SIZE);
        int reserved = Access.getInt(question, RESERVED)
                | Access.getInt(question, RESERVED + 4)
                | Access.getInt(question, RESERVED + 8);
        int result = 0;
        if (Access.getInt(question, QueryLayout.QUESTION) != QueryLayout.OPCODES) {
            result = Errno.EOPNOTSUPP.result();
        } else if (reserved != 0 || Access.getInt(question, QueryLayout.RESULT) != 0 || room == 0) {
            result = Errno.EINVAL.result();
        }
        int bytes = result < 0 ? 0 : (int) Math.min(room, QueryLayout.ANSWER_BYTES);
        MemorySegment answer = MemorySegment.ofArray(new long[MOST_BYTES / Long.BYTES]);
        answer.set(ValueLayout.JAVA_INT, QueryLayout.OPERATIONS, Opcode.values().length);
        put(answer, QueryLayout.FEATURES, features);
        put(answer, QueryLayout.SETUP_FLAGS, setupFlags);
        put(answer, QueryLayout.ENTER_FLAGS, ENTER_FLAGS);
        put(answer, QueryLayout.SQE_FLAGS, SQE_FLAGS);
        put(answer, QUESTIONS, 1);
        answer.set(ValueLayout.JAVA_INT, QueryLayout.REGISTER_OPERATIONS, RegisterOperation.values().length);
        long target = Access.getLong(question, QueryLayout.ANSWER_ADDRESS);
        MemorySegment.copy(answer, 0, NativeMemory.at(target, bytes), 0, bytes);
        Access.putInt(question, QueryLayout.ANSWER_SIZE, bytes);
        Access.putInt(question, QueryLayout.RESULT, result);
    }

    private static void put(MemorySegment answer, long at, long value) {
        answer.set(ValueLayout.JAVA_LONG, at, value);
    }
}
