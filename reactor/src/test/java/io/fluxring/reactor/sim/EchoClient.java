package io.fluxring.reactor.sim;

import io.fluxring.core.sim.SimulatedKernel;
import io.fluxring.core.sim.SimulatedPeer;
import io.fluxring.core.sim.Stream;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;

/** Connects, sends, reads back, and ends in one of several ways. Checks each byte that it gets. */
final class EchoClient {
    private enum Ending {
        /** Ends its direction when all is sent, and reads to the end. */
        HALF_CLOSE,
        /** Reads everything back, then closes. */
        CLOSE,
        /** Is reset at some moment. */
        RESET,
        /** Is gone at some moment, without having read everything. */
        KILLED
    }

    private final SimulatedKernel kernel;
    private final InetSocketAddress address;
    private final SplittableRandom random;
    private final Ending ending;
    private final int toSend;
    private final int dieAfter;
    private final Stream sent;
    private final Stream received;
    private SimulatedPeer peer;
    private boolean over;
    private String failure;

    EchoClient(SimulatedKernel kernel, InetSocketAddress address, SplittableRandom random, int key) {
        this.kernel = kernel;
        this.address = address;
        this.random = random;
        this.ending = random.nextInt(3) > 0 ? Ending.HALF_CLOSE : Ending.values()[random.nextInt(4)];
        this.toSend = random.nextInt(8) == 0 ? 0 : random.nextInt(random.nextBoolean() ? 50 : 3000);
        this.dieAfter = random.nextInt(toSend + 1);
        this.sent = new Stream(key);
        this.received = new Stream(key);
    }

    boolean isOver() {
        return over;
    }

    /** What went wrong for the client itself; null when it got everything, or gave up by itself. */
    String failure() {
        return failure;
    }

    long receivedBytes() {
        return received.position();
    }

    /** Does one thing; says whether it made a difference. */
    boolean step() {
        if (over) {
            return false;
        }
        if (peer == null) {
            peer = kernel.connect(address);
            return peer != null;
        }
        if (random.nextBoolean() && send()) {
            return true;
        }
        return receive() || end();
    }

    private boolean send() {
        int left = (int) Math.min(toSend - sent.position(), 1 + random.nextInt(400));
        if (left == 0) {
            return false;
        }
        int count = peer.send(sent.peek(left), 0, left);
        sent.advance(Math.max(0, count));
        return count > 0;
    }

    private boolean receive() {
        byte[] bytes = peer.receive(1 + random.nextInt(400));
        received.expect(bytes);
        return bytes.length > 0;
    }

    private boolean end() {
        boolean allSent = sent.position() == toSend;
        boolean allBack = allSent && received.position() == toSend;
        if (ending == Ending.RESET && sent.position() >= dieAfter) {
            peer.reset();
            return finish(null);
        }
        if (ending == Ending.KILLED && sent.position() >= dieAfter) {
            peer.close();
            return finish(null);
        }
        if (peer.endOfStream() || peer.isReset()) {
            boolean complete = allBack && !peer.isReset();
            peer.close();
            return finish(
                    complete
                            ? null
                            : "got " + received.position() + " of " + toSend + " bytes, sent " + sent.position()
                                    + (peer.isReset() ? ", then a reset" : ", then the end"));
        }
        if (ending == Ending.CLOSE && allBack) {
            peer.close();
            return finish(null);
        }
        if (ending == Ending.HALF_CLOSE && allSent && !shut) {
            shut = true;
            peer.shutdownOutput();
            return true;
        }
        return false;
    }

    private boolean shut;

    private boolean finish(String why) {
        over = true;
        failure = why;
        return true;
    }

    @Override
    public String toString() {
        return "client " + ending + " sent " + sent.position() + " of " + toSend + ", got " + received.position()
                + (over ? ", over" : "") + ": " + peer;
    }
}
