package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class DeadlineQueueTest {

    @Property(tries = 300)
    void deadlinesComeInTheOrderOfTheirTimeWithoutTheRemovedOnes(@ForAll long seed) {
        Random random = new Random(seed);
        DeadlineQueue queue = new DeadlineQueue(() -> 0);
        List<Deadline> left = new ArrayList<>();
        for (int i = 0; i < random.nextInt(200); i++) {
            Deadline deadline = new Deadline(random.nextInt(100), () -> {});
            queue.add(deadline);
            left.add(deadline);
            if (random.nextInt(3) == 0) {
                Deadline removed = left.remove(random.nextInt(left.size()));
                queue.remove(removed);
                queue.remove(removed);
            }
        }
        List<Long> times = new ArrayList<>();
        while (queue.nanosToFirst(1000) == 0) {
            times.add(queue.poll().nanos);
        }
        assertThat(times).isSorted().hasSize(left.size());
        assertThat(queue.size()).isZero();
        assertThat(queue.nanosToFirst(0)).isEqualTo(DeadlineQueue.NONE);
    }
}
