package io.fluxring.core.fd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OwnedFdTest {
    private final OwnedFd file = new OwnedFd(new RawFd(7));

    @Test
    void anIdleFileIsClosedAtOnce() {
        assertThat(file.close()).isTrue();
        assertThat(file.close()).isFalse();
    }

    @Test
    void aBusyFileIsClosedByTheLastOperation() {
        file.begin();
        file.begin();
        assertThat(file.close()).isFalse();
        assertThat(file.end()).isFalse();
        assertThat(file.end()).isTrue();
    }

    @Test
    void nothingStartsOnAFileThatIsToBeClosed() {
        file.begin();
        file.close();
        assertThatThrownBy(file::begin).hasMessage("fd=7 is being closed");
        file.end();
        assertThatThrownBy(file::begin).hasMessage("fd=7 is closed");
    }

    @Test
    void endsAreMatchedByBegins() {
        assertThatThrownBy(file::end).hasMessageContaining("no operation runs");
    }

    @Test
    void numbersAreChecked() {
        assertThatThrownBy(() -> new RawFd(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DirectFd(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
