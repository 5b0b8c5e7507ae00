package io.fluxring.benchmarks.compare;

/** What is done with a large file. */
enum FileTransfer {
    DOWNLOAD_CACHED("download, cached", "get"),
    DOWNLOAD_COLD("download, cold", "get"),
    UPLOAD_RAW("upload, PUT", "put"),
    UPLOAD_FORM("upload, POST", "post");

    private final String title;
    private final String verb;

    FileTransfer(String title, String verb) {
        this.title = title;
        this.verb = verb;
    }

    /** As reports call it. */
    String title() {
        return title;
    }

    /** As the client calls it. */
    String verb() {
        return verb;
    }

    boolean isUpload() {
        return this == UPLOAD_RAW || this == UPLOAD_FORM;
    }
}
