package io.fluxring.core.log;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** The lines that a class logs, from any thread, while this is open. They go nowhere else. */
public final class CollectedLog implements AutoCloseable {
    private final Logger logger; // kept: loggers are held weakly
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler collector = new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getLevel() + " " + formatter.formatMessage(entry));
        }

        @Override
        public void flush() {
            // nothing is held back
        }

        @Override
        public void close() {
            // nothing is open
        }
    };

    /** Collects the log of a class from now on. */
    public CollectedLog(Class<?> source) {
        logger = Logger.getLogger(source.getName());
        logger.addHandler(collector);
        logger.setUseParentHandlers(false);
    }

    /** Level and message of each line so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        logger.removeHandler(collector);
        logger.setUseParentHandlers(true);
    }
}
