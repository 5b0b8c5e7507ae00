package io.fluxring.core.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxring.core.sys.layout.BufRingLayout;
import io.fluxring.core.sys.layout.CqeLayout;
import io.fluxring.core.sys.layout.MessageLayout;
import io.fluxring.core.sys.layout.OpenHowLayout;
import io.fluxring.core.sys.layout.ParamsLayout;
import io.fluxring.core.sys.layout.ReceivedMessageLayout;
import io.fluxring.core.sys.layout.SqeLayout;
import io.fluxring.core.sys.layout.StatLayout;
import io.fluxring.core.sys.layout.VectorLayout;
import io.fluxring.core.sys.layout.WaitLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written out in Java, compared with what a C compiler reads from the system's header, as far as that goes. */
class AbiAgainstHeaderTest {

    @TempDir
    Path folder;

    private final Map<String, Long> expected = new LinkedHashMap<>();

    @Test
    void layoutsAreThoseOfTheHeader() throws IOException, InterruptedException {
        size("struct io_uring_sqe", SqeLayout.BYTES);
        offset("struct io_uring_sqe", "flags", SqeLayout.FLAGS);
        offset("struct io_uring_sqe", "fd", SqeLayout.FD);
        offset("struct io_uring_sqe", "off", SqeLayout.OFF);
        offset("struct io_uring_sqe", "addr", SqeLayout.ADDR);
        offset("struct io_uring_sqe", "len", SqeLayout.LEN);
        offset("struct io_uring_sqe", "msg_flags", SqeLayout.OP_FLAGS);
        offset("struct io_uring_sqe", "user_data", SqeLayout.USER_DATA);
        offset("struct io_uring_sqe", "buf_group", SqeLayout.BUFFER);
        offset("struct io_uring_sqe", "file_index", SqeLayout.FILE_INDEX);
        offset("struct io_uring_sqe", "addr3", SqeLayout.ADDR3);
        offset("struct io_uring_cqe", "res", CqeLayout.RESULT);
        offset("struct io_uring_cqe", "flags", CqeLayout.FLAGS);
        size("struct io_uring_params", ParamsLayout.BYTES);
        offset("struct io_uring_params", "features", ParamsLayout.FEATURES);
        offset("struct io_uring_params", "sq_off.head", ParamsLayout.SQ_HEAD);
        offset("struct io_uring_params", "sq_off.flags", ParamsLayout.SQ_FLAGS);
        offset("struct io_uring_params", "sq_off.dropped", ParamsLayout.SQ_DROPPED);
        offset("struct io_uring_params", "sq_off.array", ParamsLayout.SQ_ARRAY);
        offset("struct io_uring_params", "cq_off.head", ParamsLayout.CQ_HEAD);
        offset("struct io_uring_params", "cq_off.overflow", ParamsLayout.CQ_OVERFLOW);
        offset("struct io_uring_params", "cq_off.cqes", ParamsLayout.CQ_CQES);
        offset("struct io_uring_params", "cq_off.flags", ParamsLayout.CQ_FLAGS);
        size("struct io_uring_buf", BufRingLayout.ENTRY_BYTES);
        offset("struct io_uring_buf", "bid", BufRingLayout.ENTRY_BID);
        offset("struct io_uring_buf_ring", "tail", BufRingLayout.TAIL);
        size("struct io_uring_buf_reg", BufRingLayout.REG_BYTES);
        offset("struct io_uring_buf_reg", "bgid", BufRingLayout.REG_GROUP);
        size("struct io_uring_getevents_arg", WaitLayout.ARGUMENT_BYTES);
        offset("struct io_uring_getevents_arg", "ts", WaitLayout.TIMESPEC_ADDRESS);
        size("struct iovec", VectorLayout.BYTES);
        offset("struct iovec", "iov_base", VectorLayout.ADDRESS);
        offset("struct iovec", "iov_len", VectorLayout.LENGTH);
        size("struct open_how", OpenHowLayout.BYTES);
        offset("struct open_how", "flags", OpenHowLayout.FLAGS);
        offset("struct open_how", "mode", OpenHowLayout.MODE);
        offset("struct open_how", "resolve", OpenHowLayout.RESOLVE);
        size("struct io_uring_recvmsg_out", ReceivedMessageLayout.BYTES);
        offset("struct io_uring_recvmsg_out", "namelen", ReceivedMessageLayout.NAME_LENGTH);
        offset("struct io_uring_recvmsg_out", "controllen", ReceivedMessageLayout.CONTROL_LENGTH);
        offset("struct io_uring_recvmsg_out", "payloadlen", ReceivedMessageLayout.PAYLOAD_LENGTH);
        offset("struct io_uring_recvmsg_out", "flags", ReceivedMessageLayout.FLAGS);
        statOffsets();
        messageLayouts();
        compare();
    }

