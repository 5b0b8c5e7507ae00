package io.fluxring.tests.soak;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;
import io.fluxring.core.sys.call.Kernel;

/** Both ends of one connection: made by one accept, one socket and one connect; closed by two shutdowns and two closes. */
final class StreamPair {

    /** Where the pair is in its life. */
    private enum State {
        CLOSED,
        CONNECTING,
        OPEN,
        CLOSING
    }

    private static final int NONE = -1;

    private final StreamTraffic traffic;
    private final StreamDirection toServer;
    private final StreamDirection toClient;
    private State state = State.CLOSED;
    private int clientFd = NONE;
    private int serverFd = NONE;
    private boolean connected;
    private boolean closesEarly;

    private final TrackedOperation socket;
    private final TrackedOperation connect;
    private final TrackedOperation accept;
    private final TrackedOperation closeClient;
    private final TrackedOperation closeServer;

    StreamPair(StreamTraffic traffic) {
        this.traffic = traffic;
        Soak soak = traffic.soak();
        toServer = new StreamDirection(traffic, this);
        toClient = new StreamDirection(traffic, this);
        socket = new TrackedOperation(soak, Opcode.SOCKET, "socket") {
            @Override
            protected void prepare(Sqe sqe) {
                StreamTraffic.prepareSocket(sqe);
            }

            @Override
            protected void ended(int result, int flags) {
                if (result >= 0) {
                    clientFd = result;
                    connect.start();
                } else {
                    expect(result, 0);
                    accept.cancel(); // nobody will come
                    settle();
                }
            }
        };
        connect = new TrackedOperation(soak, Opcode.CONNECT, "connect") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepConnect(clientFd, traffic.address().address(), (int)
                        traffic.address().byteSize());
            }

            @Override
            protected void ended(int result, int flags) {
                connected = result == 0;
                if (!connected) {
                    expect(result, 0);
                    accept.cancel();
                }
                settle();
            }
        };
        accept = new TrackedOperation(soak, Opcode.ACCEPT, "accept") {
            @Override
            protected void prepare(Sqe sqe) {
                sqe.prepAccept(traffic.listenerFd(), Libc.SOCK_CLOEXEC);
            }

            @Override
            protected void ended(int result, int flags) {
                if (result >= 0 && traffic.isConnection(clientFd, result)) {
                    serverFd = result;
                } else if (result >= 0) {
                    soak.loop().kernel().close(result); // of a client that was cancelled after it had connected
                    start();
                    return;
                } else if (connected || connectMayStillCome()) {
                    start();
                    return;
                } else {
                    expect(result, 0);
                }
                settle();
            }
        };
        closeClient = new Close(soak) {
            @Override
            int fd() {
                return clientFd;
            }

            @Override
            void closed() {
                clientFd = NONE;
            }
        };
        closeServer = new Close(soak) {
            @Override
            int fd() {
                return serverFd;
            }

            @Override
            void closed() {
                serverFd = NONE;
            }
        };
    }

    private boolean connectMayStillCome() {
        return !socket.isIdle() || !connect.isIdle();
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    void connect() {
        state = State.CONNECTING;
        connected = false;
        accept.start();
        socket.start();
    }

    /** Goes on when everything of the present state has ended. */
    private void settle() {
        if (!socket.isIdle() || !connect.isIdle() || !accept.isIdle()) {
            return;
        }
        if (state == State.CONNECTING) {
            traffic.connected();
            if (clientFd != NONE && serverFd != NONE) {
                state = State.OPEN;
                toServer.open(clientFd, serverFd);
                toClient.open(serverFd, clientFd);
            } else {
                state = State.CLOSING;
                closeBoth();
            }
        } else if (state == State.CLOSING) {
            closeBoth();
        }
    }

    void transfer() {
        (traffic.soak().chance(0.5) ? toServer : toClient).begin();
    }

    /** Shuts both ends down under whatever runs on them, and closes them when that has ended, or before. */
    void close() {
        state = State.CLOSING;
        closesEarly = traffic.soak().chance(0.5);
        toServer.shutDown();
        toClient.shutDown();
    }

    /** One of the operations on the connection has ended. Never closes under a shutdown that may have to be tried again. */
    void settleDirections() {
        if (state == State.CLOSING
                && toServer.isShutDown()
                && toClient.isShutDown()
                && (closesEarly || (toServer.isIdle() && toClient.isIdle()))) {
            closeBoth();
        }
    }

    private void closeBoth() {
        if (clientFd != NONE && closeClient.isIdle()) {
            closeClient.start();
        }
        if (serverFd != NONE && closeServer.isIdle()) {
            closeServer.start();
        }
        if (clientFd == NONE && serverFd == NONE && toServer.isIdle() && toClient.isIdle()) {
            state = State.CLOSED;
        }
    }

    /** The loop has ended, wherever the connection was in its life. */
    void closeDescriptors(Kernel kernel) {
        if (clientFd != NONE) {
            kernel.close(clientFd);
        }
        if (serverFd != NONE) {
            kernel.close(serverFd);
        }
    }

    /** A close that is cancelled is tried again: the descriptor is still there. */
    private abstract class Close extends TrackedOperation {
        Close(Soak soak) {
            super(soak, Opcode.CLOSE, "close of a connection");
        }

        abstract int fd();

        abstract void closed();

        @Override
        protected void prepare(Sqe sqe) {
            sqe.prepClose(fd());
        }

        @Override
        protected void ended(int result, int flags) {
            if (wasCancelled(result)) {
                start();
                return;
            }
            expect(result, 0);
            closed();
            closeBoth();
        }
    }
}
