package io.fluxring.tests.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Catches what is logged with Reactor's loggers during a test. */
public final class ReactorLog implements BeforeEachCallback, AfterEachCallback {
    /** A line of the log. */
    public record Line(String level, String text) {}

    private final Queue<Line> lines = new ConcurrentLinkedQueue<>();

    @Override
    public void beforeEach(ExtensionContext context) {
        lines.clear();
        Loggers.useCustomLoggers(Catcher::new);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Loggers.resetLoggerFactory();
    }

    /** What was logged at a level, such as {@code error}. */
    public List<String> at(String level) {
        List<String> texts = new ArrayList<>();
        lines.forEach(line -> {
            if (line.level().equals(level)) {
                texts.add(line.text());
            }
        });
        return texts;
    }

    private void add(String level, String text, Throwable error) {
        lines.add(new Line(level, error == null ? text : text + ": " + error));
    }

    private final class Catcher implements Logger {
        private final String name;

        Catcher(String name) {
            this.name = name;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isTraceEnabled() {
            return true;
        }

        @Override
        public void trace(String text) {
            add("trace", text, null);
        }

        @Override
        public void trace(String format, Object... arguments) {
            add("trace", format + List.of(arguments), null);
        }

        @Override
        public void trace(String text, Throwable error) {
            add("trace", text, error);
        }

        @Override
        public boolean isDebugEnabled() {
            return true;
        }

        @Override
        public void debug(String text) {
            add("debug", text, null);
        }

        @Override
        public void debug(String format, Object... arguments) {
            add("debug", format + List.of(arguments), null);
        }

        @Override
        public void debug(String text, Throwable error) {
            add("debug", text, error);
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public void info(String text) {
            add("info", text, null);
        }

        @Override
        public void info(String format, Object... arguments) {
            add("info", format + List.of(arguments), null);
        }

        @Override
        public void info(String text, Throwable error) {
            add("info", text, error);
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public void warn(String text) {
            add("warn", text, null);
        }

        @Override
        public void warn(String format, Object... arguments) {
            add("warn", format + List.of(arguments), null);
        }

        @Override
        public void warn(String text, Throwable error) {
            add("warn", text, error);
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }

        @Override
        public void error(String text) {
            add("error", text, null);
        }

        @Override
        public void error(String format, Object... arguments) {
            add("error", format + List.of(arguments), null);
        }

        @Override
        public void error(String text, Throwable error) {
            add("error", text, error);
        }
    }
}
