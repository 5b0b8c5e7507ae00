package io.fluxring.core.sys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrnoTest {

    @Test
    void everyErrorIsFoundByItsResult() {
        for (Errno errno : Errno.values()) {
            assertThat(Errno.ofResult(errno.result())).isEqualTo(errno);
        }
    }

    @Test
    void numbersThatAreNotListedAreUnknown() {
        assertThat(Errno.ofResult(-3)).isEqualTo(Errno.UNKNOWN);
        assertThat(Errno.ofResult(-4095)).isEqualTo(Errno.UNKNOWN);
        assertThat(Errno.ofResult(Integer.MIN_VALUE)).isEqualTo(Errno.UNKNOWN);
        assertThat(Errno.ofResult(7)).isEqualTo(Errno.UNKNOWN);
    }

    @Test
    void describesInWords() {
        assertThat(Errno.describe(-104)).isEqualTo("ECONNRESET (connection reset by peer)");
        assertThat(Errno.describe(-4095)).isEqualTo("errno 4095");
    }
}
