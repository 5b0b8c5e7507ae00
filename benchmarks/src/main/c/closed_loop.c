/*
 * The closed loop: each connection keeps `depth` messages outstanding and sends the next one when one has come back.
 *
 * The generator should not be slower than the server it measures, so it does less than an echo server: it sends out of
 * one constant pattern and therefore needs no completion for a send, only one for what comes back. What comes back is
 * compared byte by byte: the stream of connection c repeats a pattern of PERIOD bytes, begun at place c, and PERIOD is
 * a prime, so that a lost, doubled or foreign piece does not match.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "buffers.h"
#include "histogram.h"
#include "load.h"
#include "ring.h"

enum {
    PERIOD = 251,
    SQ_ENTRIES = 1024,
    CQ_ENTRIES = 4096,
    BUFFERS = 1024,
    BUFFER_SIZE = 4096,
    GROUP = 0,
    /* Up to here what is outstanding on a connection fits its send buffer; a send then ends within the enter that
     * submits it, and its success is not worth a completion. */
    QUIET_BYTES = 4096,
};

enum kind { RECV, SEND };

struct connection {
    uint64_t sent;         /* bytes handed to the kernel */
    uint64_t received;     /* bytes that came back */
    uint64_t owed;         /* bytes to be sent when the send in flight has ended */
    uint64_t *sent_at;     /* when each outstanding message was sent, by number modulo depth */
    uint64_t next_message; /* number of the next message that comes back */
    uint64_t next_send;    /* number of the next message to send */
    bool sending;
    bool starved;
    bool dead;
};

static const struct load *plan;
static struct io_uring ring;
static struct buffers buffers;
static struct connection *connections;
static struct histogram histogram;
static char *pattern;
static uint64_t now, messages, errors, mismatches;
static unsigned alive;
static bool quiet;

static const char *pattern_at(unsigned connection, uint64_t offset) {
    return pattern + (offset + connection) % PERIOD;
}

static struct io_uring_sqe *prepare(enum kind kind, unsigned id) {
    struct io_uring_sqe *sqe = ring_sqe(&ring);
    sqe->user_data = (uint64_t)kind << 32 | id;
    return sqe;
}

static void arm_receive(unsigned id) {
    struct io_uring_sqe *sqe = prepare(RECV, id);
    io_uring_prep_recv_multishot(sqe, (int)id, 0, 0, 0);
    sqe->flags |= IOSQE_BUFFER_SELECT | IOSQE_FIXED_FILE;
    sqe->buf_group = GROUP;
    connections[id].starved = false;
}

static void send_owed(unsigned id) {
    struct connection *connection = &connections[id];
    if (connection->sending || !connection->owed || connection->dead) return;
    struct io_uring_sqe *sqe = prepare(SEND, id);
    io_uring_prep_send(sqe, (int)id, pattern_at(id, connection->sent), connection->owed, MSG_WAITALL);
    sqe->flags |= IOSQE_FIXED_FILE;
    if (quiet) {
        sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
        connection->sent += connection->owed;
        connection->owed = 0;
    } else {
        connection->sending = true;
    }
}

static void send_messages(unsigned id, uint64_t count) {
    struct connection *connection = &connections[id];
    for (uint64_t i = 0; i < count; i++) connection->sent_at[connection->next_send++ % plan->depth] = now;
    connection->owed += count * plan->size;
    send_owed(id);
}

static void bury(unsigned id) {
    if (connections[id].dead) return;
    connections[id].dead = true;
    errors++;
    alive--;
}

static void on_bytes(unsigned id, const char *bytes, unsigned length) {
    struct connection *connection = &connections[id];
    if (memcmp(bytes, pattern_at(id, connection->received), length) != 0) {
        mismatches++;
        bury(id);
        return;
    }
    connection->received += length;
    uint64_t complete = connection->received / plan->size, first = connection->next_message;
    for (; connection->next_message < complete; connection->next_message++)
        histogram_add(&histogram, now - connection->sent_at[connection->next_message % plan->depth], 1);
    messages += complete - first;
    if (complete > first) send_messages(id, complete - first);
}

static void on_receive(unsigned id, int res, unsigned flags) {
    bool more = flags & IORING_CQE_F_MORE;
    if (res > 0) {
        unsigned buffer = flags >> IORING_CQE_BUFFER_SHIFT;
        if (!connections[id].dead) on_bytes(id, buffers_at(&buffers, buffer), (unsigned)res);
        buffers_return(&buffers, buffer);
        if (!more) arm_receive(id);
    } else if (res == -ENOBUFS) {
        /* All buffers come back within the tick that got them, so the next tick has some. */
        connections[id].starved = true;
    } else {
        bury(id);
    }
}

