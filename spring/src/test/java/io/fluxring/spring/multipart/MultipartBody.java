package io.fluxring.spring.multipart;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A multipart body as bytes, to be sent in whatever pieces a test wants. */
final class MultipartBody {
    static final String BOUNDARY = "----fluxring-test-boundary-7MA4YWxk";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    MultipartBody part(String disposition, byte... content) {
        begin(disposition);
        bytes.writeBytes(content);
        return text("\r\n");
    }

    /** A part's header, and nothing of its content. */
    MultipartBody begin(String disposition) {
        text("--" + BOUNDARY + "\r\n");
        text("Content-Disposition: form-data; " + disposition + "\r\n");
        return text(disposition.contains("filename") ? "Content-Type: application/octet-stream\r\n\r\n" : "\r\n");
    }

    MultipartBody file(String name, byte... content) {
        return part("name=\"file\"; filename=\"" + name + "\"", content);
    }

    MultipartBody text(String text) {
        bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    byte[] complete() {
        text("--" + BOUNDARY + "--\r\n");
        return bytes.toByteArray();
    }

    byte[] soFar() {
        return bytes.toByteArray();
    }

    int length() {
        return bytes.size();
    }
}
