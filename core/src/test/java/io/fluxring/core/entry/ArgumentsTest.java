package io.fluxring.core.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** What is refused, what is not, and what the refusal says. */
class ArgumentsTest {
    @Test
    void anAddressIsNotNullUnlessNothingIsThere() {
        assertThat(Arguments.address(8, "pathAddress")).isEqualTo(8);
        assertThat(Arguments.address(0, 0, "address")).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.address(0, "pathAddress"))
                .withMessage("pathAddress is 0, the null address");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.address(0, 3, "address"))
                .withMessage("address is 0, the null address, for a length of 3");
    }

    @Test
    void aLengthIsNotNegative() {
        assertThat(Arguments.notNegative(0, "lengthBytes")).isZero();
        assertThat(Arguments.notNegative(1L << 40, "lengthBytes")).isEqualTo(1L << 40);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.notNegative(-1, "lengthBytes"))
                .withMessage("lengthBytes is negative: -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.notNegative(Long.MIN_VALUE, "lengthBytes"))
                .withMessage("lengthBytes is negative: -9223372036854775808");
    }

    @Test
    void whatMustBeThereIsPositive() {
        assertThat(Arguments.positive(1, "lengthBytes")).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.positive(0, "lengthBytes"))
                .withMessage("lengthBytes is not positive: 0");
    }

    @Test
    void aPositionIsInAFileOrMinusOne() {
        assertThat(Arguments.position(-1)).isEqualTo(-1);
        assertThat(Arguments.position(Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.position(-2))
                .withMessage("position is neither -1 nor in a file: -2");
    }

    @Test
    void aSlotIsOneThatAnEntryCanName() {
        assertThat(Arguments.slot(0)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.slot(-1))
                .withMessage("no slot of the registered files: -1");
        assertThatIllegalArgumentException().isThrownBy(() -> Arguments.slot(Integer.MAX_VALUE));
    }

    @Test
    void anUnsignedShortHasSixteenBits() {
        assertThat(Arguments.unsignedShort(65_535, "bufferGroup")).isEqualTo(65_535);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.unsignedShort(65_536, "bufferGroup"))
                .withMessage("bufferGroup is not within 0 and 65535: 65536");
        assertThatIllegalArgumentException().isThrownBy(() -> Arguments.unsignedShort(-1, "bufferGroup"));
    }

    @Test
    void flagsAreThoseOfTheOperation() {
        assertThat(Arguments.flags(5, 7, "acceptFlags")).isEqualTo(5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Arguments.flags(9, 7, "acceptFlags"))
                .withMessage("acceptFlags has flags that do not belong here: 0x8 of 0x9");
    }
}
