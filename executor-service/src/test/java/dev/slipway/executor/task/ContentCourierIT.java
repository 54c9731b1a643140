package dev.slipway.executor.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.TaskResult;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.TestConfig;
import dev.slipway.executor.journal.Ingredients;
import dev.slipway.executor.journal.JournalProgram;
import dev.slipway.executor.journal.Orders;
import dev.slipway.executor.journal.StepCompiler;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.MinaRemoteShell;
import dev.slipway.executor.ssh.OpenSshServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Files on their way to a real OpenSSH server, and what happens to them there.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ContentCourierIT {
    private static final long MIB = 1024L * 1024;

    /// MiB of the file that is cut off; more by `-Dslipway.test.big-file-mib`.
    private static final long BIG = Long.getLong("slipway.test.big-file-mib", 96);

    private static final String USER = "slipwayup";
    private static final String PASSWORD = "pass wörd";
    private static final MaterialName SUDO = MaterialName.of("sudo-password/default");
    private static final Path KEPT = Path.of("/var/lib/slipway/contents");

    private final ExecutorConfig config = TestConfig.defaults();
    private final List<MinaRemoteShell> shells = new CopyOnWriteArrayList<>();
    private final List<ContentDigest> brought = new CopyOnWriteArrayList<>();
    private Optional<OpenSshServer> server = Optional.empty();
    private Path folder = Path.of("target");

    @BeforeAll
    void start(@TempDir Path temporary) {
        OpenSshServer.missing().ifPresent(why -> assumeTrue(false, why));
        folder = temporary;
        server = Optional.of(OpenSshServer.start(temporary, "127.0.23.7"));
    }

    @AfterEach
    void clean() throws IOException {
        for (ContentDigest digest : brought) {
            Files.deleteIfExists(KEPT.resolve(digest.value()));
            Files.deleteIfExists(KEPT.resolve(digest + ".part"));
        }
        brought.clear();
    }

    @AfterAll
    void stop() {
        shells.forEach(MinaRemoteShell::close);
        server.ifPresent(OpenSshServer::close);
    }

    /// Gives files, and tells what was read of them.
    private final class Store implements Supplies {
        private final Map<ContentDigest, GeneratedFile> files = new ConcurrentHashMap<>();
        final List<Long> asked = new CopyOnWriteArrayList<>();
        final AtomicLong read = new AtomicLong();
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger mostOpen = new AtomicInteger();
        final AtomicInteger away = new AtomicInteger();
        volatile LongConsumer whileReading = _ -> {};

        Part.Content add(GeneratedFile file) {
            Part.Content content = file.content();
            addAs(content, file);
            return content;
        }

        void addAs(Part.Content content, GeneratedFile file) {
            files.put(content.digest(), file);
            brought.add(content.digest());
        }

        @Override
        public Map<MaterialName, byte[]> redeem(String jws) {
            throw new IllegalStateException("materials are given");
        }

        @Override
        public void deposit(String jws, Map<MaterialName, byte[]> files) {
            throw new IllegalStateException("nothing is deposited");
        }

        @Override
        public InputStream content(ContentDigest digest, long from) {
            asked.add(from);
            if (away.getAndDecrement() > 0) {
                throw ProblemFailure.of(ReasonCode.UNAVAILABLE, 503, "restarting");
            }
            mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
            GeneratedFile file = files.get(digest);
            if (file == null) {
                throw ProblemFailure.of(ReasonCode.MATERIAL_MISSING, 404, "no such file");
            }
            var closed = new AtomicBoolean();
            return new FilterInputStream(file.open(from)) {
                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    int count = super.read(buffer, offset, length);
                    whileReading.accept(read.addAndGet(Math.max(0, count)));
                    return count;
                }

                @Override
                public void close() {
                    if (!closed.getAndSet(true)) {
                        open.decrementAndGet();
                    }
                }
            };
        }
    }

    /// An executor with sessions of its own.
    private final class Executor {
        private final MinaRemoteShell shell =
                new MinaRemoteShell(config, new SimpleMeterRegistry());
        private final ContentCourier courier;

        Executor(Store store, int atOnce) {
            shells.add(shell);
            courier = new ContentCourier(store, shell, Pace.real(), atOnce);
        }

        HostConversation conversation(Order order) {
            return conversation(order, Optional.empty());
        }

        HostConversation conversation(Order order, Optional<String> sudo) {
            var compiled =
                    StepCompiler.compile(
                            order, ContentDigest.ofBytes(new byte[0]), new Ingredients(Map.of()));
            var access = new HostAccess(server.orElseThrow().credential(), sudo);
            return new HostConversation(
                    new TaskWork(compiled, access, List.of()),
                    false,
                    new HostConversation.Surroundings(
                            shell,
                            ApiLine.NONE,
                            JournalProgram.standard(),
                            new Silent(),
                            config,
                            Pace.real(),
                            courier),
                    Optional::empty);
        }
    }

    private record Silent() implements TaskReporter {
        @Override
        public void output(OutputChunk chunk) {}

        @Override
        public void started(TaskResult.TaskStarted started) {}

        @Override
        public void settled(TaskSettled settled) {}
    }

    private HostTarget root() {
        return server.orElseThrow().target("root", Optional.empty());
    }

    /// With time enough for a slow machine.
    private Orders orders() {
        return Orders.on(root()).startingBy(Instant.now().plus(Duration.ofMinutes(10)));
    }

    private Step put(String file, Part.Content content) {
        return Step.Put.content(
                "put", RemotePath.of(folder.resolve(file).toString()), content, 0644);
    }

    private static TaskSettled settled(HostConversation conversation) throws InterruptedException {
        return conversation.talk().orElseThrow();
    }

    private static String sum(Path file) {
        return OpenSshServer.run("sha256sum", file.toString()).substring(0, 64);
    }

    @Test
    void goesOnWithABigFileWhereTheConnectionWasCut() throws InterruptedException {
        var store = new Store();
        Part.Content content = store.add(new GeneratedFile(BIG * MIB, 1));
        var cut = new AtomicInteger();
        store.whileReading =
                read -> {
                    if (read > BIG * MIB / 2 && cut.getAndIncrement() == 0) {
                        server.orElseThrow().cutConnections();
                    }
                };

        TaskSettled settled =
                settled(new Executor(store, 8).conversation(orders().with(put("big", content))));

        assertThat(settled.outcome()).as(settled.message()).isEqualTo(TaskOutcome.SUCCEEDED);
        assertThat(sum(folder.resolve("big"))).isEqualTo(content.digest().value());
        assertThat(store.asked).hasSize(2);
        assertThat(store.asked.getLast()).isGreaterThan((BIG / 2 - 16) * MIB);
        // What was on its way when the connection broke is all that was sent twice.
        assertThat(store.read.get()).isBetween(BIG * MIB, (BIG + 12) * MIB);
    }

    @Test
    void letsAnotherExecutorGoOnWhereOneLetGo() throws Exception {
        var store = new Store();
        Part.Content content = store.add(new GeneratedFile(12 * MIB, 2));
        Order order = orders().with(put("taken-over", content));
        var half = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        store.whileReading =
                read -> {
                    if (read > 8 * MIB) {
                        half.countDown();
                        uninterruptibly(gone);
                    }
                };
        HostConversation first = new Executor(store, 8).conversation(order);
        var talk = talk(first);
        half.await();
        first.detach();
        store.whileReading = _ -> {};
        gone.countDown();
        assertThat(talk.get()).isEmpty();

        TaskSettled settled = settled(new Executor(store, 8).conversation(order));

        assertThat(settled.outcome()).as(settled.message()).isEqualTo(TaskOutcome.SUCCEEDED);
        assertThat(sum(folder.resolve("taken-over"))).isEqualTo(content.digest().value());
        assertThat(store.asked.getLast()).isGreaterThan(2 * MIB);
    }

    @Test
    void namesAFileThatIsNotWhatItShouldBeOrNotThere() throws InterruptedException {
        var store = new Store();
        Part.Content content = new GeneratedFile(MIB, 3).content();
        store.addAs(content, new GeneratedFile(MIB, 4));
        var executor = new Executor(store, 8);

        TaskSettled wrong = settled(executor.conversation(orders().with(put("wrong", content))));
        Part.Content gone = new GeneratedFile(MIB, 5).content();
        TaskSettled missing = settled(executor.conversation(orders().with(put("gone", gone))));

        assertThat(wrong.reason()).hasValue(ReasonCode.CHECKSUM_MISMATCH);
        assertThat(wrong.message()).contains(content.digest().value());
        assertThat(KEPT.resolve(content.digest() + ".part")).doesNotExist();
        assertThat(folder.resolve("wrong")).doesNotExist();
        assertThat(missing.reason()).hasValue(ReasonCode.MATERIAL_MISSING);
    }

    @Test
    void waitsForAPlannerThatIsAway() throws InterruptedException {
        var store = new Store();
        Part.Content content = store.add(new GeneratedFile(MIB, 6));
        store.away.set(1);

        TaskSettled settled =
                settled(new Executor(store, 8).conversation(orders().with(put("later", content))));

        assertThat(settled.outcome()).as(settled.message()).isEqualTo(TaskOutcome.SUCCEEDED);
        assertThat(store.asked).containsExactly(0L, 0L);
    }

    @Test
    void sendsOnlySomeFilesAtOnceAndStartsNothingThatWaitedTooLong() throws Exception {
        var store = new Store();
        var executor = new Executor(store, 2);
        var two = new CountDownLatch(2);
        var go = new CountDownLatch(1);
        store.whileReading =
                _ -> {
                    two.countDown();
                    uninterruptibly(go);
                };
        var talks = new ArrayList<CompletableFuture<Optional<TaskSettled>>>();
        for (int i = 0; i < 5; i++) {
            Part.Content content = store.add(new GeneratedFile(MIB, 10 + i));
            Order order = orders().with(put("one-of-" + i, content));
            talks.add(talk(executor.conversation(order)));
        }
        two.await();
        Part.Content late = store.add(new GeneratedFile(MIB, 20));
        TaskSettled tooLate =
                settled(
                        executor.conversation(
                                Orders.on(root())
                                        .startingBy(Instant.now().plusSeconds(2))
                                        .with(put("late", late))));

        assertThat(tooLate.outcome()).isEqualTo(TaskOutcome.NOT_STARTED);
        assertThat(tooLate.reason()).hasValue(ReasonCode.ORDER_EXPIRED);
        assertThat(store.asked).hasSize(2);
        go.countDown();
        for (var talk : talks) {
            assertThat(talk.get().orElseThrow().outcome()).isEqualTo(TaskOutcome.SUCCEEDED);
        }
        assertThat(store.mostOpen).hasValue(2);
        assertThat(store.open).hasValue(0);
    }

    @Test
    void lendsALongScriptToATaskAndLeavesNothingOnTheDiskAlsoWhereItIsCancelled() throws Exception {
        var store = new Store();
        Part.Content content = store.add(new GeneratedFile(5 * MIB, 50));
        Step.Command lent =
                Step.Command.of(
                                "lent",
                                "sha256sum <\"$SLIPWAY_FILE\" >'%s'; [ ! -e '%s' ] || sleep 60"
                                        .formatted(
                                                folder.resolve("lent"), folder.resolve("slowly")),
                                Duration.ofMinutes(2))
                        .withFile(content);
        var executor = new Executor(store, 8);
        Path kept = KEPT.resolve(content.digest().value());

        TaskSettled settled = settled(executor.conversation(orders().with(lent)));

        assertThat(settled.outcome()).as(settled.message()).isEqualTo(TaskOutcome.SUCCEEDED);
        assertThat(Files.readString(folder.resolve("lent"))).startsWith(content.digest().value());
        assertThat(kept).doesNotExist();

        Files.delete(folder.resolve("lent"));
        Files.createFile(folder.resolve("slowly"));
        HostConversation conversation = executor.conversation(orders().with(lent));
        var talk = talk(conversation);
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> Files.exists(folder.resolve("lent")));
        conversation.cancel();

        assertThat(talk.get().orElseThrow().outcome()).isEqualTo(TaskOutcome.CANCELLED);
        assertThat(kept).doesNotExist();
        Path memory = Path.of("/run/slipway");
        if (Files.exists(memory)) {
            try (var stages = Files.walk(memory)) {
                assertThat(stages.filter(f -> f.endsWith("1.file"))).isEmpty();
            }
        }
    }

    @Test
    void endsACancelledOrderInTheMiddleOfAFile() throws Exception {
        var store = new Store();
        Part.Content content = store.add(new GeneratedFile(24 * MIB, 30));
        var half = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        store.whileReading =
                read -> {
                    if (read > 16 * MIB) {
                        half.countDown();
                        uninterruptibly(cancelled);
                    }
                };
        Order order = orders().with(put("cancelled", content));
        HostConversation conversation = new Executor(store, 8).conversation(order);
        var talk = talk(conversation);
        half.await();

        conversation.cancel();

        Awaitility.await().atMost(Duration.ofSeconds(15)).until(() -> store.open.get() == 0);
        cancelled.countDown();
        assertThat(talk.get().orElseThrow().outcome())
                .isIn(TaskOutcome.NOT_STARTED, TaskOutcome.CANCELLED);
        assertThat(folder.resolve("cancelled")).doesNotExist();
    }

    @Test
    void bringsFilesUnderSudoWithAPassword() throws InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/sudo")), "skipped: no sudo here");
        OpenSshServer.run(
                "sh",
                "-c",
                "id %1$s >/dev/null 2>&1 || useradd -m -s /bin/sh %1$s".formatted(USER));
        try {
            OpenSshServer.run(
                    "sh", "-c", "printf '%s:%s\\n' \"$0\" \"$1\" | chpasswd", USER, PASSWORD);
            OpenSshServer.run(
                    "sh",
                    "-c",
                    "echo '%1$s ALL=(ALL:ALL) ALL' >/etc/sudoers.d/%1$s && chmod 0440 /etc/sudoers.d/%1$s"
                            .formatted(USER));
            var store = new Store();
            Part.Content content = store.add(new GeneratedFile(5 * MIB, 40));
            HostTarget host = server.orElseThrow().target(USER, Optional.of(SUDO));

            TaskSettled settled =
                    settled(
                            new Executor(store, 8)
                                    .conversation(
                                            Orders.on(host).with(put("by-sudo", content)),
                                            Optional.of(PASSWORD)));

            assertThat(settled.outcome()).as(settled.message()).isEqualTo(TaskOutcome.SUCCEEDED);
            assertThat(sum(folder.resolve("by-sudo"))).isEqualTo(content.digest().value());
        } finally {
            OpenSshServer.run(
                    "sh",
                    "-c",
                    "rm -f /etc/sudoers.d/%1$s; userdel -r %1$s 2>/dev/null || true"
                            .formatted(USER));
        }
    }

    private static CompletableFuture<Optional<TaskSettled>> talk(HostConversation conversation) {
        return CompletableFuture.supplyAsync(
                () -> talked(conversation), task -> Thread.ofVirtual().start(task));
    }

    private static Optional<TaskSettled> talked(HostConversation conversation) {
        try {
            return conversation.talk();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
