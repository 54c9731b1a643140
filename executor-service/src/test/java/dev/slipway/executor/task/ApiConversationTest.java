package dev.slipway.executor.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.event.OutputChunk;
import dev.slipway.contracts.event.TaskResult.StepResult;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.event.TaskResult.TaskStarted;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.KubeCredential;
import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.TestConfig;
import dev.slipway.executor.journal.JournalProgram;
import dev.slipway.executor.journal.Orders;
import dev.slipway.executor.kube.KubeApi;
import dev.slipway.executor.ssh.HostAccess;
import dev.slipway.executor.ssh.SshFailure;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ApiConversationTest {
    private static final HostAccess ACCESS =
            new HostAccess(new SshCredential.Password("pw"), Optional.empty());
    private static final KubeCredential CREDENTIAL = new KubeCredential("ca", "crt", "key");

    private final List<TaskStarted> started = new ArrayList<>();
    private final StringBuilder printed = new StringBuilder();
    private final Deque<Object> answers = new ArrayDeque<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private int opened;
    private int closed;

    private final TaskReporter reporter =
            new TaskReporter() {
                @Override
                public void output(OutputChunk chunk) {
                    printed.append(
                            chunk.last()
                                    ? "(end)"
                                    : "[%s@%d]%s"
                                            .formatted(chunk.step(), chunk.offset(), chunk.text()));
                }

                @Override
                public void started(TaskStarted news) {
                    started.add(news);
                }

                @Override
                public void settled(TaskSettled settled) {}
            };

    private final Pace pace =
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

    private static Step kube(String name) {
        return new Step.Kube(
                name,
                new HostAddress("10.0.0.1", 6443),
                new KubeRequest.Usage(),
                Duration.ofSeconds(30));
    }

    private ApiConversation conversation(Order order, boolean redelivered) {
        var around =
                new HostConversation.Surroundings(
                        (_, _) -> {
                            throw new AssertionError("nothing runs on the host");
                        },
                        (_, _, _, credential) -> {
                            assertThat(credential).isEqualTo(CREDENTIAL);
                            opened++;
                            return new Scripted();
                        },
                        JournalProgram.standard(),
                        reporter,
                        TestConfig.defaults(),
                        pace,
                        new ContentCourier(
                                new MadeUpSupplies(),
                                (_, _) -> {
                                    throw new AssertionError("no file is named");
                                },
                                pace,
                                1));
        return new ApiConversation(
                new ApiWork(order, ACCESS, Map.of(KubeIdentity.VIEW, CREDENTIAL)),
                redelivered,
                around);
    }

    /// Gives the next answer: lines, a failure, or none until it is called away.
    private final class Scripted implements KubeApi {
        @Override
        @SuppressWarnings("unchecked")
        public List<String> ask(KubeRequest request, Terms terms) {
            asked.countDown();
            Object next = answers.remove();
            if (next instanceof SshFailure failure) {
                throw failure;
            }
            if (next instanceof CountDownLatch never) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new SshFailure(ReasonCode.SESSION_LOST, "called away", e);
                }
            }
            return (List<String>) next;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private static SshFailure failure(ReasonCode reason) {
        return new SshFailure(reason, "cannot do it");
    }

    @Test
    void tellsEachStepsLinesAndHowItEnded() throws Exception {
        answers.add(List.of("{\"a\":1}", "{\"a\":2}"));
        answers.add(List.of("{\"b\":1}"));

        TaskSettled settled =
                conversation(Orders.fresh().with(kube("first"), kube("second")), false)
                        .talk()
                        .orElseThrow();

        assertThat(settled.outcome()).isEqualTo(TaskOutcome.SUCCEEDED);
        assertThat(settled.steps())
                .extracting(StepResult::outcome)
                .containsExactly(StepOutcome.SUCCEEDED, StepOutcome.SUCCEEDED);
        assertThat(printed)
                .hasToString("[first@0]{\"a\":1}\n[first@8]{\"a\":2}\n[second@16]{\"b\":1}\n(end)");
        assertThat(started).hasSize(1).allMatch(s -> !s.attached());
        assertThat(opened).isEqualTo(2).isEqualTo(closed);
    }

    @Test
    void asksAgainWhereTroublePassesAndPrintsOnce() throws Exception {
        answers.add(failure(ReasonCode.SESSION_LOST));
        answers.add(failure(ReasonCode.HOST_UNREACHABLE));
        answers.add(List.of("{}"));

        TaskSettled settled =
                conversation(Orders.fresh().with(kube("ask")), true).talk().orElseThrow();

        assertThat(settled.outcome()).isEqualTo(TaskOutcome.SUCCEEDED);
        assertThat(printed).hasToString("[ask@0]{}\n(end)");
        assertThat(started).allMatch(TaskStarted::attached);
        assertThat(opened).isEqualTo(3).isEqualTo(closed);
    }

    @Test
    void endsAtTheFirstFailureThatStays() throws Exception {
        answers.add(failure(ReasonCode.API_UNREACHABLE));

        TaskSettled settled =
                conversation(Orders.fresh().with(kube("ask"), kube("more")), false)
                        .talk()
                        .orElseThrow();

        assertThat(settled.outcome()).isEqualTo(TaskOutcome.FAILED);
        assertThat(settled.reason()).contains(ReasonCode.API_UNREACHABLE);
        assertThat(settled.steps())
                .extracting(StepResult::outcome)
                .containsExactly(StepOutcome.FAILED, StepOutcome.NOT_RUN);
        assertThat(opened).isEqualTo(1);
    }

    @Test
    void givesUpAfterAsManyTriesAsAHostGets() throws Exception {
        for (int i = 0; i < 9; i++) {
            answers.add(failure(ReasonCode.CONNECT_TIMEOUT));
        }

        TaskSettled settled =
                conversation(Orders.fresh().with(kube("ask")), false).talk().orElseThrow();

        assertThat(settled.reason()).contains(ReasonCode.CONNECT_TIMEOUT);
        assertThat(opened).isEqualTo(TestConfig.defaults().ssh().connectAttempts());
    }

    @Test
    void startsNothingTooLateUnlessItMayHaveStarted() throws Exception {
        Orders late = Orders.fresh().startingBy(Instant.now().minusSeconds(1));

        TaskSettled settled = conversation(late.with(kube("ask")), false).talk().orElseThrow();

        assertThat(settled.outcome()).isEqualTo(TaskOutcome.NOT_STARTED);
        assertThat(settled.reason()).contains(ReasonCode.ORDER_EXPIRED);
        assertThat(opened).isZero();
        answers.add(List.of("{}"));
        assertThat(conversation(late.with(kube("ask")), true).talk().orElseThrow().outcome())
                .isEqualTo(TaskOutcome.SUCCEEDED);
    }

    @Test
    void asksNothingForAnOrderThatCancels() throws Exception {
        Order order = Orders.fresh().attempt(2, AttemptKind.CANCEL).with(kube("ask"));

        TaskSettled settled = conversation(order, false).talk().orElseThrow();

        assertThat(settled.outcome()).isEqualTo(TaskOutcome.CANCELLED);
        assertThat(opened).isZero();
    }

    @Test
    void endsWhenItIsCancelledAndIsSilentWhenItIsDetached() throws Exception {
        answers.add(new CountDownLatch(1));
        var cancelled = conversation(Orders.fresh().with(kube("ask")), false);
        Thread.ofVirtual().start(() -> whenAsked(cancelled::cancel));

        assertThat(cancelled.talk().orElseThrow().outcome()).isEqualTo(TaskOutcome.CANCELLED);
        assertThat(closed).isEqualTo(1);

        answers.add(new CountDownLatch(1));
        var detached = conversation(Orders.fresh().with(kube("ask")), false);
        detached.detach();
        Thread.currentThread().interrupt();
        org.assertj.core.api.Assertions.assertThatThrownBy(detached::talk)
                .isInstanceOf(InterruptedException.class);
    }

    private void whenAsked(Runnable then) {
        try {
            asked.await();
            then.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
