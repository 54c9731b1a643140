package dev.slipway.executor.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The journal's program where PID 1 is systemd: the attempt is a transient unit there.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SystemdJournalIT {
    private static final Duration LONG = Duration.ofSeconds(60);

    private Optional<SystemdMachine> booted = Optional.empty();

    @BeforeAll
    void boot(@TempDir Path folder) throws IOException {
        SystemdMachine.missing().ifPresent(why -> assumeTrue(false, why));
        booted = SystemdMachine.boot(folder);
        assumeTrue(
                booted.isPresent(),
                "skipped: this machine makes none with systemd within it: "
                        + Files.readString(SystemdMachine.log(folder)));
    }

    @AfterAll
    void end() {
        booted.ifPresent(SystemdMachine::close);
    }

    private SystemdMachine machine() {
        return booted.orElseThrow();
    }

    private LocalHost host() {
        return LocalHost.in(machine());
    }

    @Test
    void runsTheAttemptAsAUnitOfItsOwnAndLeavesNone() {
        Order order = Orders.fresh().with(command("unit", "grep ^0:: /proc/self/cgroup"));
        try (var delivery = host().deliver(order)) {
            assertThat(delivery.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(delivery.output())
                    .matches(
                            "0::/system.slice/slipway-%s-1-[0-9]+\\.service\n"
                                    .formatted(order.task()));
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(machine().units()).isEmpty());
        try (var replayed = host().deliver(order)) {
            assertThat(replayed.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(replayed.seen).contains(new Frame.Claimed(true));
        }
        assertThat(machine().units()).isEmpty();
    }

    @Test
    void outlivesTheSessionThatStartedItAndIsAttachedTo() {
        Order order =
                Orders.fresh()
                        .with(
                                command(
                                        "long",
                                        "echo begin; until [ -e /run/go ]; do sleep 0.1; done; echo end"));
        try (var first = LocalHost.inSession(machine(), "session-1").deliver(order)) {
            first.await(Frame.Output.class);
            machine().endSession("session-1");
            await().atMost(LONG).until(first::broken);
        }
        touch("run/go");
        try (var second = host().deliver(order)) {
            assertThat(second.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(second.output()).isEqualTo("begin\nend\n");
            assertThat(second.seen).contains(new Frame.Claimed(true));
        }
    }

    @Test
    void cancelEndsEvenChildrenThatTookTheTasksMarkOff() {
        Order order =
                Orders.fresh()
                        .with(
                                command(
                                        "hidden",
                                        "setsid sleep 91919 & setsid env -i sleep 92929 & echo up; sleep 93939"));
        try (var delivery = host().deliver(order)) {
            delivery.await(Frame.Output.class);
            await().atMost(LONG).until(() -> processes("92929").size() == 1);
            try (var cancelling = host().cancel(order)) {
                assertThat(cancelling.outcome()).isEqualTo("CANCELLED RUN_CANCELLED");
                assertThat(cancelling.output()).isEqualTo("up\n");
            }
            assertThat(delivery.outcome()).isEqualTo("CANCELLED RUN_CANCELLED");
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(processes("9[123]9[123]9")).isEmpty());
        await().atMost(LONG).untilAsserted(() -> assertThat(machine().units()).isEmpty());
        assertThat(machine().run("systemctl", "is-system-running")).isEqualTo("running\n");
    }

    @Test
    void aHigherAttemptEndsTheUnitOfALowerOne() {
        Orders orders = Orders.fresh();
        Order first =
                orders.with(command("long", "setsid env -i sleep 94949 & echo up; sleep 94949"));
        Order second = orders.attempt(2, AttemptKind.FRESH).with(command("long", "echo second"));
        try (var running = host().deliver(first)) {
            running.await(Frame.Output.class);
            try (var later = host().deliver(second)) {
                assertThat(later.outcome()).isEqualTo("SUCCEEDED -");
                assertThat(later.output()).isEqualTo("second\n");
            }
            assertThat(running.outcome()).isEqualTo("CANCELLED ORDER_FENCED");
        }
        assertThat(processes("94949")).isEmpty();
        await().atMost(LONG).untilAsserted(() -> assertThat(machine().units()).isEmpty());
    }

    @Test
    void leavesNothingOfAStepBehind() {
        Order order =
                Orders.fresh().with(command("leaves", "setsid env -i sleep 95959 & echo left"));
        try (var delivery = host().deliver(order)) {
            assertThat(delivery.outcome()).isEqualTo("SUCCEEDED -");
        }
        await().atMost(LONG).untilAsserted(() -> assertThat(processes("95959")).isEmpty());
    }

    @Test
    void survivesStepsThatHaveSystemdReadItsUnitsAgainAndStartAnew() {
        Order order =
                Orders.fresh()
                        .with(
                                Step.Put.text(
                                        "unit",
                                        dev.slipway.contracts.order.RemotePath.of(
                                                "/etc/systemd/system/sleeper.service"),
                                        "[Service]\nExecStart=/bin/sleep 96969\n"),
                                command("reload", "systemctl daemon-reload"),
                                command("start", "systemctl restart sleeper"),
                                command("reexec", "systemctl daemon-reexec"),
                                command("restart", "systemctl restart sleeper"),
                                command("look", "systemctl is-active sleeper"));
        try (var delivery = host().deliver(order)) {
            assertThat(delivery.outcome()).isEqualTo("SUCCEEDED -");
            assertThat(delivery.output()).isEqualTo("active\n");
        }
        assertThat(processes("96969")).hasSize(1);
        machine().run("systemctl", "stop", "sleeper");
    }

    private static Step.Command command(String name, String script) {
        return Step.Command.of(name, script, LONG);
    }

    private void touch(String file) {
        try {
            Files.createFile(machine().root().resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Processes of any machine with such an argument.
    private static List<Long> processes(String argument) {
        return ProcessHandle.allProcesses()
                .filter(p ->
                        p.info().arguments().stream()
                                .flatMap(Stream::of)
                                .anyMatch(one -> one.matches(argument)))
                .map(ProcessHandle::pid)
                .toList();
    }
}
