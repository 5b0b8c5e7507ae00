package io.fluxring.tests.preflight;

import io.fluxring.core.loop.RingLoop;
import io.fluxring.core.loop.RingLoopConfig;
import io.fluxring.core.preflight.Preflight;
import io.fluxring.core.ring.Ring;
import io.fluxring.core.setup.RingConfig;
import io.fluxring.core.setup.RingUnavailableException;
import io.fluxring.core.sys.Errno;
import io.fluxring.core.sys.call.Kernel;
import io.fluxring.reactor.ReactiveRing;
import io.fluxring.reactor.ReactiveRingConfig;
import io.fluxring.samples.doctor.DoctorCommand;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Asks for a ring in each of the ways there are, and prints what came of it: {@code WAY|REASON|MESSAGE}, or {@code WAY|open}. */
final class RingProbe {
    private RingProbe() {}

    /**
     * Without arguments it just asks. {@code again} asks ten times, each time right after the end of the rings before. {@code
     * descriptors} uses up all descriptors before; {@code threads} takes the right to
     * another thread from its own user, and asks for rings with a polling thread.
     */
    public static void main(String[] arguments) throws Exception {
        switch (arguments.length == 0 ? "" : arguments[0]) {
            case "descriptors" -> withoutDescriptors();
            case "threads" -> withoutThreads();
            case "again" -> again();
            default -> ask(RingConfig.defaults());
        }
    }

    private static void ask(RingConfig config) {
        RingLoopConfig loop = RingLoopConfig.defaults().withRing(config);
        attempt("Ring", () -> Ring.open(config).close());
        attempt("RingLoop", () -> RingLoop.open(loop).close());
        attempt(
                "ReactiveRing",
                () -> ReactiveRing.create(ReactiveRingConfig.defaults().withLoop(loop))
                        .disposeLater()
                        .block());
        Preflight preflight = Preflight.check(config);
        attempt(
                "Preflight",
                () -> preflight.refusal().ifPresent(refusal -> {
                    throw refusal;
                }));
    }

    private static void again() {
        for (int i = 0; i < 10; i++) {
            ask(RingConfig.defaults());
        }
    }

    private static void attempt(String way, Runnable opening) {
        try {
            opening.run();
            System.out.println(way + "|open");
        } catch (RingUnavailableException e) {
            System.out.println(way + "|" + e.reason() + "|" + e.getMessage());
        }
    }

    /** Everything once before, for classes that come out of folders are files as well. */
    private static void withoutDescriptors() {
        Kernel full = (Kernel) Proxy.newProxyInstance(
                Kernel.class.getClassLoader(),
                new Class<?>[] {Kernel.class},
                (proxy, method, ignored) -> Errno.EMFILE.result()); // only the set-up is asked
        attempt("Before", () -> Ring.open(full, RingConfig.defaults()));
        ask(RingConfig.defaults());
        System.out.println("doctor " + doctor());
        List<FileInputStream> files = new ArrayList<>();
        try {
            while (true) {
                files.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            System.out.println("exhausted by " + files.size());
        }
        ask(RingConfig.defaults());
        System.out.println("doctor " + doctor());
    }

    /** The JDK's thread that awaits processes must be there before no other can come. */
    private static void withoutThreads() throws IOException, InterruptedException {
        String itself = String.valueOf(ProcessHandle.current().pid());
        runs("prlimit", "--pid", itself);
        System.out.println("limited " + runs("prlimit", "--pid", itself, "--nproc=1:1"));
        ask(RingConfig.defaults().withSqPoll(100));
        System.out.println("doctor " + doctor("--sqpoll"));
    }

    private static int runs(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
    }

    private static int doctor(String... options) {
        return new CommandLine(new DoctorCommand()).execute(options);
    }
}
