package io.fluxring.spring.web;

import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.netty.http.server.HttpServerResponse;

/** What the server would do to the bytes of an answer. */
final class Compression {
    private Compression() {}

    /** Has an answer sent as it is: the ranges of a compressed answer are those of its compressed form, which nothing here knows. */
    static void off(ServerHttpResponse response) {
        boolean isNetty =
                response.bufferFactory() instanceof NettyDataBufferFactory; // others may have no native response
        if (isNetty && ServerHttpResponseDecorator.getNativeResponse(response) instanceof HttpServerResponse server) {
            server.compression(false);
        }
    }
}
