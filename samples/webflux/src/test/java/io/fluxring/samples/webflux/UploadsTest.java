package io.fluxring.samples.webflux;

import static io.fluxring.samples.webflux.RunningFileDrop.until;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A name has the old contents as a whole, or the new ones, whatever happens to an upload. */
class UploadsTest extends OnBothTransports {
    private static final int BYTES = 1_000_000;

    UploadsTest(String mode) {
        super(mode);
    }

    private static byte[] filled(int value) {
        byte[] all = new byte[BYTES];
        Arrays.fill(all, (byte) value);
        return all;
    }

    private static Mono<Integer> put(int value) {
        return drop.client().put().uri("/files/same").bodyValue(filled(value)).exchangeToMono(UploadsTest::status);
    }

    private static Mono<Integer> post(int value) {
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        form.part("file", new ByteArrayResource(filled(value))).filename("same");
        return drop.client()
                .post()
                .uri("/files")
                .body(BodyInserters.fromMultipartData(form.build()))
                .exchangeToMono(UploadsTest::status);
    }

    private static Mono<Integer> status(ClientResponse response) {
        return response.releaseBody().thenReturn(response.statusCode().value());
    }

    private static Mono<Boolean> readsOneOfThem() {
        return drop.client()
                .get()
                .uri("/files/same")
                .retrieve()
                .bodyToMono(byte[].class)
                .map(all -> all.length == BYTES && Arrays.equals(all, filled(all[0])));
    }

    @Test
    void manyUploadsOfOneName() throws IOException {
        assertThat(put(100).block()).isEqualTo(201);
        Flux<Integer> writes = Flux.range(0, 24).flatMap(i -> i % 2 == 0 ? put(i) : post(i), 8);
        Flux<Boolean> reads = Flux.range(0, 24).flatMap(i -> readsOneOfThem(), 4);
        List<Object> all = Flux.<Object>merge(writes, reads).collectList().block(RunningFileDrop.LIMIT);
        assertThat(all).hasSize(48).allMatch(each -> List.of(true, 200, 201).contains(each));
        assertThat(drop.names()).containsExactly("same");
        byte[] last = Files.readAllBytes(drop.folder().resolve("same"));
        assertThat(last).isEqualTo(filled(last[0]));
    }

    /** Reset, and closed in order. */
    @Test
    void aBodyThatBreaksOff() throws IOException {
        Path file = Files.writeString(drop.folder().resolve("same"), "old");
        for (String name : List.of("same", "new")) {
            for (boolean isReset : new boolean[] {true, false}) {
                String head = "PUT /files/" + name + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n";
                breakOff(head, isReset);
            }
        }
        until("only the old file: " + drop.names(), () -> drop.names().equals(List.of("same")));
        assertThat(file).hasContent("old");
    }

    private static void breakOff(String head, boolean isReset) throws IOException {
        int before = drop.names().size();
        try (Socket socket = drop.connect()) {
            if (isReset) {
                socket.setSoLinger(true, 0);
            }
            RunningFileDrop.write(socket, head);
            socket.getOutputStream().write(filled(1));
            until("a temporary file", () -> drop.names().size() > before);
        }
        until("no temporary file", () -> drop.names().size() == before);
    }

    @Test
    void aFormThatBreaksOff() throws IOException {
        Path file = Files.writeString(drop.folder().resolve("same"), "old");
        try (Socket socket = drop.connect()) {
            socket.setSoLinger(true, 0);
            RunningFileDrop.write(
                    socket,
                    "POST /files HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n"
                            + "Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
                            + "Content-Disposition: form-data; name=\"file\"; filename=\"same\"\r\n\r\n");
            socket.getOutputStream().write(filled(1));
        }
        assertThat(post(7).block()).isEqualTo(201); // behind it, as far as that can be told
        assertThat(file).hasSize(BYTES);
        assertThat(Files.readAllBytes(file)).isEqualTo(filled(7));
        until("only the file", () -> drop.names().equals(List.of("same")));
    }

    @Test
    void aBodyThatIsShorterThanAnnouncedIsNoFile() throws IOException {
        try (Socket socket = drop.connect()) {
            RunningFileDrop.write(socket, "PUT /files/short HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
            socket.shutdownOutput();
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(new String(answer, StandardCharsets.UTF_8)).doesNotContain("201");
        }
        until("nothing: " + drop.names(), () -> drop.names().isEmpty());
    }
}
