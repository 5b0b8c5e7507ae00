package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class CreditsProperties {

    @Property
    void aSubmissionNeverGetsMoreThanTheLeastOfAll(
            @ForAll @LongRange(min = 0) long unmetDemand,
            @ForAll @LongRange(min = 0, max = 1 << 20) long inFlight,
            @ForAll @LongRange(min = 0, max = 1 << 16) long notArrived,
            @ForAll @IntRange(max = 32768) int submissionSpace,
            @ForAll @IntRange(max = 65536) int freeSlots) {
        long outstanding = inFlight + notArrived;
        long credit = Credits.forSubmit(unmetDemand, outstanding, notArrived, submissionSpace, freeSlots);
        assertThat(credit).isNotNegative();
        if (credit > 0) {
            assertThat(credit).isLessThanOrEqualTo(unmetDemand - outstanding);
            assertThat(credit + notArrived).isLessThanOrEqualTo(submissionSpace).isLessThanOrEqualTo(freeSlots);
        }
    }

    /** As much as can be: the least of all is given out whole. */
    @Property
    void aSubmissionGetsAllThereIs(
            @ForAll @LongRange(min = 0, max = 100_000) long unmetDemand,
            @ForAll @IntRange(max = 32768) int submissionSpace,
            @ForAll @IntRange(max = 65536) int freeSlots) {
        assertThat(Credits.forSubmit(unmetDemand, 0, 0, submissionSpace, freeSlots))
                .isEqualTo(Math.min(unmetDemand, Math.min(submissionSpace, freeSlots)));
        assertThat(Credits.forSubmit(Long.MAX_VALUE, 5, 0, submissionSpace, freeSlots))
                .isEqualTo(Math.min(submissionSpace, freeSlots));
    }

    @Property
    void everyAcceptedConnectionHasItsPlaces(
            @ForAll @LongRange(min = 0) long unmetDemand,
            @ForAll @LongRange(min = 0, max = 1 << 16) long outstanding,
            @ForAll @IntRange(max = 65536) int freeSlots,
            @ForAll @IntRange(min = 1, max = 8) int slotsEach,
            @ForAll @IntRange(max = 65536) int freeDescriptors) {
        long credit = Credits.forAccept(unmetDemand, outstanding, freeSlots, slotsEach, freeDescriptors);
        assertThat(credit).isNotNegative();
        if (credit > 0) {
            assertThat((credit + outstanding) * slotsEach).isLessThanOrEqualTo(freeSlots);
            assertThat(credit + outstanding).isLessThanOrEqualTo(freeDescriptors);
            assertThat(credit).isLessThanOrEqualTo(unmetDemand - outstanding);
        }
    }

    @Property
    void sharesOfAHandfulOfConnectionsLeaveHalfOfTheBuffers(
            @ForAll @IntRange(min = 1, max = 32768) int capacity,
            @ForAll boolean grown,
            @ForAll @IntRange(max = 100_000) int connections) {
        int share = Credits.receiveShare(capacity, grown, connections, 64);
        assertThat(share).isBetween(1, 64);
        if (connections <= capacity / 128) {
            assertThat((long) share * connections).isLessThanOrEqualTo(capacity / 2);
        }
        assertThat(share).isLessThanOrEqualTo(Math.max(1, capacity / 2));
    }

    /** As many as the slots of a default ring allow for, all of which send and never read, in the default group. */
    @Property
    void stuckConnectionsLeaveHalfOfWhatAGroupGrowsTo(
            @ForAll @IntRange(min = 1025, max = 32768) int capacity,
            @ForAll @IntRange(min = 1, max = 8192) int connections) {
        int share = Credits.receiveShare(capacity, true, connections, 64);
        assertThat((long) share * connections).isLessThanOrEqualTo(16_384);
    }

    @Property
    void aGroupThatHadToGrowIsSharedMoreClosely(
            @ForAll @IntRange(min = 1, max = 32768) int capacity, @ForAll @IntRange(max = 100_000) int connections) {
        int usual = Credits.receiveShare(capacity, false, connections, 64);
        assertThat(Credits.receiveShare(capacity, true, connections, 64)).isBetween(Math.min(usual, 2), usual);
    }

    @Property
    void aQuotaIsAShareOfWhatIsFree(@ForAll @IntRange(max = 32768) int free, @ForAll @IntRange(min = 1) int most) {
        int quota = Credits.receiveQuota(free, most);
        assertThat(quota).isBetween(1, Math.max(1, Math.min(most, free / 4)));
    }
}
