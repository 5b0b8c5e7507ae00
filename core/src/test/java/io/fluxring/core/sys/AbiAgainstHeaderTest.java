package io.fluxring.core.sys;

import io.fluxring.core.sys.layout.BufRingLayout;
import io.fluxring.core.sys.layout.CancelLayout;
import io.fluxring.core.sys.layout.CqeLayout;
import io.fluxring.core.sys.layout.NapiLayout;
import io.fluxring.core.sys.layout.ParamsLayout;
import io.fluxring.core.sys.layout.ProbeLayout;
import io.fluxring.core.sys.layout.QueryLayout;
import io.fluxring.core.sys.layout.ReceivedMessageLayout;
import io.fluxring.core.sys.layout.RegionLayout;
import io.fluxring.core.sys.layout.ResourceLayout;
import io.fluxring.core.sys.layout.RestrictionLayout;
import io.fluxring.core.sys.layout.SqeLayout;
import io.fluxring.core.sys.layout.WaitLayout;
import io.fluxring.core.sys.layout.ZeroCopyReceiveLayout;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** io_uring's structures and flags as they are written out in Java, compared with its header in C. */
class AbiAgainstHeaderTest {
    @TempDir
    Path folder;

    private final CHeaders headers = new CHeaders();

    @Test
    void queuesAreThoseOfTheHeader() throws IOException, InterruptedException {
        headers.size("struct io_uring_sqe", SqeLayout.BYTES);
        headers.offset("struct io_uring_sqe", "opcode", SqeLayout.HEAD);
        headers.offset("struct io_uring_sqe", "flags", SqeLayout.FLAGS);
        headers.offset("struct io_uring_sqe", "ioprio", SqeLayout.PRIORITY);
        headers.offset("struct io_uring_sqe", "fd", SqeLayout.FD);
        headers.offset("struct io_uring_sqe", "off", SqeLayout.OFF);
        headers.offset("struct io_uring_sqe", "addr", SqeLayout.ADDR);
        headers.offset("struct io_uring_sqe", "len", SqeLayout.LEN);
        headers.offset("struct io_uring_sqe", "msg_flags", SqeLayout.OP_FLAGS);
        headers.offset("struct io_uring_sqe", "user_data", SqeLayout.USER_DATA);
        headers.offset("struct io_uring_sqe", "buf_group", SqeLayout.BUFFER);
        headers.offset("struct io_uring_sqe", "personality", SqeLayout.PERSONALITY);
        headers.offset("struct io_uring_sqe", "file_index", SqeLayout.FILE_INDEX);
        headers.offset("struct io_uring_sqe", "addr3", SqeLayout.ADDR3);
        headers.offset("struct io_uring_sqe", "cmd", SqeLayout.COMMAND);
        headers.size("struct io_uring_cqe", CqeLayout.BYTES);
        headers.offset("struct io_uring_cqe", "user_data", CqeLayout.USER_DATA);
        headers.offset("struct io_uring_cqe", "res", CqeLayout.RESULT);
        headers.offset("struct io_uring_cqe", "flags", CqeLayout.FLAGS);
        headers.value("sizeof(struct io_uring_sqe)", 1L << SqeLayout.SHIFT);
        headers.value("sizeof(struct io_uring_cqe)", 1L << CqeLayout.SHIFT);
        headers.size("struct io_uring_params", ParamsLayout.BYTES);
        headers.offset("struct io_uring_params", "sq_entries", ParamsLayout.SQ_ENTRIES);
        headers.offset("struct io_uring_params", "cq_entries", ParamsLayout.CQ_ENTRIES);
        headers.offset("struct io_uring_params", "flags", ParamsLayout.FLAGS);
        headers.offset("struct io_uring_params", "sq_thread_cpu", ParamsLayout.SQ_THREAD_CPU);
        headers.offset("struct io_uring_params", "sq_thread_idle", ParamsLayout.SQ_THREAD_IDLE);
        headers.offset("struct io_uring_params", "features", ParamsLayout.FEATURES);
        headers.offset("struct io_uring_params", "wq_fd", ParamsLayout.WQ_FD);
        headers.offset("struct io_uring_params", "sq_off.head", ParamsLayout.SQ_HEAD);
        headers.offset("struct io_uring_params", "sq_off.tail", ParamsLayout.SQ_TAIL);
        headers.offset("struct io_uring_params", "sq_off.ring_mask", ParamsLayout.SQ_MASK);
        headers.offset("struct io_uring_params", "sq_off.ring_entries", ParamsLayout.SQ_RING_ENTRIES);
        headers.offset("struct io_uring_params", "sq_off.flags", ParamsLayout.SQ_FLAGS);
        headers.offset("struct io_uring_params", "sq_off.dropped", ParamsLayout.SQ_DROPPED);
        headers.offset("struct io_uring_params", "sq_off.array", ParamsLayout.SQ_ARRAY);
        headers.offset("struct io_uring_params", "sq_off.resv2", ParamsLayout.SQ_USER_ADDRESS);
        headers.offset("struct io_uring_params", "cq_off.head", ParamsLayout.CQ_HEAD);
        headers.offset("struct io_uring_params", "cq_off.tail", ParamsLayout.CQ_TAIL);
        headers.offset("struct io_uring_params", "cq_off.ring_mask", ParamsLayout.CQ_MASK);
        headers.offset("struct io_uring_params", "cq_off.ring_entries", ParamsLayout.CQ_RING_ENTRIES);
        headers.offset("struct io_uring_params", "cq_off.overflow", ParamsLayout.CQ_OVERFLOW);
        headers.offset("struct io_uring_params", "cq_off.cqes", ParamsLayout.CQ_CQES);
        headers.offset("struct io_uring_params", "cq_off.flags", ParamsLayout.CQ_FLAGS);
        headers.offset("struct io_uring_params", "cq_off.resv2", ParamsLayout.CQ_USER_ADDRESS);
        headers.size("struct io_uring_getevents_arg", WaitLayout.ARGUMENT_BYTES);
        headers.offset("struct io_uring_getevents_arg", "sigmask", WaitLayout.SIGMASK);
        headers.offset("struct io_uring_getevents_arg", "sigmask_sz", WaitLayout.SIGMASK_SIZE);
        headers.offset("struct io_uring_getevents_arg", "pad", WaitLayout.MIN_WAIT_MICROS);
        headers.offset("struct io_uring_getevents_arg", "ts", WaitLayout.TIMESPEC_ADDRESS);
        headers.size("struct io_uring_recvmsg_out", ReceivedMessageLayout.BYTES);
        headers.offset("struct io_uring_recvmsg_out", "namelen", ReceivedMessageLayout.NAME_LENGTH);
        headers.offset("struct io_uring_recvmsg_out", "controllen", ReceivedMessageLayout.CONTROL_LENGTH);
        headers.offset("struct io_uring_recvmsg_out", "payloadlen", ReceivedMessageLayout.PAYLOAD_LENGTH);
        headers.offset("struct io_uring_recvmsg_out", "flags", ReceivedMessageLayout.FLAGS);
        headers.compare(folder, "liburing.h");
    }