    private void statOffsets() {
        size("struct statx", StatLayout.BYTES);
        offset("struct statx", "stx_mask", StatLayout.MASK);
        offset("struct statx", "stx_blksize", StatLayout.BLOCK_SIZE);
        offset("struct statx", "stx_attributes", StatLayout.ATTRIBUTES);
        offset("struct statx", "stx_nlink", StatLayout.LINKS);
        offset("struct statx", "stx_uid", StatLayout.USER);
        offset("struct statx", "stx_gid", StatLayout.GROUP);
        offset("struct statx", "stx_mode", StatLayout.MODE);
        offset("struct statx", "stx_ino", StatLayout.INODE);
        offset("struct statx", "stx_size", StatLayout.SIZE);
        offset("struct statx", "stx_blocks", StatLayout.BLOCKS);
        offset("struct statx", "stx_attributes_mask", StatLayout.ATTRIBUTES_MASK);
        offset("struct statx", "stx_atime", StatLayout.ACCESS_TIME);
        offset("struct statx", "stx_btime", StatLayout.BIRTH_TIME);
        offset("struct statx", "stx_ctime", StatLayout.CHANGE_TIME);
        offset("struct statx", "stx_mtime", StatLayout.MODIFY_TIME);
        offset("struct statx", "stx_mtime.tv_nsec", StatLayout.MODIFY_TIME + StatLayout.NANOS);
        offset("struct statx", "stx_rdev_major", StatLayout.RDEV_MAJOR);
        offset("struct statx", "stx_rdev_minor", StatLayout.RDEV_MINOR);
        offset("struct statx", "stx_dev_major", StatLayout.DEV_MAJOR);
        offset("struct statx", "stx_dev_minor", StatLayout.DEV_MINOR);
    }

    private void messageLayouts() {
        size("struct msghdr", MessageLayout.BYTES);
        offset("struct msghdr", "msg_name", MessageLayout.NAME);
        offset("struct msghdr", "msg_namelen", MessageLayout.NAME_LENGTH);
        offset("struct msghdr", "msg_iov", MessageLayout.VECTORS);
        offset("struct msghdr", "msg_iovlen", MessageLayout.VECTOR_COUNT);
        offset("struct msghdr", "msg_control", MessageLayout.CONTROL);
        offset("struct msghdr", "msg_controllen", MessageLayout.CONTROL_LENGTH);
        offset("struct msghdr", "msg_flags", MessageLayout.FLAGS);
    }

