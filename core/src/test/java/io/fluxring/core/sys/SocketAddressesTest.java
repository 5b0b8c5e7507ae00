package io.fluxring.core.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketAddressesTest {

    @ParameterizedTest
    @CsvSource({"127.0.0.1,7000,16", "255.1.2.3,65535,16", "::1,0,28", "2001:db8::7,40000,28"})
    void addressesComeBackAsTheyWere(String host, int port, int bytes) {
        try (Arena arena = Arena.ofConfined()) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            var encoded = SocketAddresses.encode(address, arena);
            assertThat(encoded.byteSize()).isEqualTo(bytes);
            assertThat(SocketAddresses.decode(encoded)).isEqualTo(address);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere.invalid"})
    void unresolvedNamesAreRefused(String host) {
        assertThatThrownBy(() -> SocketAddresses.encode(InetSocketAddress.createUnresolved(host, 1), Arena.ofAuto()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(host);
    }
}
