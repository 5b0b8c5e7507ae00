/*
 * The yardstick: a TCP echo server, one thread on one ring, as fast as C makes it.
 *
 *   echo [--port N] [--buffers N] [--buffer-size BYTES] [--fixed] [--min-wait MICROS]
 *
 * One multishot accept, one multishot receive a connection out of a shared ring of provided buffers, and the same
 * buffer sent back without a copy. All that a tick prepares goes to the kernel in the enter that waits for the next
 * tick. With --fixed, connections live in the ring's own file table and never get a descriptor. With --min-wait, a tick
 * lets so much time pass in the hope of many events, which costs latency and saves system calls.
 *
 * Prints "listening on 127.0.0.1:PORT" when it accepts. SIGTERM or SIGINT ends it: it prints its counters, exits 0.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buffers.h"
#include "outbox.h"
#include "ring.h"

enum {
    SQ_ENTRIES = 1024,
    CQ_ENTRIES = 4096,
    MAX_CONNECTIONS = 16384,
    GROUP = 0,
    VECTOR_MAX = 16,
    VECTORS_A_TICK = 128,
    GATHER = 64, /* so many events end the wait of --min-wait early */
    NONE = -1,
};

/* user_data: what the operation was in the upper half, the connection's id in the lower. */
enum kind { ACCEPT, RECV, SEND, CLOSE, CANCEL, STOP };

struct connection {
    struct outbox outbox;
    int next_ready;   /* in the list of those that have something to send */
    int next_starved; /* in the list of those whose receive ended for want of a buffer */
    bool ready;
    bool receiving;
    bool sending;
    bool ended; /* nothing more will be received: close when all is sent */
};

static struct {
    struct io_uring ring;
    struct buffers buffers;
    struct piece *pieces;
    struct connection *connections;
    int listener;
    bool fixed;
    unsigned min_wait_usec;
    bool accepting;
    bool stopping;
    int ready;
    int starved; /* first in first out: else the last to starve would eat what the others wait for */
    int last_starved;
    struct {
        struct msghdr message;
        struct iovec vector[VECTOR_MAX];
    } vectors[VECTORS_A_TICK]; /* must stay as they are until the enter that submits them */
    unsigned vectors_used;
    unsigned long accepted, messages, bytes, enters, sqes, cqes, starvations, errors;
} server = {.ready = NONE, .starved = NONE};

static void enter(unsigned wait) {
    int submitted = wait && server.min_wait_usec ? ring_submit_and_gather(&server.ring, GATHER, server.min_wait_usec)
                                                 : io_uring_submit_and_wait(&server.ring, wait);
    server.enters++;
    if (submitted >= 0) server.sqes += (unsigned)submitted;
    else if (submitted != -EINTR && submitted != -EAGAIN && submitted != -EBUSY && submitted != -ETIME)
        die("io_uring_enter", -submitted);
    server.vectors_used = 0;
}

static struct io_uring_sqe *prepare(enum kind kind, int id) {
    struct io_uring_sqe *sqe;
    while (!(sqe = io_uring_get_sqe(&server.ring))) enter(0);
    sqe->user_data = (uint64_t)kind << 32 | (uint32_t)id;
    return sqe;
}

/* The prep functions of liburing 2.3 leave user_data alone, so it may be set before them. */
static void use_file_table(struct io_uring_sqe *sqe) {
    if (server.fixed) sqe->flags |= IOSQE_FIXED_FILE;
}

static void arm_accept(void) {
    struct io_uring_sqe *sqe = prepare(ACCEPT, 0);
    if (server.fixed) io_uring_prep_multishot_accept_direct(sqe, server.listener, 0, 0, 0);
    else io_uring_prep_multishot_accept(sqe, server.listener, 0, 0, 0);
    server.accepting = true;
}

static void arm_receive(int id) {
    struct io_uring_sqe *sqe = prepare(RECV, id);
    io_uring_prep_recv_multishot(sqe, id, 0, 0, 0);
    sqe->flags |= IOSQE_BUFFER_SELECT;
    sqe->buf_group = GROUP;
    use_file_table(sqe);
    server.connections[id].receiving = true;
}

