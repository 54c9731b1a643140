package dev.slipway.planner.run;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The sentences in which a run says how it ended.
final class Verdicts {
    private static final int NAMED_HOSTS = 5;

    private Verdicts() {}

    static Verdict cancelled() {
        return failed(RunOutcome.CANCELLED, ReasonCode.RUN_CANCELLED, "cancelled as asked.");
    }

    /// The phase was not over by its deadline.
    static Verdict expired(PhaseState phase) {
        return failed(
                RunOutcome.FAILED,
                ReasonCode.DEADLINE_REACHED,
                "not over by its deadline (%s): %s, %d not tried."
                        .formatted(
                                phase.endsBy().map(Instant::toString).orElse("none"),
                                tally(phase),
                                phase.leftOut()));
    }

    /// A limit was reached or a control plane failed.
    static Verdict halted(PhaseState phase, ReasonCode reason) {
        return failed(RunOutcome.FAILED, reason, "halted in " + tally(phase) + ".");
    }

    /// The hosts cannot be worked on; nothing was changed.
    static Verdict refused(PhaseState phase) {
        return failed(
                RunOutcome.FAILED,
                firstReason(List.of(phase)),
                "nothing was changed: " + tally(phase) + ".");
    }

    /// All phases are over, but not good on every host.
    static Verdict partial(List<PhaseState> phases) {
        String tallies =
                phases.stream()
                        .filter(p -> p.failed() + p.unknown() > 0)
                        .map(Verdicts::tally)
                        .collect(Collectors.joining("; "));
        return failed(
                RunOutcome.FAILED, firstReason(phases), "finished elsewhere, but " + tallies + ".");
    }

    private static Verdict failed(RunOutcome outcome, ReasonCode reason, String what) {
        return new Verdict(outcome, Optional.of(reason), what + " " + reason.advice());
    }

    private static String tally(PhaseState phase) {
        var bad =
                phase.tasks().entrySet().stream()
                        .filter(e -> PhaseState.isBurned(e.getValue()))
                        .map(e -> e.getKey())
                        .toList();
        String names =
                bad.stream()
                        .limit(NAMED_HOSTS)
                        .map(HostAddress::toString)
                        .collect(Collectors.joining(", "));
        return "%s: %d of %d hosts did not succeed (%s%s)"
                .formatted(
                        phase.rules().name(),
                        bad.size(),
                        phase.tasks().size(),
                        names,
                        bad.size() > NAMED_HOSTS ? ", …" : "");
    }

    private static ReasonCode firstReason(List<PhaseState> phases) {
        return phases.stream()
                .flatMap(p -> p.tasks().values().stream())
                .map(Verdicts::reason)
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(ReasonCode.TASK_LOST);
    }

    private static Optional<ReasonCode> reason(TaskState task) {
        return switch (task) {
            case TaskState.Failed(_, var failure) -> Optional.of(failure.reason());
            case TaskState.Unknown _ -> Optional.of(ReasonCode.TASK_LOST);
            case TaskState.Cancelled _ -> Optional.of(ReasonCode.RUN_CANCELLED);
            case TaskState.Waiting _,
                    TaskState.InFlight _,
                    TaskState.Doubtful _,
                    TaskState.Succeeded _,
                    TaskState.LeftOut _ ->
                    Optional.empty();
        };
    }
}
