package io.fluxring.spring.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fluxring.spring.support.RunningApplication;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;

/** The same results and the same errors, on the ring and off it. */
class ReactiveFilesTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    private static final RunningApplication RING = RunningApplication.of(Application.class, "fluxring.mode=required");
    private static final RunningApplication OFF = RunningApplication.of(Application.class, "fluxring.mode=off");

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        RING.close();
        OFF.close();
    }

    private static ReactiveFiles files(String mode) {
        return (mode.equals("ring") ? RING : OFF).bean(ReactiveFiles.class);
    }

    private static <T> T get(Mono<T> mono) {
        return mono.block(Duration.ofSeconds(10));
    }

    private static void fails(Mono<?> mono, Class<? extends FileSystemException> type, Path path) {
        assertThatExceptionOfType(type)
                .isThrownBy(() -> {
                    try {
                        get(mono);
                    } catch (RuntimeException e) {
                        throw e.getCause();
                    }
                })
                .satisfies(e -> assertThat(e.getFile()).isEqualTo(path.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ring", "off"})
    void attributes(String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "abc");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        BasicFileAttributes found = get(files(mode).readAttributes(link));
        BasicFileAttributes expected = Files.readAttributes(file, BasicFileAttributes.class);
        assertThat(found.size()).isEqualTo(3);
        assertThat(found.isRegularFile()).isTrue();
        assertThat(found.isDirectory() || found.isSymbolicLink() || found.isOther())
                .isFalse();
        assertThat(found.lastModifiedTime()).isEqualTo(expected.lastModifiedTime());
        assertThat(found.creationTime()).isEqualTo(expected.creationTime());
        assertThat(get(files(mode).readAttributes(link, LinkOption.NOFOLLOW_LINKS))
                        .isSymbolicLink())
                .isTrue();
        assertThat(get(files(mode).readAttributes(folder)).isDirectory()).isTrue();
        fails(files(mode).readAttributes(folder.resolve("none")), NoSuchFileException.class, folder.resolve("none"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ring", "off"})
    void names(String mode) throws IOException {
        Path deep = folder.resolve("x/y");
        get(files(mode).createDirectories(deep));
        get(files(mode).createDirectories(deep));
        Path a = Files.writeString(deep.resolve("a"), "a");
        Path b = Files.writeString(deep.resolve("b"), "b");
        assertThat(files(mode).list(deep).collectList().block()).containsExactlyInAnyOrder(a, b);
        get(files(mode).moveAtomically(a, b));
        assertThat(b).hasContent("a");
        assertThat(get(files(mode).deleteIfExists(b))).isTrue();
        assertThat(get(files(mode).deleteIfExists(b))).isFalse();
        assertThat(files(mode).list(deep).collectList().block()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ring", "off"})
    void errors(String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        Path none = folder.resolve("none");
        fails(files(mode).list(none).then(), NoSuchFileException.class, none);
        fails(files(mode).moveAtomically(none, file), NoSuchFileException.class, none);
        fails(files(mode).createDirectories(file), FileAlreadyExistsException.class, file);
        fails(files(mode).deleteIfExists(folder), FileSystemException.class, folder);
        assertThat(file).exists();
    }
}