static void mark_ready(int id) {
    struct connection *connection = &server.connections[id];
    if (connection->ready) return;
    connection->ready = true;
    connection->next_ready = server.ready;
    server.ready = id;
}

static void send_front(int id) {
    struct connection *connection = &server.connections[id];
    struct io_uring_sqe *sqe;
    if (connection->outbox.pieces == 1) {
        struct piece *piece = &server.pieces[connection->outbox.first];
        sqe = prepare(SEND, id);
        io_uring_prep_send(sqe, id, buffers_at(&server.buffers, connection->outbox.first) + piece->offset,
                           piece->length, MSG_WAITALL);
    } else {
        if (server.vectors_used == VECTORS_A_TICK) enter(0);
        sqe = prepare(SEND, id);
        typeof(*server.vectors) *slot = &server.vectors[server.vectors_used++];
        unsigned n = outbox_vector(&connection->outbox, server.pieces, &server.buffers, slot->vector, VECTOR_MAX);
        slot->message = (struct msghdr){.msg_iov = slot->vector, .msg_iovlen = n};
        io_uring_prep_sendmsg(sqe, id, &slot->message, MSG_WAITALL);
    }
    use_file_table(sqe);
    connection->sending = true;
}

static void close_connection(int id) {
    struct io_uring_sqe *sqe = prepare(CLOSE, id);
    if (server.fixed) io_uring_prep_close_direct(sqe, (unsigned)id);
    else io_uring_prep_close(sqe, id);
    sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
    /* A full table ended the accept; there is room again. */
    if (!server.accepting) arm_accept();
}

/* At the end of a tick, when all that arrived for a connection is in its outbox: one send at a time, so that bytes
 * keep their order, and the close when nothing else is left. */
static void serve_ready(void) {
    while (server.ready != NONE) {
        int id = server.ready;
        struct connection *connection = &server.connections[id];
        server.ready = connection->next_ready;
        connection->ready = false;
        if (connection->sending) continue;
        if (connection->outbox.pieces) send_front(id);
        else if (connection->ended && !connection->receiving) close_connection(id);
    }
}

/* Buffers have come back: let those receive again that found none. */
static void feed_starved(void) {
    for (unsigned free = server.buffers.returned; free && server.starved != NONE; free--) {
        int id = server.starved;
        server.starved = server.connections[id].next_starved;
        arm_receive(id);
    }
}

static void on_accept(int res, bool more) {
    server.accepting = more;
    if (res >= 0) {
        server.accepted++;
        if (res >= MAX_CONNECTIONS) die("accept: more connections than this server has room for", EMFILE);
        server.connections[res] = (struct connection){0};
        arm_receive(res);
    }
    bool table_full = res == -EMFILE || res == -ENFILE;
    if (!more && !table_full) arm_accept();
}

static void on_receive(int id, int res, unsigned flags) {
    struct connection *connection = &server.connections[id];
    connection->receiving = flags & IORING_CQE_F_MORE;
    if (res > 0) {
        server.messages++;
        server.bytes += (unsigned)res;
        outbox_add(&connection->outbox, server.pieces, flags >> IORING_CQE_BUFFER_SHIFT, (uint32_t)res);
        if (!connection->receiving && !connection->ended) arm_receive(id);
    } else if (res == -ENOBUFS && !connection->ended) {
        server.starvations++;
        connection->next_starved = NONE;
        if (server.starved == NONE) server.starved = id;
        else server.connections[server.last_starved].next_starved = id;
        server.last_starved = id;
        /* Counts as receiving: it is armed again as soon as a buffer comes back. */
        connection->receiving = true;
    } else {
        connection->ended = true;
        if (res < 0 && res != -ECONNRESET && res != -ECANCELED && res != -ENOBUFS) server.errors++;
    }
    mark_ready(id);
}

static void on_send(int id, int res) {
    struct connection *connection = &server.connections[id];
    connection->sending = false;
    if (res >= 0) {
        outbox_sent(&connection->outbox, server.pieces, &server.buffers, (uint32_t)res);
        if (!connection->outbox.pieces && !connection->ended) return;
    } else {
        if (res != -ECONNRESET && res != -EPIPE) server.errors++;
        outbox_clear(&connection->outbox, server.pieces, &server.buffers);
        if (connection->receiving && !connection->ended)
            io_uring_prep_cancel64(prepare(CANCEL, id), (uint64_t)RECV << 32 | (uint32_t)id, 0);
        connection->ended = true;
    }
    mark_ready(id);
}

