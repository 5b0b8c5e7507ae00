package io.fluxring.spring.web;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;

/** The media types of files. */
final class FileTypes {
    private FileTypes() {}

    /** {@return what was asked for, where that says something, or what the file's name says} */
    static MediaType of(@Nullable MediaType wanted, Resource resource) {
        if (wanted != null && wanted.isConcrete() && !wanted.equals(MediaType.APPLICATION_OCTET_STREAM)) {
            return wanted;
        }
        return MediaTypeFactory.getMediaType(resource).orElse(MediaType.APPLICATION_OCTET_STREAM);
    }
}
