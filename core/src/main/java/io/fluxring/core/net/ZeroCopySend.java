package io.fluxring.core.net;

import io.fluxring.core.entry.Sqe;
import io.fluxring.core.loop.Operation;
import io.fluxring.core.sys.Abi;
import io.fluxring.core.sys.Libc;
import io.fluxring.core.sys.Opcode;

/**
 * A batch that is sent from its own memory. Keeps its pieces until the kernel lets go of them, which may be long after the sender
 * has gone on to other batches: when the peer has acknowledged the bytes. What the kernel does not take is sent by an ordinary
 * batch of the same memory, and the pieces are kept for that, too. Belongs to the loop's thread.
 */
final class ZeroCopySend extends Operation {
    private final Sender sender;
    private final SendBatch pieces;
    private final long lengthBytes;

    /** The kernel, until the last completion, and each piece of the rest. */
    private int holders = 1;

    ZeroCopySend(Sender sender, SendBatch pieces) {
        super(Opcode.SENDMSG_ZC);
        this.sender = sender;
        this.pieces = pieces;
        this.lengthBytes = pieces.lengthBytes();
    }

    @Override
    protected void prepare(Sqe sqe) {
        pieces.prepareZeroCopy(sqe, sender.socket().file().number(), Libc.MSG_WAITALL);
        sqe.flags(sender.socket().entryFlags()).reportUsage();
    }

    @Override
    protected void completed(int result, int flags) {
        if ((flags & Abi.CQE_F_NOTIF) != 0) {
            if ((result & Abi.NOTIF_USAGE_ZC_COPIED) != 0) {
                sender.copyAlways();
            }
            letGo();
            return;
        }
        try {
            sender.answered(this, result);
        } finally {
            if ((flags & Abi.CQE_F_MORE) == 0) {
                letGo();
            }
        }
    }

    /** {@return what the kernel has not taken, as a batch of its own; empty when it has taken all} */
    SendBatch rest(long sentBytes) {
        SendBatch rest = sender.socket().group().takeBatch(owner -> ((ZeroCopySend) owner).letGo());
        if (sentBytes < lengthBytes) {
            holders += pieces.addBehind(sentBytes, rest, this);
        }
        return rest;
    }

    private void letGo() {
        holders--;
        if (holders == 0) {
            sender.socket().group().giveBack(pieces);
        }
    }

    @Override
    protected String describe() {
        return sender.socket().file().toString();
    }
}