static void dispatch(const struct io_uring_cqe *cqe) {
    int id = (int)(uint32_t)cqe->user_data;
    switch ((enum kind)(cqe->user_data >> 32)) {
    case RECV: on_receive(id, cqe->res, cqe->flags); break;
    case SEND: on_send(id, cqe->res); break;
    case ACCEPT: on_accept(cqe->res, cqe->flags & IORING_CQE_F_MORE); break;
    case STOP: server.stopping = true; break;
    case CLOSE: server.errors++; break; /* only a failed close is reported */
    case CANCEL: break;                 /* the receive itself tells how it ended */
    }
}

static void tick(void) {
    enter(1);
    unsigned head, seen = 0;
    struct io_uring_cqe *cqe;
    io_uring_for_each_cqe(&server.ring, head, cqe) {
        dispatch(cqe);
        seen++;
    }
    io_uring_cq_advance(&server.ring, seen);
    server.cqes += seen;
    serve_ready();
    feed_starved();
    buffers_publish(&server.buffers);
}

static int listen_on(unsigned short *port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(*port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t length = sizeof address;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* accepted sockets inherit it */
    if (bind(listener, (struct sockaddr *)&address, length) < 0 || listen(listener, 4096) < 0 ||
        getsockname(listener, (struct sockaddr *)&address, &length) < 0)
        die("listen", errno);
    *port = ntohs(address.sin_port);
    return listener;
}

/* Signals become a completion like any other, so none can slip in between the look at a flag and the wait. */
static void arm_stop(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, 0);
    int signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
    if (signal_fd < 0) die("signalfd", errno);
    io_uring_prep_poll_add(prepare(STOP, 0), signal_fd, POLL_IN);
}

int main(int argc, char **argv) {
    static const struct option options[] = {
        {"port", required_argument, 0, 'p'},
        {"buffers", required_argument, 0, 'b'},
        {"buffer-size", required_argument, 0, 's'},
        {"fixed", no_argument, 0, 'f'},
        {"min-wait", required_argument, 0, 'm'},
        {0},
    };
    unsigned short port = 0;
    unsigned buffers = 1024, buffer_size = 2048;
    for (int o; (o = getopt_long(argc, argv, "", options, 0)) != -1;) {
        if (o == 'p') port = (unsigned short)atoi(optarg);
        else if (o == 'b') buffers = (unsigned)atoi(optarg);
        else if (o == 's') buffer_size = (unsigned)atoi(optarg);
        else if (o == 'f') server.fixed = true;
        else if (o == 'm') server.min_wait_usec = (unsigned)atoi(optarg);
        else return 2;
    }

    ring_open(&server.ring, SQ_ENTRIES, CQ_ENTRIES);
    buffers_open(&server.buffers, &server.ring, GROUP, buffers, buffer_size);
    server.pieces = calloc(buffers, sizeof *server.pieces);
    server.connections = calloc(MAX_CONNECTIONS, sizeof *server.connections);
    if (!server.pieces || !server.connections) die("calloc", ENOMEM);
    if (server.fixed) {
        int registered = io_uring_register_files_sparse(&server.ring, MAX_CONNECTIONS);
        if (registered < 0) die("registration of the file table", -registered);
    }
    server.listener = listen_on(&port);
    arm_stop();
    arm_accept();
    fprintf(stderr, "ring:");
    ring_describe(&server.ring, stderr);
    fprintf(stderr, "\n");
    printf("listening on 127.0.0.1:%u\n", port);
    fflush(stdout);

    while (!server.stopping) tick();
    printf("connections=%lu messages=%lu bytes=%lu enters=%lu sqes=%lu cqes=%lu starvations=%lu errors=%lu\n",
           server.accepted, server.messages, server.bytes, server.enters, server.sqes, server.cqes,
           server.starvations, server.errors);
    return 0;
}
