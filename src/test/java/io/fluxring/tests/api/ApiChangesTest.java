package io.fluxring.tests.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** That a change of the public API is seen, and names the type it is in. */
class ApiChangesTest {
    private static final List<String> BEFORE =
            List.of("public final class A", "    public int size()", "public interface B<T>", "    public int size()");

    @Test
    void equalDescriptionsDifferInNothing() {
        assertThat(ApiChanges.between("p", BEFORE, List.copyOf(BEFORE))).isEmpty();
    }

    @Test
    void aMemberIsNamedWithItsType() {
        List<String> now = List.of(
                "public final class A", "    public int size()", "public interface B<T>", "    public long size()");
        assertThat(ApiChanges.between("p", BEFORE, now))
                .containsExactly("- p.B: public int size()", "+ p.B: public long size()");
    }

    @Test
    void aPackageThatIsGoneIsListedInFull() {
        assertThat(ApiChanges.between("p", BEFORE, List.of()))
                .containsExactly(
                        "- p: public final class A",
                        "- p.A: public int size()",
                        "- p: public interface B<T>",
                        "- p.B: public int size()");
    }

    @Test
    void theOrderOfConstantsCounts() {
        List<String> before = List.of("public enum E", "    FIRST", "    SECOND");
        List<String> now = List.of("public enum E", "    SECOND", "    FIRST");
        assertThat(ApiChanges.between("p", before, now))
                .singleElement()
                .asString()
                .startsWith("~ p: ");
    }
}
