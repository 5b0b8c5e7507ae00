package io.fluxring.core.loop;

/**
 * How much may be asked of an upstream: the least of what the ring has left and what downstream has asked for and not got. The
 * only place that computes it.
 */
public final class Credits {
    private Credits() {}

    /**
     * For operations that complete once each.
     *
     * @param unmetDemand what downstream has requested and not received
     * @param outstanding what was asked of upstream and has not completed: part of the unmet demand is spoken for by it
     * @param notArrived the part of {@code outstanding} that upstream has not delivered, which will need places in the ring
     * @param submissionSpace entries left in the submission queue
     * @param freeSlots slots left in the operation table
     * @return how many more to ask for, 0 or above
     */
    public static long forSubmit(
            long unmetDemand, long outstanding, long notArrived, int submissionSpace, int freeSlots) {
        long demand = unmetDemand == Long.MAX_VALUE ? Long.MAX_VALUE : unmetDemand - outstanding;
        return Math.max(0, Math.min(demand, Math.min(submissionSpace, freeSlots) - notArrived));
    }

    /**
     * For accepting connections: each will need slots, and a place for its direct descriptor.
     *
     * @param unmetDemand what downstream has requested and not received
     * @param outstanding accepts in flight and connections accepted but not delivered
     * @param freeSlots slots left in the operation table
     * @param slotsEach slots that one connection reserves
     * @param freeDescriptors places left for descriptors
     * @return how many
     */
    public static long forAccept(
            long unmetDemand, long outstanding, int freeSlots, int slotsEach, int freeDescriptors) {
        long connections = Math.min(freeSlots / slotsEach, freeDescriptors) - outstanding;
        long demand = unmetDemand == Long.MAX_VALUE ? Long.MAX_VALUE : unmetDemand - outstanding;
        return Math.max(0, Math.min(demand, connections));
    }

    /**
     * {@return the share of a group of buffers that one connection may hold: half of the group, divided among all}
     * Where that leaves next to nothing, because connections are many, up to four buffers each: most of them are idle,
     * and hold none. Only two in a group that had to grow: there most of them are not idle but stuck. So 8,000 clients
     * that send and never read hold about 16,000 buffers at most, half of what the default group grows to, and the
     * others always find some.
     *
     * @param capacity buffers that there are so far, 1 or more
     * @param grown whether these are more than at first
     * @param connections how many connections receive into the group
     * @param most the share of a connection that has the group almost for itself
     */
    public static int receiveShare(int capacity, boolean grown, int connections, int most) {
        int fair = capacity / (2 * Math.max(1, connections));
        int floor = Math.clamp(capacity / 64, 1, grown ? 2 : 4);
        return Math.min(most, Math.max(fair, floor));
    }

    /**
     * {@return how many buffers a connection may hold now: its share, or a quarter of what is free when that is less}
     * At least one, or no connection could move.
     *
     * @param free buffers that the kernel has
     * @param share see {@link #receiveShare}
     */
    public static int receiveQuota(int free, int share) {
        return Math.clamp(free / 4, 1, share);
    }
}
