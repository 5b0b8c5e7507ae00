package io.fluxring.core.loop.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnLineTest {
    private static final int PIECE = 128 * 1024;

    private final TurnLine<String> line = new TurnLine<>();

    /** How many pieces the round takes. */
    private int takenPieces() {
        int taken = 0;
        while (line.admits(PIECE)) {
            taken++;
        }
        return taken;
    }

    private List<String> next() {
        List<String> taken = new ArrayList<>();
        for (String work = line.next(); work != null; work = line.next()) {
            taken.add(work);
        }
        return taken;
    }

    @Test
    void aRoundTakesAsMuchAsItsTurn() {
        assertThat(takenPieces()).isEqualTo(TurnLine.FIRST_BYTES / PIECE);
        assertThat(line.admits(1)).isFalse();
        line.nextRound();
        assertThat(line.admits(1)).isTrue();
    }

    @Test
    void whatIsLargerThanATurnIsARoundOfItsOwn() {
        assertThat(line.admits(Integer.MAX_VALUE)).isTrue();
        assertThat(line.admits(1)).isFalse();
    }

    @Test
    void nothingPassesWhatWaits() {
        takenPieces();
        for (int i = 0; i < 6; i++) {
            line.add("work " + i, PIECE);
        }
        line.nextRound();
        assertThat(line.admits(1)).isFalse();
        assertThat(next()).containsExactly("work 0", "work 1", "work 2", "work 3");
        line.nextRound();
        assertThat(next()).containsExactly("work 4", "work 5");
        assertThat(line.isEmpty()).isTrue();
        assertThat(line.admits(1)).isTrue();
    }

    @Test
    void theLineIsAsLongAsItHasToBe() {
        List<String> expected = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            line.add("work " + i, PIECE);
            expected.add("work " + i);
            if (i % 10 == 9) { // the ring of places goes round while it grows
                line.nextRound();
                taken.addAll(next());
            }
        }
        while (!line.isEmpty()) {
            line.nextRound();
            taken.addAll(next());
        }
        assertThat(taken).isEqualTo(expected);
    }

    @Test
    void whatIsTakenOutKeepsTheOrderOfTheRest() {
        for (int i = 0; i < 4; i++) {
            line.add("work " + i, PIECE);
        }
        List<String> removed = new ArrayList<>();
        line.remove(work -> work.equals("work 1") || work.equals("work 2"), removed::add);
        assertThat(removed).containsExactly("work 1", "work 2");
        assertThat(next()).containsExactly("work 0", "work 3");
    }

    @Test
    void slowRoundsMakeTheTurnSmallerDownToALimit() {
        line.nextRound(3 * TurnLine.TURN_NANOS);
        assertThat(takenPieces()).isEqualTo(TurnLine.FIRST_BYTES / 2 / PIECE);
        for (int i = 0; i < 20; i++) {
            line.nextRound(3 * TurnLine.TURN_NANOS);
        }
        assertThat(line).hasToString("0 waiting for a turn of " + TurnLine.LEAST_BYTES + " bytes");
        assertThat(line.admits(PIECE)).isTrue();
    }

    @Test
    void quickRoundsMakeItLargerUpToALimit() {
        line.nextRound(TurnLine.TURN_NANOS);
        assertThat(takenPieces()).isEqualTo(TurnLine.FIRST_BYTES / PIECE);
        for (int i = 0; i < 20; i++) {
            line.nextRound(TurnLine.TURN_NANOS / 3);
        }
        assertThat(line).hasToString("0 waiting for a turn of " + TurnLine.MOST_BYTES + " bytes");
    }
}
