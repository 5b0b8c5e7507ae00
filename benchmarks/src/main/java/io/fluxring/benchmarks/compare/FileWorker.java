package io.fluxring.benchmarks.compare;

import io.fluxring.benchmarks.files.FileProgram;
import io.fluxring.benchmarks.files.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** Works on files with one library, in a process that stays. */
interface FileWorker extends AutoCloseable {

    /** So long at most does one task take; each write of a slow device may be durable. */
    Duration PATIENCE = Duration.ofMinutes(2);

    /** Does a task: {@code bytes}, {@code seconds}, {@code cpu_seconds} and {@code allocated}. */
    Figures run(Task task) throws IOException, InterruptedException;

    /** Whether there is something to compile. */
    boolean isJava();

    @Override
    void close();

    /** One in a JVM of its own. */
    static FileWorker java(Workplace workplace, String library) throws IOException {
        Child child = Child.start(
                library, workplace.java(FileProgram.class.getName(), library), Map.of(), workplace.log(library));
        return new FileWorker() {
            @Override
            public Figures run(Task task) throws IOException, InterruptedException {
                try {
                    child.tell(task.line());
                } catch (IOException e) {
                    throw new IOException(library + ": " + child.complaint(), e);
                }
                return Figures.parse(child.awaitLine(line -> line.startsWith("{"), PATIENCE)
                        .orElseThrow(() -> new IOException(library + ": " + child.complaint())));
            }

            @Override
            public boolean isJava() {
                return true;
            }

            @Override
            public void close() {
                child.close();
            }
        };
    }
}
