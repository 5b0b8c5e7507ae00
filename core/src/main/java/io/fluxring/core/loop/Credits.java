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
     */
    public static long forAccept(
            long unmetDemand, long outstanding, int freeSlots, int slotsEach, int freeDescriptors) {
        long connections = Math.min(freeSlots / slotsEach, freeDescriptors) - outstanding;
        long demand = unmetDemand == Long.MAX_VALUE ? Long.MAX_VALUE : unmetDemand - outstanding;
        return Math.max(0, Math.min(demand, connections));
    }

    /**
     * How many buffers of a group one connection may hold before it has to pause: a share of what is free, so that however many
     * connections are slow, some buffers stay free for the others. At least one, or nobody could move.
     *
     * @param free buffers that the kernel has
     * @param most the quota when all are free
     */
    public static int receiveQuota(int free, int most) {
        return Math.clamp(free / 4, 1, most);
    }
}
