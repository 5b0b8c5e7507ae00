package io.fluxring.core.entry;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxring.core.sys.Opcode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class UserDataTest {

    @Property
    void partsComeBack(
            @ForAll @IntRange(max = UserData.MAX_SLOTS - 1) int slot, @ForAll int generation, @ForAll Opcode opcode) {
        long userData = UserData.of(slot, generation, opcode);
        assertThat(UserData.slot(userData)).isEqualTo(slot);
        assertThat(UserData.generation(userData)).isEqualTo(generation);
        assertThat(UserData.opcode(userData)).isEqualTo(opcode.code());
        assertThat(UserData.describe(userData)).isEqualTo(opcode + " slot=" + slot + " generation=" + generation);
    }
}
