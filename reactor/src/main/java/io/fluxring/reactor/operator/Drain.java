package io.fluxring.reactor.operator;

/**
 * Runs a piece of work that may be asked for again from within, by a subscriber that requests in its {@code onNext}: then it
 * runs once more after, not inside, so that signals stay in order and the stack flat. Belongs to one thread.
 */
public final class Drain {
    private final Runnable work;
    private boolean running;
    private boolean again;

    public Drain(Runnable work) {
        this.work = work;
    }

    /**
     * Runs the work, until nobody has asked again.
     *
     * @return whether it ran; false when it was running already and will run once more
     */
    public boolean run() {
        if (running) {
            again = true;
            return false;
        }
        running = true;
        try {
            do {
                again = false;
                work.run();
            } while (again);
        } finally {
            running = false; // a subscriber that throws must not silence what follows
        }
        return true;
    }
}