    @Test
    void registrationsAreThoseOfTheHeader() throws IOException, InterruptedException {
        headers.size("struct io_uring_buf", BufRingLayout.ENTRY_BYTES);
        headers.offset("struct io_uring_buf", "addr", BufRingLayout.ENTRY_ADDR);
        headers.offset("struct io_uring_buf", "len", BufRingLayout.ENTRY_LEN);
        headers.offset("struct io_uring_buf", "bid", BufRingLayout.ENTRY_BID);
        headers.offset("struct io_uring_buf_ring", "tail", BufRingLayout.TAIL);
        headers.size("struct io_uring_buf_reg", BufRingLayout.REG_BYTES);
        headers.offset("struct io_uring_buf_reg", "ring_addr", BufRingLayout.REG_RING_ADDR);
        headers.offset("struct io_uring_buf_reg", "ring_entries", BufRingLayout.REG_RING_ENTRIES);
        headers.offset("struct io_uring_buf_reg", "bgid", BufRingLayout.REG_GROUP);
        headers.offset("struct io_uring_buf_reg", "pad", BufRingLayout.REG_FLAGS);
        headers.size("struct io_uring_rsrc_register", ResourceLayout.REGISTER_BYTES);
        headers.offset("struct io_uring_rsrc_register", "nr", ResourceLayout.REGISTER_COUNT);
        headers.offset("struct io_uring_rsrc_register", "flags", ResourceLayout.REGISTER_FLAGS);
        headers.offset("struct io_uring_rsrc_register", "data", ResourceLayout.REGISTER_DATA);
        headers.offset("struct io_uring_rsrc_register", "tags", ResourceLayout.REGISTER_TAGS);
        headers.size("struct io_uring_rsrc_update2", ResourceLayout.UPDATE_BYTES);
        headers.offset("struct io_uring_rsrc_update2", "offset", ResourceLayout.UPDATE_FIRST);
        headers.offset("struct io_uring_rsrc_update2", "data", ResourceLayout.UPDATE_DATA);
        headers.offset("struct io_uring_rsrc_update2", "tags", ResourceLayout.UPDATE_TAGS);
        headers.offset("struct io_uring_rsrc_update2", "nr", ResourceLayout.UPDATE_COUNT);
        headers.offset("struct io_uring_rsrc_update", "offset", ResourceLayout.UPDATE_FIRST);
        headers.offset("struct io_uring_rsrc_update", "data", ResourceLayout.UPDATE_DATA);
        headers.size("struct io_uring_file_index_range", ResourceLayout.RANGE_BYTES);
        headers.offset("struct io_uring_file_index_range", "off", ResourceLayout.RANGE_FIRST);
        headers.offset("struct io_uring_file_index_range", "len", ResourceLayout.RANGE_COUNT);
        headers.size("struct io_uring_sync_cancel_reg", CancelLayout.BYTES);
        headers.offset("struct io_uring_sync_cancel_reg", "addr", CancelLayout.USER_DATA);
        headers.offset("struct io_uring_sync_cancel_reg", "fd", CancelLayout.FD);
        headers.offset("struct io_uring_sync_cancel_reg", "flags", CancelLayout.FLAGS);
        headers.offset("struct io_uring_sync_cancel_reg", "timeout.tv_sec", CancelLayout.SECONDS);
        headers.offset("struct io_uring_sync_cancel_reg", "timeout.tv_nsec", CancelLayout.NANOS);
        headers.offset("struct io_uring_sync_cancel_reg", "pad", CancelLayout.OPERATION);
        headers.size("struct io_uring_restriction", RestrictionLayout.BYTES);
        headers.offset("struct io_uring_restriction", "opcode", RestrictionLayout.KIND);
        headers.offset("struct io_uring_restriction", "register_op", RestrictionLayout.VALUE);
        headers.offset("struct io_uring_restriction", "sqe_flags", RestrictionLayout.VALUE);
        headers.offset("struct io_uring_probe", "ops_len", ProbeLayout.COUNT);
        headers.offset("struct io_uring_probe", "ops", ProbeLayout.ENTRIES);
        headers.size("struct io_uring_probe_op", ProbeLayout.ENTRY_BYTES);
        headers.offset("struct io_uring_probe_op", "flags", ProbeLayout.ENTRY_FLAGS);
        headers.compare(folder, "liburing.h");
    }

