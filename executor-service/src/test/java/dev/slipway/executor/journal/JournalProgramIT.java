package dev.slipway.executor.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Part;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@Execution(ExecutionMode.CONCURRENT)
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ValueSource(strings = {"dash", "bash", "busybox"})
class JournalProgramIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final String shell;

    private final Path root;

    private final LocalHost host;

    JournalProgramIT(String shell, @TempDir Path root) {
        this.shell = shell;
        this.root = root;
        this.host = prepare();
    }

    private LocalHost prepare() {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "skipped: the journal's program works as root only");
        assumeTrue(
                Stream.of("/usr/bin/", "/bin/").anyMatch(dir -> Files.exists(Path.of(dir + shell))),
                () -> "skipped: " + shell + " is not installed (apt-get install " + shell + ")");
        return new LocalHost(shell, root.resolve("state"));
    }

    @Test
    void runsStepsInOrderAndReportsExitCodesOutputAndFacts() throws IOException {
        Order order =
                Orders.fresh()
                        .with(
                                command(
                                                "hello",
                                                "echo \"$WHO\"; printf 'a\\000b'; echo to-stderr >&2")
                                        .withEnvironment(Map.of("WHO", "it's $me; `x` \"y\"\nz")),
                                command("fact", "echo 42; echo aside >&2").asFact("answer"),
                                command("skipped", "exit 9").unless("true"),
                                command("needed", "cat >&2; echo ran").unless("false"),
                                new Step.Read("read", RemotePath.of(root + "/there"), "there", 100),
                                new Step.Read("none", RemotePath.of(root + "/none"), "none", 100));
        Files.writeString(root.resolve("there"), "content\n");
        try (var delivery = host.deliver(order)) {
            assertThat(delivery.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(delivery.output())
                    .isEqualTo("it's $me; `x` \"y\"\nz\na\0bto-stderr\naside\nran\n");
            assertThat(delivery.outcomes())
                    .containsExactly(
                            "1 SUCCEEDED",
                            "2 SUCCEEDED",
                            "3 SKIPPED",
                            "4 SUCCEEDED",
                            "5 SUCCEEDED",
                            "6 SUCCEEDED");
            assertThat(delivery.fact(2)).hasValue("42\n");
            assertThat(delivery.fact(5)).hasValue("content\n");
            assertThat(delivery.fact(6)).isEmpty();
        }
        assertThat(host.entry(order))
                .satisfies(entry ->
                        assertThat(
                                        PosixFilePermissions.toString(
                                                Files.getPosixFilePermissions(entry)))
                                .isEqualTo("rwx------"));
    }

    private static final byte[] LENT =
            ("#!/bin/sh\n" + "# filler\n".repeat(20_000) + "echo lent\n").getBytes(UTF_8);

    private static Part.Content lent() {
        return new Part.Content(ContentDigest.ofBytes(LENT), LENT.length);
    }

    @Test
    void lendsAFileToAScriptAndLeavesNothingOfItBehind() throws IOException {
        Path place = root.resolve("place");
        Order order =
                Orders.fresh()
                        .with(
                                command(
                                                "lent",
                                                "ls -l \"$SLIPWAY_FILE\" | cut -c1-10; echo \"$SLIPWAY_FILE\" >'%s'; sh \"$SLIPWAY_FILE\""
                                                        .formatted(place))
                                        .withFile(lent()));
        try (var early = host.deliver(order)) {
            assertThatThrownBy(early::end).hasMessageContaining("the channel ended");
            assertThat(host.entry(order).resolve("claim.1")).doesNotExist();
        }
        assertThat(host.bring(lent(), LENT)).isInstanceOf(ContentProgram.Answer.Kept.class);

        try (var delivery = host.deliver(order)) {
            assertThat(delivery.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(delivery.output()).isEqualTo("-rwx------\nlent\n");
        }

        assertThat(host.content(lent().digest())).doesNotExist();
        assertThat(Path.of(Files.readString(place).strip())).doesNotExist();
    }

    @Test
    void takesALentFileFromATaskThatIsCancelled() throws IOException {
        Order order =
                Orders.fresh()
                        .with(command("lent", "echo \"$SLIPWAY_FILE\"; sleep 60").withFile(lent()));
        host.bring(lent(), LENT);
        Path place;
        try (var running = host.deliver(order)) {
            running.await(Frame.Output.class);
            place = Path.of(running.output().strip());
            assertThat(place).exists();
            try (var cancel = host.cancel(order)) {
                assertThat(cancel.outcome()).startsWith("CANCELLED");
            }
        }
        await().atMost(LONG).until(() -> !Files.exists(place));
        assertThat(host.content(lent().digest())).doesNotExist();

        host.bring(lent(), LENT);
        Order never = Orders.fresh().with(command("lent", "true").withFile(lent()));
        try (var cancel = host.cancel(never)) {
            assertThat(cancel.outcome()).startsWith("NOT_STARTED");
        }
        assertThat(host.content(lent().digest())).as("brought for nothing").doesNotExist();
    }

    @Test
    void refusesALentFileThatIsNotWhatItShouldBe() throws IOException {
        host.bring(lent(), LENT);
        Files.writeString(host.content(lent().digest()), "echo other\n");
        Order order = Orders.fresh().with(command("lent", "true").withFile(lent()));

        try (var delivery = host.deliver(order)) {
            assertThat(delivery.await(Frame.Refused.class).toString())
                    .contains("CHECKSUM_MISMATCH");
        }
        assertThat(host.content(lent().digest())).doesNotExist();
    }

    @Test
    void putsFilesAtomicallyAndLeavesAloneWhatIsAsAsked() throws IOException {
        var secret = MaterialName.of("pki/ca.key");
        RemotePath path = RemotePath.of(root + "/new dir/it's here");
        Order order =
                Orders.fresh()
                        .with(
                                new Step.Put(
                                        "put",
                                        path,
                                        List.of(new Part.Literal("a\n"), new Part.Material(secret)),
                                        0640,
                                        "root:root"),
                                new Step.Put(
                                        "again",
                                        path,
                                        List.of(new Part.Literal("a\n"), new Part.Material(secret)),
                                        0640,
                                        "root:root"),
                                new Step.Put(
                                        "other-mode",
                                        path,
                                        List.of(new Part.Literal("a\n"), new Part.Material(secret)),
                                        0600,
                                        "root:root"));
        try (var delivery =
                host.deliver(order, Map.of(secret, new byte[] {0, 1, '\n', (byte) 0xff}))) {
            assertThat(delivery.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(delivery.outcomes())
                    .containsExactly("1 SUCCEEDED", "2 SKIPPED", "3 SUCCEEDED");
        }
        assertThat(Files.readAllBytes(Path.of(path.value())))
                .isEqualTo(new byte[] {'a', '\n', 0, 1, '\n', (byte) 0xff});
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(Path.of(path.value()))))
                .isEqualTo("rw-------");
    }

    @Test
    void givesMaterialsAsFilesInMemoryAndRemovesThemAtTheEnd() {
        var token = MaterialName.of("token/bootstrap");
        Order order =
                Orders.fresh()
                        .with(
                                command(
                                                "use",
                                                "echo $TOKEN; ls -ln $TOKEN | cut -c1-10; cat $TOKEN | wc -c")
                                        .withMaterialFile("TOKEN", token));
        try (var delivery = host.deliver(order, Map.of(token, "s3cret".getBytes(UTF_8)))) {
            assertThat(delivery.outcome()).isEqualTo("SUCCEEDED -");
            String[] lines = delivery.output().split("\n");
            assertThat(lines[0]).matches("(/run|/dev/shm)/slipway/.*/m\\.1");
            assertThat(lines[1]).isEqualTo("-rw-------");
            assertThat(lines[2].strip()).isEqualTo("6");
            assertThat(Path.of(lines[0])).doesNotExist();
            await().atMost(LONG)
                    .untilAsserted(() -> assertThat(Path.of(lines[0]).getParent()).doesNotExist());
        }
        assertThat(secretsBelow(root.resolve("state"), "s3cret")).isEmpty();
    }

    @Test
    void tellsFailureSignalAndTimeoutsApart() {
        assertThat(outcomeOf(command("fail", "echo why; exit 3")))
                .isEqualTo("FAILED COMMAND_FAILED");
        assertThat(outcomeOf(command("killed", "kill -9 $$"))).isEqualTo("FAILED COMMAND_KILLED");
        assertThat(outcomeOf(command("own-word", "exit 255"))).isEqualTo("FAILED COMMAND_FAILED");
        assertThat(outcomeOf(Step.Command.of("slow", "sleep 60", Duration.ofMillis(300))))
                .isEqualTo("FAILED STEP_TIMEOUT");
        assertThat(
                        outcomeOf(
                                new Step.Await(
                                        "never",
                                        "echo looking; false",
                                        Duration.ofMillis(100),
                                        Duration.ofMillis(500),
                                        ReasonCode.NODE_NOT_READY)))
                .isEqualTo("FAILED AWAIT_TIMEOUT");
        assertThat(
                        outcomeOf(
                                command("big", "dd if=/dev/zero bs=5000 count=1 2>/dev/null")
                                        .asFact("big")))
                .isEqualTo("FAILED OUTPUT_LIMIT");
        Order order =
                Orders.fresh().within(Duration.ofMillis(400)).with(command("slow", "sleep 60"));
        try (var delivery = host.deliver(order)) {
            assertThat(delivery.outcome()).isEqualTo("FAILED TASK_TIMEOUT");
        }
    }

    @Test
    void awaitsWhatBecomesTrueAndShowsTheLastLook() {
        Order order =
                Orders.fresh()
                        .with(
                                new Step.Await(
                                        "third",
                                        "echo x >>%s/looks; echo look; [ $(wc -l <%s/looks) -ge 3 ]"
                                                .formatted(root, root),
                                        Duration.ofMillis(100),
                                        Duration.ofSeconds(20),
                                        ReasonCode.AWAIT_TIMEOUT));
        try (var delivery = host.deliver(order)) {
            assertThat(delivery.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(delivery.output()).isEqualTo("look\n");
        }
    }

    @Test
    void endsChildrenInTheirOwnSessionsWithTheStep() {
        Order order =
                Orders.fresh()
                        .with(
                                Step.Command.of(
                                        "escapee",
                                        "setsid sleep %1$s & trap '' TERM; sleep %1$s"
                                                .formatted(nap(71717)),
                                        Duration.ofMillis(500)));
        try (var delivery = host.deliver(order)) {
            assertThat(delivery.outcome()).isEqualTo("FAILED STEP_TIMEOUT");
        }
        assertThat(sleepers(71717)).isEmpty();
    }

    @Test
    void runsOnceHoweverOftenItIsDelivered() {
        Order order =
                Orders.fresh().with(command("once", "echo ran >>%s/runs; sleep 1".formatted(root)));
        List<LocalHost.Delivery> deliveries =
                Stream.generate(() -> host.deliver(order)).limit(6).toList();
        assertThat(deliveries).allSatisfy(d -> assertThat(d.outcome()).isEqualTo("SUCCEEDED -"));
        try (var later = host.deliver(order)) {
            assertThat(later.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(later.seen).contains(new Frame.Claimed(true));
        }
        assertThat(root.resolve("runs")).hasContent("ran\n");
        deliveries.forEach(LocalHost.Delivery::close);
    }

    @Test
    void goesOnWithoutItsConnectionAndIsAttachedTo() {
        Order order =
                Orders.fresh()
                        .with(
                                command(
                                        "long",
                                        "echo begin; until [ -e %s/go ]; do sleep 0.1; done; echo end"
                                                .formatted(root)));
        try (var first = host.deliver(order)) {
            first.await(Frame.Output.class);
        }
        touch("go");
        try (var second = host.deliver(order)) {
            assertThat(second.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(second.output()).isEqualTo("begin\nend\n");
            assertThat(second.seen).contains(new Frame.Claimed(true));
        }
    }

    @Test
    void fencesLowerAttempts() {
        Orders orders = Orders.fresh();
        Order first = orders.with(command("long", "echo up; sleep " + nap(72727)));
        Order second = orders.attempt(2, AttemptKind.FRESH).with(command("long", "echo second"));
        try (var running = host.deliver(first);
                var later = host.deliverAfterStart(running, second)) {
            assertThat(later.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(running.outcome()).isEqualTo("CANCELLED ORDER_FENCED");
        }
        assertThat(sleepers(72727)).isEmpty();
        try (var replayed = host.deliver(first)) {
            assertThat(replayed.outcome()).isEqualTo("CANCELLED ORDER_FENCED");
        }
    }

    @Test
    void neverStartsAnAttemptBelowAFinishedOne() {
        Orders orders = Orders.fresh();
        try (var third =
                host.deliver(orders.attempt(3, AttemptKind.FRESH).with(command("a", "true")))) {
            assertThat(third.outcome()).isEqualTo("SUCCEEDED -");
        }
        try (var late =
                host.deliver(
                        orders.attempt(2, AttemptKind.FRESH)
                                .with(command("a", "touch %s/ran".formatted(root))))) {
            assertThat(late.outcome()).isEqualTo("NOT_STARTED ORDER_FENCED");
        }
        assertThat(root.resolve("ran")).doesNotExist();
    }

    @Test
    void adoptsAFinishedResult() {
        Orders orders = Orders.fresh();
        Step step =
                command("once", "echo ran | tee -a %s/runs; echo 7 >&2".formatted(root))
                        .asFact("n");
        try (var first = host.deliver(orders.with(step))) {
            assertThat(first.outcome()).isEqualTo("SUCCEEDED -");
        }
        try (var second = host.deliver(orders.attempt(2, AttemptKind.ADOPT).with(step))) {
            assertThat(second.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(second.output()).isEqualTo("7\n");
            assertThat(second.fact(1)).hasValue("ran\n");
            assertThat(second.outcomes()).containsExactly("1 SUCCEEDED");
        }
        assertThat(root.resolve("runs")).hasContent("ran\n");
    }

    @Test
    void adoptsFinishedStepsAndRepeatsTheInterruptedOneOnlyIfItMay() {
        for (boolean rerunnable : List.of(true, false)) {
            Orders orders = Orders.fresh();
            Path runs = root.resolve("runs-" + rerunnable);
            Step one = command("one", "echo one >>" + runs);
            Step.Command two =
                    command(
                            "two",
                            "echo two >>%s; [ -e %s/go ] || sleep %s"
                                    .formatted(runs, root, nap(73737)));
            Order first = orders.with(one, rerunnable ? two.withRerun() : two);
            Order second =
                    orders.attempt(2, AttemptKind.ADOPT)
                            .with(one, rerunnable ? two.withRerun() : two);
            try (var _ = host.deliver(first)) {
                await().atMost(LONG).untilAsserted(() -> assertThat(runs).hasContent("one\ntwo\n"));
                touch("go");
                try (var adopting = host.deliver(second)) {
                    assertThat(adopting.outcome())
                            .isEqualTo(rerunnable ? "SUCCEEDED -" : "INTERRUPTED INTERRUPTED");
                }
            }
            assertThat(runs).hasContent(rerunnable ? "one\ntwo\ntwo\n" : "one\ntwo\n");
            delete("go");
        }
    }

    @Test
    void seesARebootAndContinuesOnlyWithWhatMayBeRepeated() throws IOException {
        for (boolean rerunnable : List.of(true, false)) {
            Path runs = root.resolve("boots-" + rerunnable);
            Step.Command step =
                    command(
                            "step",
                            "echo x >>%s; [ -e %s/go ] || sleep %s"
                                    .formatted(runs, root, nap(74747)));
            Order order = Orders.fresh().with(rerunnable ? step.withRerun() : step);
            try (var _ = host.deliver(order)) {
                await().atMost(LONG).untilAsserted(() -> assertThat(runs).hasContent("x\n"));
            }
            Path claim = host.entry(order).resolve("claim.1");
            String[] owner = Files.readString(claim).split(" ");
            end(owner[3]);
            // As after a reboot: the owner's boot id is another one.
            Files.writeString(claim, Files.readString(claim).replace(owner[2], "another-boot"));
            touch("go");
            try (var after = host.deliver(order)) {
                assertThat(after.outcome())
                        .isEqualTo(rerunnable ? "SUCCEEDED -" : "INTERRUPTED INTERRUPTED");
            }
            assertThat(runs).hasContent(rerunnable ? "x\nx\n" : "x\n");
            assertThat(sleepers(74747)).isEmpty();
            delete("go");
        }
    }

    @Test
    void endsAsTheLastStepDidWhereOnlyTheResultIsMissing() throws IOException {
        Path runs = root.resolve("runs");
        Order order = Orders.fresh().with(command("a", "echo x >>%s; exit 3".formatted(runs)));
        try (var first = host.deliver(order)) {
            assertThat(first.outcome()).isEqualTo("FAILED COMMAND_FAILED");
        }
        Path entry = host.entry(order);
        Path claim = entry.resolve("claim.1");
        String events = Files.readString(entry.resolve("events"));
        for (var left :
                Map.of(
                                "done 1 failed 3 1\n", "FAILED COMMAND_FAILED",
                                "done 1 failed - 1\n", "FAILED COMMAND_KILLED",
                                "done 1 interrupted - 0\n", "INTERRUPTED INTERRUPTED",
                                "done 1 fai", "INTERRUPTED INTERRUPTED")
                        .entrySet()) {
            // As after a power cut before the result was written.
            Files.deleteIfExists(entry.resolve("result"));
            Files.deleteIfExists(entry.resolve("claim.2"));
            Files.writeString(
                    claim, Files.readString(claim).replaceAll("run \\S+", "run another-boot"));
            Files.writeString(
                    entry.resolve("events"),
                    events.substring(0, events.indexOf("done")) + left.getKey());
            try (var after = host.deliver(order)) {
                assertThat(after.outcome()).as(left.getKey()).isEqualTo(left.getValue());
            }
        }
        assertThat(runs).hasContent("x\n");
    }

    @Test
    void cancelsWhatRunsAndWhatHasNotStarted() {
        Order running = Orders.fresh().with(command("long", "echo up; sleep " + nap(75757)));
        try (var delivery = host.deliver(running)) {
            delivery.await(Frame.Output.class);
            try (var cancelling = host.cancel(running)) {
                assertThat(cancelling.outcome()).isEqualTo("CANCELLED RUN_CANCELLED");
                assertThat(cancelling.output()).isEqualTo("up\n");
            }
            assertThat(delivery.outcome()).isEqualTo("CANCELLED RUN_CANCELLED");
        }
        assertThat(sleepers(75757)).isEmpty();

        Order waiting = Orders.fresh().with(command("a", "touch %s/ran".formatted(root)));
        try (var cancelling = host.cancel(waiting)) {
            assertThat(cancelling.outcome()).isEqualTo("NOT_STARTED RUN_CANCELLED");
        }
        try (var late = host.deliver(waiting)) {
            assertThat(late.outcome()).isEqualTo("NOT_STARTED RUN_CANCELLED");
        }
        assertThat(root.resolve("ran")).doesNotExist();
    }

    @Test
    void reportsAFinishedResultToACancel() {
        Orders orders = Orders.fresh();
        try (var done = host.deliver(orders.with(command("a", "echo done")))) {
            assertThat(done.outcome()).isEqualTo("SUCCEEDED -");
        }
        try (var cancelling =
                host.cancel(orders.attempt(2, AttemptKind.CANCEL).with(command("a", "true")))) {
            assertThat(cancelling.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(cancelling.output()).isEqualTo("done\n");
        }
    }

    @Test
    void neitherAdoptsNorReportsWhatHappenedBeforeARetry() {
        Orders orders = Orders.fresh();
        Step mended = command("a", "test -e %s/mended; echo well".formatted(root));
        try (var failed = host.deliver(orders.with(mended))) {
            assertThat(failed.outcome()).isEqualTo("FAILED COMMAND_FAILED");
        }
        touch("mended");
        try (var cancelling =
                host.cancel(orders.attempt(2, AttemptKind.FRESH).retriedWith(2).with(mended))) {
            assertThat(cancelling.outcome()).isEqualTo("NOT_STARTED RUN_CANCELLED");
        }
        try (var adopting =
                host.deliver(orders.attempt(3, AttemptKind.ADOPT).retriedWith(2).with(mended))) {
            assertThat(adopting.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(adopting.output()).isEqualTo("well\n");
        }
    }

    @Test
    void doesNotStartALateOrderNorLetItStartLater() {
        Orders orders = Orders.fresh().startingBy(Instant.now().minusSeconds(5));
        Step step = command("a", "touch %s/ran".formatted(root));
        try (var late = host.deliver(orders.with(step))) {
            assertThat(late.outcome()).isEqualTo("NOT_STARTED ORDER_EXPIRED");
        }
        try (var again =
                host.deliver(orders.startingBy(Instant.now().plusSeconds(60)).with(step))) {
            assertThat(again.outcome()).isEqualTo("NOT_STARTED ORDER_EXPIRED");
        }
        assertThat(root.resolve("ran")).doesNotExist();
    }

    @Test
    void letsOneTaskAtATimeChangeTheHost() {
        Path marks = root.resolve("marks");
        Step step =
                command("alone", "echo in >>%s; sleep 0.4; echo out >>%s".formatted(marks, marks));
        List<LocalHost.Delivery> deliveries =
                Stream.generate(() -> host.deliver(Orders.fresh().with(step))).limit(4).toList();
        assertThat(deliveries).allSatisfy(d -> assertThat(d.outcome()).isEqualTo("SUCCEEDED -"));
        assertThat(marks).hasContent("in\nout\n".repeat(4));
        deliveries.forEach(LocalHost.Delivery::close);
    }

    @Test
    void letsNoOtherTaskChangeTheHostWhileACancelledStepRefusesToEnd() {
        Path pid = root.resolve("pid");
        Order stubborn =
                Orders.fresh()
                        .with(
                                command(
                                        "stubborn",
                                        "trap '' TERM; echo $$ >%s; echo up; while :; do sleep 1; done"
                                                .formatted(pid)));
        Order other =
                Orders.fresh()
                        .with(
                                command(
                                        "other",
                                        "if grep -qs '^State:.[RSDT]' /proc/$(cat %s)/status; then echo beside; else echo alone; fi"
                                                .formatted(pid)));
        try (var delivery = host.deliver(stubborn)) {
            delivery.await(Frame.Output.class);
            try (var cancelling = host.cancel(stubborn);
                    var next = host.deliver(other)) {
                assertThat(next.outcome()).isEqualTo("SUCCEEDED -");
                assertThat(next.output()).isEqualTo("alone\n");
                assertThat(cancelling.outcome()).isEqualTo("CANCELLED RUN_CANCELLED");
            }
        }
    }

    @Test
    void removesTheSecretsOfACrashedProgramWithTheNextOne() throws IOException {
        var token = MaterialName.of("token/bootstrap");
        Order order =
                Orders.fresh()
                        .with(
                                command("use", "echo $TOKEN; sleep " + nap(76767))
                                        .withMaterialFile("TOKEN", token));
        Path file;
        try (var running = host.deliver(order, Map.of(token, "s3cret".getBytes(UTF_8)))) {
            running.await(Frame.Output.class);
            file = Path.of(running.output().strip());
        }
        assertThat(file).exists();
        end(Files.readString(host.entry(order).resolve("claim.1")).split(" ")[3]);
        try (var other = host.deliver(Orders.fresh().with(command("a", "true")))) {
            other.end();
        }
        assertThat(file).doesNotExist();
        try (var again = host.deliver(order, Map.of(token, "s3cret".getBytes(UTF_8)))) {
            assertThat(again.outcome()).isEqualTo("INTERRUPTED INTERRUPTED");
        }
        assertThat(sleepers(76767)).isEmpty();
    }

    @Test
    void tellsAFullAndAReadOnlyDisk() {
        Path disk = root.resolve("disk");
        run("mkdir -p %s && mount -t tmpfs -o size=256k tmpfs %s".formatted(disk, disk));
        try {
            var small = new LocalHost(shell, disk.resolve("state"));
            try (var filling =
                    small.deliver(
                            Orders.fresh()
                                    .with(
                                            command(
                                                    "fill",
                                                    "dd if=/dev/zero of=%s/fill bs=4k 2>&1"
                                                            .formatted(disk))))) {
                assertThat(filling.outcome()).isEqualTo("FAILED DISK_FULL");
            }
            run(
                    "dd if=/dev/zero of=%s/fill2 bs=1 count=100000 2>/dev/null || true"
                            .formatted(disk));
            try (var full = small.deliver(Orders.fresh().with(command("a", "true")))) {
                assertThat(full.await(Frame.Refused.class).reason()).isEqualTo("DISK_FULL");
            }
            run("rm %s/fill*; mount -o remount,ro %s".formatted(disk, disk));
            try (var readOnly = small.deliver(Orders.fresh().with(command("a", "true")))) {
                assertThat(readOnly.await(Frame.Refused.class).reason())
                        .isEqualTo("DISK_READ_ONLY");
            }
            Step put = Step.Put.text("put", RemotePath.of(disk + "/file"), "text");
            assertThat(outcomeOf(put)).isEqualTo("FAILED DISK_READ_ONLY");
        } finally {
            run("umount " + disk);
        }
    }

    private String outcomeOf(Step step) {
        try (var delivery = host.deliver(Orders.fresh().with(step))) {
            return delivery.outcome();
        }
    }

    private static Step.Command command(String name, String script) {
        return Step.Command.of(name, script, LONG);
    }

    private void touch(String name) {
        run("touch %s/%s".formatted(root, name));
    }

    private void delete(String name) {
        run("rm %s/%s".formatted(root, name));
    }

    private static List<String> secretsBelow(Path directory, String secret) {
        return run("grep -rlF '%s' %s || true".formatted(secret, directory)).lines().toList();
    }

    /// How long a step sleeps that is not meant to wake up: its own number for each shell, by which
    /// its process is found.
    private String nap(int seconds) {
        return seconds + "." + shell.chars().sum();
    }

    private List<String> sleepers(int seconds) {
        return ProcessHandle.allProcesses()
                .filter(p ->
                        p.info().arguments().stream()
                                .flatMap(Stream::of)
                                .anyMatch(nap(seconds)::equals))
                .map(p -> p.pid() + "")
                .toList();
    }

    /// Ends the program with everything it started, as a power cut would; by its id.
    private static void end(String pid) {
        ProcessHandle program = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        List<ProcessHandle> children = program.descendants().toList();
        program.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        await().atMost(LONG).until(() -> !program.isAlive());
    }

    private static String run(String script) {
        try {
            Process process =
                    new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
