package io.fluxring.core.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxring.core.fd.DirectFd;
import io.fluxring.core.fd.RegisteredFiles;
import io.fluxring.core.memory.BufferRing;
import io.fluxring.core.memory.BufferRingConfig;
import io.fluxring.core.sys.Opcode;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an ended loop says to those who come too late: the same on the thread that was its own and on any other. */
class ClosedLoopTest {
    private final RingLoop loop =
            RingLoop.open(RingLoopConfig.defaults().withDirectDescriptors(4).withInstalledFiles(4));
    private final Runnable task = () -> {
        throw new AssertionError("must not run");
    };
    private RegisteredFiles files;
    private DirectFd installed;
    private BufferRing buffers;

    @BeforeEach
    void end() {
        loop.attach();
        files = loop.files();
        installed = files.install(0);
        buffers = loop.provideBuffers(BufferRingConfig.of(2, 64));
        loop.close();
    }

    private Map<String, ThrowingCallable> refused() {
        TestOperation nop = new TestOperation(Opcode.NOP, sqe -> sqe.prepNop());
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("start", () -> loop.start(Thread.ofPlatform().factory()));
        calls.put("attach", loop::attach);
        calls.put("submit", () -> loop.submit(nop));
        calls.put("submitInTurn", () -> loop.submitInTurn(nop, 1));
        calls.put("submitNow", () -> loop.submitNow(nop));
        calls.put("submitPending", loop::submitPending);
        calls.put("submitChain", () -> loop.submitChain(nop));
        calls.put("cancel", () -> loop.cancel(nop));
        calls.put("tick", () -> loop.tick(0));
        calls.put("schedule", () -> loop.schedule(task, 0));
        calls.put("unschedule", () -> loop.unschedule(null));
        calls.put("addCloseHook", () -> loop.addCloseHook(task));
        calls.put("removeCloseHook", () -> loop.removeCloseHook(task));
        calls.put("provideBuffers", () -> loop.provideBuffers(BufferRingConfig.of(2, 64)));
        calls.put("sendBlocks", loop::sendBlocks);
        calls.put("fileBlocks", () -> loop.fileBlocks(4096));
        calls.put("bufferTable", loop::bufferTable);
        calls.put("whenSlotsFree", () -> loop.whenSlotsFree(task));
        calls.put("forgetSlotWaiter", () -> loop.forgetSlotWaiter(task));
        calls.put("reserveSlots", () -> loop.reserveSlots(1));
        calls.put("unreserveSlots", () -> loop.unreserveSlots(1));
        calls.put("observe", () -> loop.observe(null));
        return calls;
    }

    private Map<String, ThrowingCallable> answered() {
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("close", loop::close);
        calls.put("signal", () -> loop.signal(task));
        calls.put("wakeup", loop::wakeup);
        calls.put("closed", () -> assertThat(loop.closed()).isCompleted());
        calls.put("isClosing", () -> assertThat(loop.isClosing()).isTrue());
        calls.put("inLoop", () -> assertThat(loop.inLoop()).isFalse());
        calls.put("submissionSpace", () -> assertThat(loop.submissionSpace()).isZero());
        calls.put("freeSlots", loop::freeSlots);
        calls.put("files", loop::files);
        calls.put("registeredBuffers", loop::registeredBuffers);
        calls.put("scratch", loop::scratch);
        calls.put("memory", loop::memory);
        calls.put("capabilities", loop::capabilities);
        calls.put("kernel", loop::kernel);
        calls.put("counters", loop::counters);
        calls.put("tally", loop::tally);
        calls.put("liveOperations", () -> assertThat(loop.liveOperations()).isZero());
        calls.put("liveLeases", () -> assertThat(loop.liveLeases()).isZero());
        calls.put("pools", loop::pools);
        calls.put("dump", () -> assertThat(loop.dump()).contains("Ring[closed]"));
        calls.put("toString", () -> assertThat(loop.toString()).contains("Ring[closed]"));
        return calls;
    }

    private void check() {
        refused()
                .forEach((name, call) -> assertThatThrownBy(call)
                        .as(name)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the loop is closed"));
        answered().forEach((name, call) -> assertThatCode(call).as(name).doesNotThrowAnyException());
        assertThatThrownBy(() -> loop.execute(task))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessage("the loop is closed");
        assertThatThrownBy(loop::ringFd)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the ring is closed");
        assertThatThrownBy(() -> loop.memory().allocate(8)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> loop.scratch().take()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void onTheThreadThatWasItsOwn() {
        check();
    }

    @Test
    void onAnotherThread() {
        CompletableFuture.runAsync(this::check).join();
    }

    /** The ring's number may be another's by now: nothing may reach it. */
    @Test
    void whatTheLoopHadLent() {
        assertThatThrownBy(() -> files.install(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the ring is closed");
        assertThatThrownBy(() -> files.remove(installed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the ring is closed");
        assertThatThrownBy(() -> buffers.freeByKernel())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the ring is closed");
    }

    @Test
    void nothingIsForgotten() {
        Set<String> known = new HashSet<>(Set.of("execute", "ringFd"));
        known.addAll(refused().keySet());
        known.addAll(answered().keySet());
        assertThat(Arrays.stream(RingLoop.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .filter(method -> !Modifier.isStatic(method.getModifiers()))
                        .map(Method::getName))
                .isSubsetOf(known);
    }
}
