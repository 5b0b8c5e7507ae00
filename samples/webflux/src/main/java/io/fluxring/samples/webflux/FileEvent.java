package io.fluxring.samples.webflux;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.codec.ServerSentEvent;

/** An event that an open page receives as it happens. */
sealed interface FileEvent {
    /** {@return the event's name in the stream} */
    @JsonIgnore
    String type();

    /** {@return it as an element of an event stream} */
    default ServerSentEvent<Object> toServerSentEvent() {
        return ServerSentEvent.<Object>builder(this).event(type()).build();
    }

    /** A file that was not there before. */
    record Added(StoredFile file) implements FileEvent {
        @Override
        public String type() {
            return "added";
        }
    }

    /** A file with new contents. */
    record Replaced(StoredFile file) implements FileEvent {
        @Override
        public String type() {
            return "replaced";
        }
    }

    /** A file that is gone. */
    record Removed(String name) implements FileEvent {
        @Override
        public String type() {
            return "removed";
        }
    }

    /**
     * An upload on its way.
     *
     * @param id the same for all events of an upload
     * @param name what it becomes; null while that is unknown, as of a form
     * @param received how many bytes have come
     * @param total how many there will be; null where the client does not say
     * @param isOver whether it is the last event of this upload
     */
    record Progress(
            String id,
            @Nullable String name,
            long received,
            @Nullable Long total,
            boolean isOver) implements FileEvent {
        @Override
        public String type() {
            return "progress";
        }
    }
}
