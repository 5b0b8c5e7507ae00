package io.fluxring.samples.webflux;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Files: up, down, and away. */
@RestController
@RequestMapping("/files")
class FilesController {
    private final FileStore store;

    FilesController(FileStore store) {
        this.store = store;
    }

    @GetMapping
    Mono<List<StoredFile>> list() {
        return store.list().collectSortedList(Comparator.comparing(StoredFile::name));
    }

    /** A form's files. None is stored when one of the names can't be. */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Flux<StoredFile> upload(@RequestPart("file") Flux<Part> parts) {
        return parts.map(FilesController::checked)
                .collectList()
                .flatMapMany(Flux::fromIterable)
                .concatMap(each -> store.write(each.name(), each.part()))
                .map(FileStore.Change::file);
    }

    private static Upload checked(Part part) {
        if (part instanceof FilePart file) {
            return new Upload(new FileName(file.filename()), file);
        }
        throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "The field 'file' must have a file.");
    }

    private record Upload(FileName name, FilePart part) {}

    /** The body is the file. */
    @PutMapping("/{name}")
    Mono<ResponseEntity<StoredFile>> put(@PathVariable String name, ServerHttpRequest request) {
        return store.write(new FileName(name), request.getBody()).map(change -> {
            StoredFile file = change.file();
            return change.isNew() ? ResponseEntity.created(location(file)).body(file) : ResponseEntity.ok(file);
        });
    }

    private static URI location(StoredFile file) {
        return URI.create("/files/" + UriUtils.encode(file.name(), StandardCharsets.UTF_8));
    }

    /** Ranges, and the length, are the work of the framework's writer of resources. */
    @GetMapping("/{name}")
    Mono<ResponseEntity<Resource>> get(@PathVariable String name) {
        FileName checked = new FileName(name);
        return store.find(checked)
                .map(file -> ResponseEntity.ok()
                        .eTag(file.etag())
                        .lastModified(file.modified())
                        .header(
                                HttpHeaders.CONTENT_DISPOSITION,
                                attachment(file).toString())
                        .body(new FileSystemResource(store.path(checked))));
    }

    /** Saved and not shown: a page that was uploaded must not run as one of this site. */
    private static ContentDisposition attachment(StoredFile file) {
        return ContentDisposition.attachment()
                .filename(file.name(), StandardCharsets.UTF_8)
                .build();
    }

    @DeleteMapping("/{name}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    Mono<Void> delete(@PathVariable String name) {
        return store.delete(new FileName(name));
    }
}