static void on_send(unsigned id, int res) {
    struct connection *connection = &connections[id];
    connection->sending = false;
    if (res < 0) {
        bury(id);
        return;
    }
    connection->sent += (unsigned)res;
    connection->owed -= (unsigned)res;
    send_owed(id);
}

static void tick(void) {
    int submitted = io_uring_submit_and_wait(&ring, 1);
    if (submitted < 0 && submitted != -EINTR) die("io_uring_enter", -submitted);
    now = monotonic_nanos();
    unsigned head, seen = 0;
    bool starved = false;
    struct io_uring_cqe *cqe;
    io_uring_for_each_cqe(&ring, head, cqe) {
        unsigned id = (unsigned)cqe->user_data;
        if (cqe->user_data >> 32 == SEND) on_send(id, cqe->res);
        else on_receive(id, cqe->res, cqe->flags);
        starved |= connections[id].starved;
        seen++;
    }
    io_uring_cq_advance(&ring, seen);
    buffers_publish(&buffers);
    for (unsigned id = 0; starved && id < plan->connections; id++)
        if (connections[id].starved) arm_receive(id);
}

static void open_all(void) {
    connections = calloc(plan->connections, sizeof *connections);
    uint64_t *sent_at = calloc((size_t)plan->connections * plan->depth, sizeof *sent_at);
    size_t outstanding = (size_t)plan->size * plan->depth;
    size_t pattern_size = PERIOD + (outstanding > BUFFER_SIZE ? outstanding : BUFFER_SIZE);
    pattern = malloc(pattern_size);
    int *descriptors = calloc(plan->connections, sizeof *descriptors);
    if (!connections || !sent_at || !pattern || !descriptors) die("memory", ENOMEM);
    for (size_t i = 0; i < pattern_size; i++) pattern[i] = (char)(i % PERIOD);
    quiet = outstanding <= QUIET_BYTES;
    for (unsigned id = 0; id < plan->connections; id++) {
        descriptors[id] = connect_to(plan->port, id);
        connections[id].sent_at = sent_at + (size_t)id * plan->depth;
    }
    int registered = io_uring_register_files(&ring, descriptors, plan->connections);
    if (registered < 0) die("registration of the connections", -registered);
    alive = plan->connections;
    free(descriptors);
}

static double seconds_of(clockid_t clock) {
    struct timespec t;
    if (clock_gettime(clock, &t) < 0) return 0;
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void tick_for(double seconds) {
    uint64_t end = monotonic_nanos() + (uint64_t)(seconds * 1e9);
    do tick();
    while (now < end && alive);
}

static double micros(double share) {
    return (double)histogram_quantile(&histogram, share) * 1e-3;
}

int closed_loop(const struct load *load) {
    plan = load;
    ring_open(&ring, SQ_ENTRIES, CQ_ENTRIES);
    buffers_open(&buffers, &ring, GROUP, BUFFERS, BUFFER_SIZE);
    open_all();

    /* The CPU clock of another process: all its threads, to the nanosecond, also those that have ended. */
    clockid_t server_clock = CLOCK_MONOTONIC;
    if (load->server && clock_getcpuclockid(load->server, &server_clock) != 0) die("CPU clock of the server", ESRCH);

    now = monotonic_nanos();
    for (unsigned id = 0; id < load->connections; id++) {
        arm_receive(id);
        send_messages(id, load->depth);
    }
    tick_for(load->warmup);

    printf("measuring\n");
    fflush(stdout);
    memset(&histogram, 0, sizeof histogram);
    messages = 0;
    double start = seconds_of(CLOCK_MONOTONIC), own = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    double server = seconds_of(server_clock);
    tick_for(load->seconds);
    server = seconds_of(server_clock) - server;
    own = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - own;
    double elapsed = seconds_of(CLOCK_MONOTONIC) - start;
    printf("measured\n");

    double count = messages ? (double)messages : 1;
    printf("{\"connections\":%u,\"size\":%u,\"depth\":%u,\"seconds\":%.3f,\"messages\":%lu,\"rate\":%.1f,"
           "\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,\"p999_us\":%.1f,\"max_us\":%.1f,"
           "\"errors\":%lu,\"mismatches\":%lu,\"load_cpu_us\":%.4f,\"load_busy\":%.3f",
           load->connections, load->size, load->depth, elapsed, messages, (double)messages / elapsed, micros(0.5),
           micros(0.9), micros(0.99), micros(0.999), (double)histogram.max * 1e-3, errors, mismatches,
           own * 1e6 / count, own / elapsed);
    if (load->server) printf(",\"server_cpu_us\":%.4f,\"server_busy\":%.3f", server * 1e6 / count, server / elapsed);
    printf("}\n");
    return errors || !messages ? 1 : 0;
}
