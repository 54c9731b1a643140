package dev.slipway.executor.task;

import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.event.TaskResult.StepResult;
import dev.slipway.contracts.event.TaskResult.TaskSettled;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.StepOutcome;
import dev.slipway.contracts.outcome.TaskOutcome;
import dev.slipway.executor.journal.AuthorityProgram;
import dev.slipway.executor.ssh.RootChannel;
import dev.slipway.executor.ssh.SshFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Brings a cluster's authority from its host to the certificate service. The files are in this
/// executor's memory between the one and the other and nowhere else: neither in output nor in the
/// result. Depositing the same twice is depositing it.
final class DepositConversation extends RepeatableConversation {

    /// Who takes the files.
    interface Counter {
        /// @return whether somebody answered before it was too late to settle
        /// @throws ProblemFailure if they are refused
        boolean deposit(Map<MaterialName, byte[]> files) throws InterruptedException;
    }

    private final DepositWork work;
    private final Order order;
    private final HostConversation.Surroundings around;
    private final Counter counter;
    private volatile Optional<RootChannel> open = Optional.empty();

    /// @param redelivered whether an earlier delivery may have started the attempt
    DepositConversation(
            DepositWork work,
            boolean redelivered,
            HostConversation.Surroundings around,
            Counter counter) {
        super(work.order(), redelivered, around);
        this.work = work;
        this.order = work.order();
        this.around = around;
        this.counter = counter;
    }

    @Override
    Optional<TaskSettled> steps(Instant begun) throws InterruptedException {
        Instant until = begun.plus(work.step().timeout());
        Instant last = until.isBefore(order.times().settleBy()) ? until : order.times().settleBy();
        return insist(() -> handOver(read()), around.config().ssh().connectAttempts(), last)
                .map(end -> settled(end, begun));
    }

    private AuthorityProgram.Found read() {
        try (RootChannel channel = around.shell().open(order.host(), work.access())) {
            open = Optional.of(channel);
            AuthorityProgram.start(channel.input(), work.step().folder());
            return AuthorityProgram.read(channel.output());
        } catch (IOException e) {
            throw new SshFailure(
                    ReasonCode.SESSION_LOST,
                    "cannot read %s on %s (%s): %s"
                            .formatted(
                                    work.step().folder(),
                                    order.host().address(),
                                    e.getMessage(),
                                    ReasonCode.SESSION_LOST.advice()),
                    e);
        } finally {
            open = Optional.empty();
        }
    }

    private Optional<End> handOver(AuthorityProgram.Found found) throws InterruptedException {
        if (!found.missing().isEmpty()) {
            return Optional.of(
                    End.failed(
                            ReasonCode.AUTHORITY_UNUSABLE,
                            "%s has no %s below %s: %s"
                                    .formatted(
                                            order.host().address(),
                                            found.missing().stream()
                                                    .map(file -> "\"" + file + "\"")
                                                    .collect(Collectors.joining(", ")),
                                            work.step().folder(),
                                            ReasonCode.AUTHORITY_UNUSABLE.advice())));
        }
        try {
            return counter.deposit(found.files())
                    ? Optional.of(End.succeeded(List.of()))
                    : Optional.empty();
        } catch (ProblemFailure e) {
            return Optional.of(
                    End.failed(
                            e.code(),
                            "the certificate service does not take the authority of %s: %s: %s"
                                    .formatted(
                                            order.host().address(),
                                            e.problem().detail(),
                                            e.problem().advice())));
        }
    }

    private TaskSettled settled(End ended, Instant begun) {
        boolean failed = ended.reason().isPresent();
        if (isCancelled() && failed) {
            return cancelled(List.of(), Duration.ZERO);
        }
        // It prints nothing, and says so: whoever waits for output knows that none is missing.
        new OutputChunks(TaskWork.ref(order), List.of(), around.reporter()::output).end();
        Duration took = Duration.between(begun, now());
        return settled(
                failed ? TaskOutcome.FAILED : TaskOutcome.SUCCEEDED,
                ended,
                List.of(
                        new StepResult(
                                work.step().name(),
                                failed ? StepOutcome.FAILED : StepOutcome.SUCCEEDED,
                                Optional.empty(),
                                Optional.of(begun),
                                took)),
                took);
    }

    @Override
    void letGo() {
        open.ifPresent(RootChannel::close);
    }
}
