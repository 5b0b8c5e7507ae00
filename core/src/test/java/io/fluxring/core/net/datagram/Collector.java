package io.fluxring.core.net.datagram;

import io.fluxring.core.memory.BufferLease;
import io.fluxring.core.memory.ReceivedMessage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Notes what is received, under a demand that the test sets. */
class Collector implements DatagramHandler {
    final List<String> texts = new ArrayList<>();
    final List<MemorySegment> names = new ArrayList<>();
    final List<Boolean> cut = new ArrayList<>();
    final List<Integer> failures = new ArrayList<>();
    final List<BufferLease> kept = new ArrayList<>();
    boolean keeps;
    long demand;
    int drained;

    Collector(long demand) {
        this.demand = demand;
    }

    @Override
    public long demand() {
        return demand;
    }

    @Override
    public void received(ReceivedMessage message, BufferLease lease) {
        if (demand != Long.MAX_VALUE) {
            demand--;
        }
        texts.add(new String(message.payload().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
        names.add(Arena.ofAuto()
                .allocate(Math.max(1, message.name().byteSize()), 8)
                .asSlice(0, message.name().byteSize())
                .copyFrom(message.name()));
        cut.add(message.truncated());
        if (keeps) {
            kept.add(lease);
        } else {
            lease.release();
        }
    }

    @Override
    public void drained() {
        drained++;
    }

    @Override
    public void failed(int result) {
        failures.add(result);
    }

    void releaseAll() {
        kept.forEach(BufferLease::release);
        kept.clear();
    }
}
