package io.fluxring.samples.webflux;

import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient.RequestHeadersSpec;
import tools.jackson.databind.json.JsonMapper;

/** All of an answer: a body that is not read keeps its buffers. */
record Answer(int status, HttpHeaders headers, byte[] body) {
    private static final JsonMapper JSON = new JsonMapper();

    static Answer to(RequestHeadersSpec<?> request) {
        EntityExchangeResult<byte[]> result =
                request.exchange().expectBody(byte[].class).returnResult();
        byte[] body = result.getResponseBody();
        return new Answer(result.getStatus().value(), result.getResponseHeaders(), body == null ? new byte[0] : body);
    }

    String header(String name) {
        return headers.getFirst(name);
    }

    StoredFile file() {
        return JSON.readValue(body, StoredFile.class);
    }

    List<StoredFile> files() {
        return List.of(JSON.readValue(body, StoredFile[].class));
    }
}
