package io.fluxring.spring.multipart;

import io.fluxring.spring.file.RingDataBuffers;
import io.fluxring.spring.loops.ApplicationLoops;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.DecodingException;
import org.springframework.http.MediaType;
import org.springframework.http.ReactiveHttpInputMessage;
import org.springframework.http.codec.multipart.DefaultPartHttpMessageReader;
import org.springframework.http.codec.multipart.Part;
import reactor.core.publisher.Flux;

/**
 * Reads the parts of a multipart request on the ring of its connection. It is the framework's reader where the event loops are no rings, and
 * is configured like it, by all that configures that one: the properties {@code spring.webflux.multipart.*}, and an application's own
 * customizers of default codecs.
 */
final class RingPartReader extends DefaultPartHttpMessageReader {
    private final ApplicationLoops loops;
    private final RingDataBuffers buffers;
    private volatile SpoolDirectory directory;
    private volatile long maxDiskUsagePerPart = -1;
    private volatile int maxHeadersSize = 10 * 1024;
    private volatile int maxParts = -1;
    private volatile Charset headersCharset = StandardCharsets.UTF_8;

    RingPartReader(ApplicationLoops loops, RingDataBuffers buffers) {
        this.loops = loops;
        this.buffers = buffers;
        this.directory = new SpoolDirectory(loops, Path.of(System.getProperty("java.io.tmpdir")));
    }

    @Override
    public void setMaxHeadersSize(int byteCount) {
        super.setMaxHeadersSize(byteCount);
        maxHeadersSize = byteCount;
    }

    @Override
    public void setMaxDiskUsagePerPart(long bytes) {
        super.setMaxDiskUsagePerPart(bytes);
        maxDiskUsagePerPart = bytes;
    }

    @Override
    public void setMaxParts(int parts) {
        super.setMaxParts(parts);
        maxParts = parts;
    }

    @Override
    public void setFileStorageDirectory(Path fileStorageDirectory) throws IOException {
        super.setFileStorageDirectory(fileStorageDirectory); // makes it
        directory = new SpoolDirectory(loops, fileStorageDirectory);
    }

    @Override
    public void setHeadersCharset(Charset charset) {
        super.setHeadersCharset(charset);
        headersCharset = charset;
    }

    @Override
    public Flux<Part> read(ResolvableType elementType, ReactiveHttpInputMessage message, Map<String, Object> hints) {
        return Flux.defer(() -> loops.areRings() ? parts(message) : super.read(elementType, message, hints));
    }

    private Flux<Part> parts(ReactiveHttpInputMessage message) {
        MediaType type = message.getHeaders().getContentType();
        String boundary = type == null ? null : type.getParameter("boundary");
        if (boundary == null) {
            return Flux.error(new DecodingException("No multipart boundary found in Content-Type: \"" + type + "\""));
        }
        Delimiter delimiter = new Delimiter(unquoted(boundary).getBytes(headersCharset));
        PartBodies bodies =
                new PartBodies(loops, buffers, directory, getMaxInMemorySize(), maxParts, maxDiskUsagePerPart);
        return new AssembledParts(
                message.getBody(),
                bodies,
                () -> new MultipartScanner(delimiter, new PartHeaders(maxHeadersSize, headersCharset)));
    }

    private static String unquoted(String boundary) {
        int last = boundary.length() - 1;
        return last > 1 && boundary.charAt(0) == '"' && boundary.charAt(last) == '"'
                ? boundary.substring(1, last)
                : boundary;
    }
}
