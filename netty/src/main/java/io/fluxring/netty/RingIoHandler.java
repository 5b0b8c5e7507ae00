package io.fluxring.netty;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.net.StreamGroup;
import io.fluxring.core.net.datagram.DatagramReceiver;
import io.fluxring.netty.memory.ReceivedBuffers;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.netty.util.concurrent.ThreadAwareExecutor;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Lets an event loop of Netty drive a ring: the loop's thread ticks a {@link RingLoop}, on which the channels of this package submit
 * their operations.
 *
 * {@snippet :
 * var group = new MultiThreadIoEventLoopGroup(RingIoHandler.newFactory());
 * new ServerBootstrap().group(group).channel(RingServerSocketChannel.class);
 * }
 *
 * <p><b>Threads.</b> Made on any; after that all belongs to the event loop's thread but {@link #wakeup}, {@link #isCompatible} and
 * {@link #loopOf}.
 */
public final class RingIoHandler implements IoHandler {
    private static final System.Logger LOG = System.getLogger(RingIoHandler.class.getName());

    /** How long the channels of a loop that ends are waited for, each time that it asks. */
    private static final long CLOSING_NANOS = 1_000_000_000L;

    /** How long a channel that closes tries to send what its writers were told is complete, while the peer takes nothing. */
    private static final long LAST_BYTES_NANOS = 10_000_000_000L;

    private static final int LARGEST_DATAGRAM_BYTES = 65_536 + DatagramReceiver.overheadBytes();
    private static final int DATAGRAM_BUFFERS = 32;
    private static final int MOST_DATAGRAM_BUFFERS = 1024;

    private static final Map<ThreadAwareExecutor, RingIoHandler> HANDLERS = new ConcurrentHashMap<>();

    private final ThreadAwareExecutor executor;
    private final RingIoHandlerConfig config;
    private final RingLoop loop;

    private final Set<Registration> registrations = new LinkedHashSet<>();

    /** Work of channels that is done at the beginning of the next round, once for all that happened in this one. */
    private ArrayDeque<Runnable> due = new ArrayDeque<>();

    private ArrayDeque<Runnable> spare = new ArrayDeque<>();

    private boolean isEnding;
    private boolean taskAdded;
    private int handled;
    private int openSockets;
    private @Nullable StreamGroup sockets;
    private @Nullable ReceivedBuffers received;
    private @Nullable BufferRing datagrams;

    private RingIoHandler(ThreadAwareExecutor executor, RingIoHandlerConfig config) {
        this.executor = executor;
        this.config = config;
        this.loop = RingLoop.open(config.loop());
    }

    /** {@return what makes a handler with the default configuration for each event loop} */
    public static IoHandlerFactory newFactory() {
        return newFactory(RingIoHandlerConfig.defaults());
    }

    /**
     * {@return what makes a handler for each event loop} Where no ring can be had, making an event loop fails with {@link
     * io.fluxring.core.setup.RingUnavailableException}, which names the cause and the remedy.
     *
     * @param config what each loop is made of
     */
    public static IoHandlerFactory newFactory(RingIoHandlerConfig config) {
        return executor -> {
            RingIoHandler handler = new RingIoHandler(executor, config);
            HANDLERS.put(executor, handler); // until destroy(), which also follows on a loop that never ran
            return handler;
        };
    }

    /**
     * {@return the ring's loop that an event loop drives, for operations of one's own on the same ring} Its methods must be
     * called by the event loop's thread, as their documentation says. It must not be closed or ticked: the event loop does that.
     * With {@code fluxring-reactor}, {@code ReactiveRing.on} makes publishers of it, and {@code RingMetrics} meters.
     *
     * @param eventLoop one that was made with a factory of this class, and has not ended
     * @throws IllegalArgumentException for any other
     */
    public static RingLoop loopOf(ThreadAwareExecutor eventLoop) {
        RingIoHandler handler = HANDLERS.get(eventLoop);
        if (handler == null) {
            throw new IllegalArgumentException("not a running event loop on a ring: " + eventLoop);
        }
        return handler.loop;
    }

    // ---- the event loop's side

    @Override
    public void initialize() {
        loop.attach(this::hasWork);
        StreamGroup group = new StreamGroup(loop, loop.provideBuffers(config.buffers()));
        sockets = group;
        received = new ReceivedBuffers(group.buffers());
        if (executor instanceof SingleThreadEventExecutor ending) {
            ending.addShutdownHook(this::prepareToDestroy);
        }
    }

    /** Asked before each wait: what the round itself has added is not announced by a wake-up. */
    private boolean hasWork() {
        return taskAdded || !due.isEmpty();
    }

    @Override
    public int run(IoHandlerContext context) {
        handled = 0;
        taskAdded = false;
        runDue();
        long started = context.shouldReportActiveIoTime() ? System.nanoTime() : 0;
        long waitNanos = waitNanos(context);
        loop.tick(waitNanos);
        if (started != 0 && waitNanos == 0) {
            context.reportActiveIoTime(System.nanoTime() - started);
        }
        return handled;
    }

    private long waitNanos(IoHandlerContext context) {
        if (hasWork() || !context.canBlock()) {
            return 0;
        }
        return context.deadlineNanos() == -1 ? RingLoop.FOREVER : Math.max(0, context.delayNanos(System.nanoTime()));
    }

    private void runDue() {
        ArrayDeque<Runnable> now = due;
        if (now.isEmpty()) {
            return;
        }
        due = spare;
        spare = now;
        for (Runnable task = now.poll(); task != null; task = now.poll()) {
            loop.execute(task); // guarded: a channel that throws does not cost the others
        }
    }

    @Override
    public void wakeup() {
        if (executor.isExecutorThread(Thread.currentThread())) {
            taskAdded = true;
        } else {
            loop.wakeup(); // does nothing once the loop has ended
        }
    }

    /**
     * Closes all channels, and gives the kernel a while to let go of what they have. A shutdown without a quiet period that comes
     * from a task of the loop goes on to {@link #destroy} without this, and then no task is taken any more: the channels would
     * close without a word to their handlers. Therefore this is also a hook of the shutdown.
     */
    @Override
    public void prepareToDestroy() {
        isEnding = true;
        for (Registration registration : registrations.toArray(Registration[]::new)) {
            try {
                registration.handle.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "a channel could not be closed", e);
            }
        }
        long limit = System.nanoTime() + CLOSING_NANOS;
        for (long left = CLOSING_NANOS; openSockets > 0 && left > 0; left = limit - System.nanoTime()) {
            runDue();
            loop.tick(hasWork() ? 0 : left);
        }
    }

    /** Closes what is left as well: a channel that was registered at the very end. */
    @Override
    public void destroy() {
        HANDLERS.remove(executor, this);
        try {
            prepareToDestroy();
            loop.close();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the loop of " + executor + " did not end in order", e);
        }
    }

    @Override
    public IoRegistration register(IoHandle handle) {
        if (loop.isClosing()) {
            throw new IllegalStateException("the event loop has ended");
        }
        Registration registration = new Registration(handle);
        registrations.add(registration);
        handle.registered();
        return registration;
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return RingHandle.class.isAssignableFrom(handleType);
    }

    // ---- the channels' side

    RingLoop loop() {
        return loop;
    }

    StreamGroup sockets() {
        return Objects.requireNonNull(sockets, "not initialized");
    }

    ReceivedBuffers received() {
        return Objects.requireNonNull(received, "not initialized");
    }

    /** The buffers that datagrams are received into, of which one holds any. Made with the loop's first datagram channel. */
    BufferRing datagramBuffers() {
        BufferRing made = datagrams;
        if (made == null) {
            made = loop.provideBuffers(BufferRingConfig.of(DATAGRAM_BUFFERS, LARGEST_DATAGRAM_BYTES)
                    .withMostBuffers(MOST_DATAGRAM_BUFFERS));
            datagrams = made;
        }
        return made;
    }

    /** Something was received, sent, accepted or connected. */
    void handled() {
        handled++;
    }

    /** Does something at the beginning of the next round. */
    void nextRound(Runnable task) {
        due.add(task);
    }

    /** For how long a channel that closes waits for a peer that takes nothing. */
    long lastBytesNanos() {
        return isEnding ? CLOSING_NANOS / 2 : LAST_BYTES_NANOS;
    }

    /** A descriptor is in use on this loop, which waits for its end before it ends itself. */
    void socketOpened() {
        openSockets++;
    }

    void socketClosed() {
        openSockets--;
    }

    @Override
    public String toString() {
        return "RingIoHandler[" + loop + "]";
    }

    private final class Registration implements IoRegistration {
        private final IoHandle handle;

        Registration(IoHandle handle) {
            this.handle = handle;
        }

        @Override
        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Netty's signature
        public <T> T attachment() {
            return (T) RingIoHandler.this;
        }

        @Override
        public long submit(io.netty.channel.IoOps ops) {
            throw new UnsupportedOperationException("channels on a ring submit operations to its loop, see loopOf");
        }

        @Override
        public boolean isValid() {
            return registrations.contains(this);
        }

        @Override
        public boolean cancel() {
            if (!registrations.remove(this)) {
                return false;
            }
            handle.unregistered();
            return true;
        }
    }
}