    /** The installed header may be as old as Debian 12's; what came later stands here by its fields. */
    @Test
    void laterStructuresAreAsTheirFieldsSay() throws IOException, InterruptedException {
        headers.declare("later_getevents_arg", "__u64 sigmask", "__u32 sigmask_sz", "__u32 min_wait_usec", "__u64 ts");
        headers.size("struct later_getevents_arg", WaitLayout.ARGUMENT_BYTES);
        headers.offset("struct later_getevents_arg", "min_wait_usec", WaitLayout.MIN_WAIT_MICROS);
        headers.declare(
                "later_reg_wait",
                "struct __kernel_timespec ts",
                "__u32 min_wait_usec",
                "__u32 flags",
                "__u64 sigmask",
                "__u32 sigmask_sz",
                "__u32 pad[3]",
                "__u64 pad2[2]");
        headers.size("struct later_reg_wait", WaitLayout.REGISTERED_BYTES);
        headers.offset("struct later_reg_wait", "ts.tv_sec", WaitLayout.REGISTERED_SECONDS);
        headers.offset("struct later_reg_wait", "ts.tv_nsec", WaitLayout.REGISTERED_NANOS);
        headers.offset("struct later_reg_wait", "min_wait_usec", WaitLayout.REGISTERED_MIN_WAIT_MICROS);
        headers.offset("struct later_reg_wait", "flags", WaitLayout.REGISTERED_FLAGS);
        headers.declare("later_clock_register", "__u32 clockid", "__u32 resv[3]");
        headers.size("struct later_clock_register", WaitLayout.CLOCK_BYTES);
        headers.offset("struct later_clock_register", "clockid", WaitLayout.CLOCK);
        headers.declare(
                "later_region_desc",
                "__u64 user_addr",
                "__u64 size",
                "__u32 flags",
                "__u32 id",
                "__u64 mmap_offset",
                "__u64 resv[4]");
        headers.size("struct later_region_desc", RegionLayout.BYTES);
        headers.offset("struct later_region_desc", "user_addr", RegionLayout.ADDRESS);
        headers.offset("struct later_region_desc", "size", RegionLayout.LENGTH);
        headers.offset("struct later_region_desc", "flags", RegionLayout.FLAGS);
        headers.declare("later_mem_region_reg", "__u64 region_uptr", "__u64 flags", "__u64 resv[2]");
        headers.size("struct later_mem_region_reg", RegionLayout.REGISTRATION_BYTES);
        headers.offset("struct later_mem_region_reg", "region_uptr", RegionLayout.REGISTRATION_REGION_ADDRESS);
        headers.offset("struct later_mem_region_reg", "flags", RegionLayout.REGISTRATION_FLAGS);
        headers.declare(
                "later_clone_buffers",
                "__u32 src_fd",
                "__u32 flags",
                "__u32 src_off",
                "__u32 dst_off",
                "__u32 nr",
                "__u32 pad[3]");
        headers.size("struct later_clone_buffers", ResourceLayout.CLONE_BYTES);
        headers.offset("struct later_clone_buffers", "src_fd", ResourceLayout.CLONE_SOURCE_FD);
        headers.offset("struct later_clone_buffers", "flags", ResourceLayout.CLONE_FLAGS);
        headers.offset("struct later_clone_buffers", "src_off", ResourceLayout.CLONE_SOURCE_FIRST);
        headers.offset("struct later_clone_buffers", "dst_off", ResourceLayout.CLONE_FIRST);
        headers.offset("struct later_clone_buffers", "nr", ResourceLayout.CLONE_COUNT);
        headers.declare("later_buf_status", "__u32 buf_group", "__u32 head", "__u32 resv[8]");
        headers.size("struct later_buf_status", BufRingLayout.STATUS_BYTES);
        headers.offset("struct later_buf_status", "buf_group", BufRingLayout.STATUS_GROUP);
        headers.offset("struct later_buf_status", "head", BufRingLayout.STATUS_HEAD);
        headers.declare(
                "later_sync_cancel_reg",
                "__u64 addr",
                "__s32 fd",
                "__u32 flags",
                "struct __kernel_timespec timeout",
                "__u8 opcode",
                "__u8 pad[7]",
                "__u64 pad2[3]");
        headers.size("struct later_sync_cancel_reg", CancelLayout.BYTES);
        headers.offset("struct later_sync_cancel_reg", "opcode", CancelLayout.OPERATION);
        headers.declare(
                "later_napi",
                "__u32 busy_poll_to",
                "__u8 prefer_busy_poll",
                "__u8 opcode",
                "__u8 pad[2]",
                "__u32 op_param",
                "__u32 resv");
        headers.size("struct later_napi", NapiLayout.BYTES);
        headers.offset("struct later_napi", "busy_poll_to", NapiLayout.POLL_MICROS);
        headers.offset("struct later_napi", "prefer_busy_poll", NapiLayout.PREFER);
        headers.offset("struct later_napi", "opcode", NapiLayout.COMMAND);
        headers.offset("struct later_napi", "op_param", NapiLayout.PARAMETER);
        headers.declare(
                "later_query_hdr",
                "__u64 next_entry",
                "__u64 query_data",
                "__u32 query_op",
                "__u32 size",
                "__s32 result",
                "__u32 resv[3]");
        headers.size("struct later_query_hdr", QueryLayout.BYTES);
        headers.offset("struct later_query_hdr", "next_entry", QueryLayout.NEXT);
        headers.offset("struct later_query_hdr", "query_data", QueryLayout.ANSWER_ADDRESS);
        headers.offset("struct later_query_hdr", "query_op", QueryLayout.QUESTION);
        headers.offset("struct later_query_hdr", "size", QueryLayout.ANSWER_SIZE);
        headers.offset("struct later_query_hdr", "result", QueryLayout.RESULT);
        headers.declare(
                "later_query_opcode",
                "__u32 nr_request_opcodes",
                "__u32 nr_register_opcodes",
                "__u64 feature_flags",
                "__u64 ring_setup_flags",
                "__u64 enter_flags",
                "__u64 sqe_flags",
                "__u32 nr_query_opcodes",
                "__u32 pad");
        headers.size("struct later_query_opcode", QueryLayout.ANSWER_BYTES);
        headers.offset("struct later_query_opcode", "nr_request_opcodes", QueryLayout.OPERATIONS);
        headers.offset("struct later_query_opcode", "nr_register_opcodes", QueryLayout.REGISTER_OPERATIONS);
        headers.offset("struct later_query_opcode", "feature_flags", QueryLayout.FEATURES);
        headers.offset("struct later_query_opcode", "ring_setup_flags", QueryLayout.SETUP_FLAGS);
        headers.offset("struct later_query_opcode", "enter_flags", QueryLayout.ENTER_FLAGS);
        headers.offset("struct later_query_opcode", "sqe_flags", QueryLayout.SQE_FLAGS);
        headers.compare(folder, "liburing.h");
    }

