package dev.slipway.executor.task;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.TestConfig;
import dev.slipway.executor.journal.JournalProgram;
import dev.slipway.executor.journal.Orders;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.RootChannel;
import dev.slipway.executor.ssh.SshFailure;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DepositConversationTest {
    private static final String WHOLE =
            String.join(
                            "",
                            Materials.AUTHORITY_FILES.stream()
                                    .map(file -> "=file %s 6\nsecret".formatted(file))
                                    .toList())
                    + "=end\n";
    private static final Step.Deposit STEP =
            new Step.Deposit(
                    "take-authority",
                    RemotePath.of("/etc/kubernetes/pki"),
                    ContentDigest.of("ab".repeat(32)),
                    Optional.empty(),
                    Duration.ofDays(365),
                    Duration.ofMinutes(5));

    /// What the host prints each time, or why it cannot be entered.
    private final Deque<Object> host = new ArrayDeque<>();

    private final List<Map<MaterialName, byte[]>> deposited = new ArrayList<>();
    private final List<TaskStarted> started = new ArrayList<>();
    private int ended;
    private Optional<ReasonCode> refusing = Optional.empty();
    private boolean silent;

    private DepositConversation conversation(Order order) {
        var pace =
                new Pace() {
                    @Override
                    public Clock clock() {
                        return Clock.systemUTC();
                    }

                    @Override
                    public void pause(Duration time) {}

                    @Override
                    public void beside(String name, Runnable work) {
                        work.run();
                    }
                };
        var around =
                new HostConversation.Surroundings(
                        (_, _) -> channel(),
                        ApiLine.NONE,
                        JournalProgram.standard(),
                        new Listening(),
                        TestConfig.defaults(),
                        pace,
                        new ContentCourier(new MadeUpSupplies(), (_, _) -> channel(), pace, 1));
        var access = new HostAccess(new SshCredential.Password("pw"), Optional.empty());
        return new DepositConversation(
                new DepositWork(order, STEP, access), false, around, this::take);
    }

    private boolean take(Map<MaterialName, byte[]> files) {
        if (refusing.isPresent()) {
            throw ProblemFailure.of(refusing.get(), 422, "ca.key does not belong to ca.crt");
        }
        deposited.add(files);
        return !silent;
    }

    private RootChannel channel() {
        Object next = host.remove();
        if (next instanceof SshFailure failure) {
            throw failure;
        }
        return new Printing((String) next);
    }

    private final class Listening implements TaskReporter {
        @Override
        public void output(OutputChunk chunk) {
            assertThat(chunk.text()).as("a secret's task prints nothing").isEmpty();
            assertThat(chunk.last()).as("and says that nothing follows").isTrue();
            ended++;
        }

        @Override
        public void started(TaskStarted news) {
            started.add(news);
        }

        @Override
        public void settled(TaskSettled settled) {}
    }

    private record Printing(String text) implements RootChannel {
        @Override
        public OutputStream input() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InputStream output() {
            return new ByteArrayInputStream(text.getBytes(US_ASCII));
        }

        @Override
        public Optional<String> newHostKey() {
            return Optional.empty();
        }

        @Override
        public void close() {}
    }

    private TaskSettled settled() throws InterruptedException {
        return conversation(Orders.fresh().with(STEP)).talk().orElseThrow();
    }

    @Test
    void bringsTheFilesAndShowsNothingOfThem() throws Exception {
        host.add(WHOLE);

        TaskSettled settled = settled();

        assertThat(settled.outcome()).isEqualTo(TaskOutcome.SUCCEEDED);
        assertThat(deposited).hasSize(1);
        assertThat(deposited.getFirst()).hasSize(Materials.AUTHORITY_FILES.size());
        assertThat(settled.toString()).doesNotContain("secret");
        assertThat(settled.facts()).isEmpty();
        assertThat(started).hasSize(1);
        assertThat(ended).isEqualTo(1);
    }

    @Test
    void comesBackWhereTheConnectionBreaks() throws Exception {
        host.add("=file ca.crt 6\nsec");
        host.add(new SshFailure(ReasonCode.HOST_UNREACHABLE, "cannot reach it"));
        host.add(WHOLE);

        assertThat(settled().outcome()).isEqualTo(TaskOutcome.SUCCEEDED);
        assertThat(deposited).hasSize(1);
    }

    @Test
    void namesTheFileThatIsMissing() throws Exception {
        host.add("=missing ca.key\n=end\n");

        TaskSettled settled = settled();

        assertThat(settled.reason()).contains(ReasonCode.AUTHORITY_UNUSABLE);
        assertThat(settled.message()).contains("\"ca.key\" below /etc/kubernetes/pki");
        assertThat(deposited).isEmpty();
    }

    @Test
    void saysWhatTheCertificateServiceSays() throws Exception {
        host.add(WHOLE);
        refusing = Optional.of(ReasonCode.AUTHORITY_UNUSABLE);

        TaskSettled settled = settled();

        assertThat(settled.outcome()).isEqualTo(TaskOutcome.FAILED);
        assertThat(settled.reason()).contains(ReasonCode.AUTHORITY_UNUSABLE);
        assertThat(settled.message()).contains("ca.key does not belong to ca.crt");
    }

    @Test
    void leavesItToTheWatchdogWhereNobodyTakesThem() throws Exception {
        host.add(WHOLE);
        silent = true;

        assertThat(conversation(Orders.fresh().with(STEP)).talk()).isEmpty();
    }

    @Test
    void readsNothingForAnOrderThatCancels() throws Exception {
        Order order = Orders.fresh().attempt(2, AttemptKind.CANCEL).with(STEP);

        assertThat(conversation(order).talk().orElseThrow().outcome())
                .isEqualTo(TaskOutcome.CANCELLED);
        assertThat(host).isEmpty();
    }
}
