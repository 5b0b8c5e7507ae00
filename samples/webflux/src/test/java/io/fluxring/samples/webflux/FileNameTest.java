package io.fluxring.samples.webflux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which names files may have. */
class FileNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "a.b", "a..", "with space", "back\\slash", "\u00fc", "\ud83c\udf89", "-rf", "~", "*"})
    void good(String name) {
        assertThat(new FileName(name).text()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                ".hidden",
                "/",
                "a/b",
                "../a",
                "a\u0000b",
                "a\nb",
                "a\u007fb",
                "a\u0085b",
                "\ud83c"
            })
    void bad(String name) {
        assertThatExceptionOfType(BadFileNameException.class).isThrownBy(() -> new FileName(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"n", "\u00fc", "\ud83c\udf89"})
    void asLongAsTheFileSystemTakes(String character) {
        int bytes = character.getBytes(StandardCharsets.UTF_8).length;
        new FileName(character.repeat(255 / bytes));
        String longer = character.repeat(255 / bytes + 1);
        assertThatExceptionOfType(BadFileNameException.class).isThrownBy(() -> new FileName(longer));
    }
}