    @Test
    void zeroCopyReceiveIsAsItsFieldsSay() throws IOException, InterruptedException {
        headers.declare("later_zcrx_offsets", "__u32 head", "__u32 tail", "__u32 rqes", "__u32 resv", "__u64 resv2[2]");
        headers.declare(
                "later_zcrx_ifq_reg",
                "__u32 if_idx",
                "__u32 if_rxq",
                "__u32 rq_entries",
                "__u32 flags",
                "__u64 area_ptr",
                "__u64 region_ptr",
                "struct later_zcrx_offsets offsets",
                "__u32 zcrx_id",
                "__u32 rx_buf_len",
                "__u64 resv[3]");
        headers.size("struct later_zcrx_ifq_reg", ZeroCopyReceiveLayout.BYTES);
        headers.offset("struct later_zcrx_ifq_reg", "if_idx", ZeroCopyReceiveLayout.INTERFACE);
        headers.offset("struct later_zcrx_ifq_reg", "if_rxq", ZeroCopyReceiveLayout.RECEIVE_QUEUE);
        headers.offset("struct later_zcrx_ifq_reg", "rq_entries", ZeroCopyReceiveLayout.REFILL_ENTRIES);
        headers.offset("struct later_zcrx_ifq_reg", "area_ptr", ZeroCopyReceiveLayout.AREA_ADDRESS);
        headers.offset("struct later_zcrx_ifq_reg", "region_ptr", ZeroCopyReceiveLayout.REGION_ADDRESS);
        headers.offset("struct later_zcrx_ifq_reg", "offsets.head", ZeroCopyReceiveLayout.OFFSET_HEAD);
        headers.offset("struct later_zcrx_ifq_reg", "offsets.tail", ZeroCopyReceiveLayout.OFFSET_TAIL);
        headers.offset("struct later_zcrx_ifq_reg", "offsets.rqes", ZeroCopyReceiveLayout.OFFSET_ENTRIES);
        headers.offset("struct later_zcrx_ifq_reg", "zcrx_id", ZeroCopyReceiveLayout.ID);
        headers.declare(
                "later_zcrx_area_reg",
                "__u64 addr",
                "__u64 len",
                "__u64 rq_area_token",
                "__u32 flags",
                "__u32 dmabuf_fd",
                "__u64 resv[2]");
        headers.size("struct later_zcrx_area_reg", ZeroCopyReceiveLayout.AREA_BYTES);
        headers.offset("struct later_zcrx_area_reg", "addr", ZeroCopyReceiveLayout.AREA_START);
        headers.offset("struct later_zcrx_area_reg", "len", ZeroCopyReceiveLayout.AREA_LENGTH);
        headers.offset("struct later_zcrx_area_reg", "rq_area_token", ZeroCopyReceiveLayout.AREA_TOKEN);
        headers.compare(folder, "liburing.h");
    }