    @Test
    void flagsAreThoseOfTheHeader() throws IOException, InterruptedException {
        value("IORING_SETUP_SQPOLL", Abi.SETUP_SQPOLL);
        value("IORING_SETUP_CQSIZE", Abi.SETUP_CQSIZE);
        value("IORING_SETUP_R_DISABLED", Abi.SETUP_R_DISABLED);
        value("IORING_SETUP_SUBMIT_ALL", Abi.SETUP_SUBMIT_ALL);
        value("IORING_SETUP_SINGLE_ISSUER", Abi.SETUP_SINGLE_ISSUER);
        value("IORING_SETUP_DEFER_TASKRUN", Abi.SETUP_DEFER_TASKRUN);
        value("IORING_FEAT_NODROP", Abi.FEAT_NODROP);
        value("IORING_FEAT_EXT_ARG", Abi.FEAT_EXT_ARG);
        value("IOSQE_FIXED_FILE", Abi.SQE_FIXED_FILE);
        value("IOSQE_ASYNC", Abi.SQE_ASYNC);
        value("IOSQE_BUFFER_SELECT", Abi.SQE_BUFFER_SELECT);
        value("IORING_ENTER_GETEVENTS", Abi.ENTER_GETEVENTS);
        value("IORING_ENTER_SQ_WAKEUP", Abi.ENTER_SQ_WAKEUP);
        value("IORING_ENTER_EXT_ARG", Abi.ENTER_EXT_ARG);
        value("IORING_ENTER_REGISTERED_RING", Abi.ENTER_REGISTERED_RING);
        value("IORING_SQ_NEED_WAKEUP", Abi.SQ_NEED_WAKEUP);
        value("IORING_SQ_CQ_OVERFLOW", Abi.SQ_CQ_OVERFLOW);
        value("IORING_CQE_F_BUFFER", Abi.CQE_F_BUFFER);
        value("IORING_CQE_F_MORE", Abi.CQE_F_MORE);
        value("IORING_CQE_F_NOTIF", Abi.CQE_F_NOTIF);
        value("IORING_CQE_BUFFER_SHIFT", Abi.CQE_BUFFER_SHIFT);
        value("IORING_RECV_MULTISHOT", Abi.RECV_MULTISHOT);
        value("IORING_ACCEPT_MULTISHOT", Abi.ACCEPT_MULTISHOT);
        value("IORING_POLL_ADD_MULTI", Abi.POLL_ADD_MULTI);
        value("IORING_ASYNC_CANCEL_ANY", Abi.ASYNC_CANCEL_ANY);
        value("IORING_ASYNC_CANCEL_FD_FIXED", Abi.ASYNC_CANCEL_FD_FIXED);
        for (Opcode opcode : Opcode.values()) {
            if (opcode.code() <= Opcode.SEND_ZC.code()) { // as far as Debian 12's header goes
                value("IORING_OP_" + opcode, opcode.code());
            }
        }
        for (RegisterOperation operation : RegisterOperation.values()) {
            if (operation.code() <= RegisterOperation.FILE_ALLOC_RANGE.code()) { // likewise
                value(headerName(operation), operation.code());
            }
        }
        compare();
    }

    private static String headerName(RegisterOperation operation) {
        return operation.name().startsWith("UNREGISTER") ? "IORING_" + operation : "IORING_REGISTER_" + operation;
    }

    private void size(String type, long bytes) {
        value("sizeof(" + type + ")", bytes);
    }

    private void offset(String type, String field, long bytes) {
        value("offsetof(" + type + ", " + field + ")", bytes);
    }

    private void value(String expression, long value) {
        expected.put(expression, value);
    }

    private void compare() throws IOException, InterruptedException {
        StringBuilder program = new StringBuilder("""
            #define _GNU_SOURCE
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/stat.h>
            #include <liburing.h>
            int main(void) {
            """);
        for (String expression : expected.keySet()) {
            program.append("printf(\"%ld\\n\", (long) (").append(expression).append("));\n");
        }
        Path source = Files.writeString(folder.resolve("abi.c"), program.append("}\n"));
        Path binary = folder.resolve("abi");
        Path log = folder.resolve("log");
        int compiled;
        try {
            compiled = run(log, "cc", "-o", binary.toString(), source.toString());
        } catch (IOException e) {
            assumeTrue(false, "no C compiler here: " + e.getMessage());
            return;
        }
        assumeTrue(compiled == 0, () -> "liburing-dev is not installed, or older than 2.3: " + read(log));
        assertThat(run(log, binary.toString())).isZero();
        assertThat(Files.readAllLines(log))
                .containsExactlyElementsOf(
                        expected.values().stream().map(String::valueOf).toList());
    }

    private static int run(Path log, String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