    @Test
    void flagsAreThoseOfTheHeader() throws IOException, InterruptedException {
        headers.value("IORING_SETUP_SQPOLL", Abi.SETUP_SQPOLL);
        headers.value("IORING_SETUP_CQSIZE", Abi.SETUP_CQSIZE);
        headers.value("IORING_SETUP_R_DISABLED", Abi.SETUP_R_DISABLED);
        headers.value("IORING_SETUP_SUBMIT_ALL", Abi.SETUP_SUBMIT_ALL);
        headers.value("IORING_SETUP_SINGLE_ISSUER", Abi.SETUP_SINGLE_ISSUER);
        headers.value("IORING_SETUP_DEFER_TASKRUN", Abi.SETUP_DEFER_TASKRUN);
        headers.value("IORING_FEAT_NODROP", Abi.FEAT_NODROP);
        headers.value("IORING_FEAT_EXT_ARG", Abi.FEAT_EXT_ARG);
        headers.value("IOSQE_FIXED_FILE", Abi.SQE_FIXED_FILE);
        headers.value("IOSQE_ASYNC", Abi.SQE_ASYNC);
        headers.value("IOSQE_BUFFER_SELECT", Abi.SQE_BUFFER_SELECT);
        headers.value("IORING_ENTER_GETEVENTS", Abi.ENTER_GETEVENTS);
        headers.value("IORING_ENTER_SQ_WAKEUP", Abi.ENTER_SQ_WAKEUP);
        headers.value("IORING_ENTER_EXT_ARG", Abi.ENTER_EXT_ARG);
        headers.value("IORING_ENTER_REGISTERED_RING", Abi.ENTER_REGISTERED_RING);
        headers.value("IORING_SQ_NEED_WAKEUP", Abi.SQ_NEED_WAKEUP);
        headers.value("IORING_SQ_CQ_OVERFLOW", Abi.SQ_CQ_OVERFLOW);
        headers.value("IORING_CQE_F_BUFFER", Abi.CQE_F_BUFFER);
        headers.value("IORING_CQE_F_MORE", Abi.CQE_F_MORE);
        headers.value("IORING_CQE_F_NOTIF", Abi.CQE_F_NOTIF);
        headers.value("IORING_CQE_BUFFER_SHIFT", Abi.CQE_BUFFER_SHIFT);
        headers.value("IORING_RECV_MULTISHOT", Abi.RECV_MULTISHOT);
        headers.value("IORING_ACCEPT_MULTISHOT", Abi.ACCEPT_MULTISHOT);
        headers.value("IORING_POLL_ADD_MULTI", Abi.POLL_ADD_MULTI);
        headers.value("IORING_ASYNC_CANCEL_ANY", Abi.ASYNC_CANCEL_ANY);
        headers.value("IORING_ASYNC_CANCEL_FD_FIXED", Abi.ASYNC_CANCEL_FD_FIXED);
        for (Opcode opcode : Opcode.values()) {
            if (opcode.code() <= Opcode.SEND_ZC.code()) { // as far as Debian 12's header goes
                headers.value("IORING_OP_" + opcode, opcode.code());
            }
        }
        for (RegisterOperation operation : RegisterOperation.values()) {
            if (operation.code() <= RegisterOperation.FILE_ALLOC_RANGE.code()) { // likewise
                headers.value(headerName(operation), operation.code());
            }
        }
        headers.compare(folder, "liburing.h");
    }

    private static String headerName(RegisterOperation operation) {
        return operation.name().startsWith("UNREGISTER") ? "IORING_" + operation : "IORING_REGISTER_" + operation;
    }
}
