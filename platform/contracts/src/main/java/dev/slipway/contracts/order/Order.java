package dev.slipway.contracts.order;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A task as sent: all an executor needs to know, and all it may do. Signed as a whole by the
/// planner.
///
/// @param task derived from run, phase and host
/// @param attempt 1 for the task's first order; fences all lower ones
/// @param kind what an attempt does with what lower ones left on the host
/// @param firstAttempt the attempt with which the user last asked for the task, by the run or by
///   its retry, at most `attempt`: what happened before it is fenced, but neither adopted nor
///   reported. Absent in the orders of planners that did not know of it; then it is 1
/// @param cluster the cluster whose materials the steps name
/// @param generation how often the cluster's name was given away: a reset cluster that is installed
///   again has a new authority
/// @param mutating whether the task changes the host; one such task at a time runs on a host
/// @param steps at least one, names unique; either all of them [Step.Kube] or none; a
///   [Step.Deposit] stands alone
/// @param times when it may start and must be over
public record Order(
        TaskId task,
        int attempt,
        AttemptKind kind,
        OptionalInt firstAttempt,
        TenantId tenant,
        ClusterName cluster,
        int generation,
        RunId run,
        PhaseName phase,
        PoolName pool,
        HostTarget host,
        boolean mutating,
        List<Step> steps,
        OrderTimes times) {
    public Order {
        steps = List.copyOf(steps);
        if (attempt < 1 || attempt > 999) {
            throw new IllegalArgumentException(
                    "attempt %d is out of range: expected 1 to 999".formatted(attempt));
        }
        int first = firstAttempt.orElse(1);
        if (first < 1 || first > attempt) {
            throw new IllegalArgumentException(
                    "first attempt %d is out of range: expected 1 to %d".formatted(first, attempt));
        }
        if (generation < 1) {
            throw new IllegalArgumentException(
                    "generation %d is out of range: expected 1 or more".formatted(generation));
        }
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("an order needs at least one step");
        }
        long kube = steps.stream().filter(Step.Kube.class::isInstance).count();
        if (kube != 0 && kube != steps.size()) {
            throw new IllegalArgumentException(
                    "an order has steps for its host or for an API server, not both");
        }
        if (steps.size() > 1 && steps.stream().anyMatch(Step.Deposit.class::isInstance)) {
            throw new IllegalArgumentException("a step that deposits an authority stands alone");
        }
        var names = new HashSet<String>();
        for (Step step : steps) {
            if (!names.add(step.name())) {
                throw new IllegalArgumentException(
                        "two steps are named \"%s\"".formatted(step.name()));
            }
        }
    }

    /// Whether its steps ask an API server, and nothing runs on the host.
    @JsonIgnore
    public boolean isForApi() {
        return steps.getFirst() instanceof Step.Kube;
    }

    /// Its one step, where that deposits an authority.
    @JsonIgnore
    public Optional<Step.Deposit> deposit() {
        return steps.getFirst() instanceof Step.Deposit deposit
                ? Optional.of(deposit)
                : Optional.empty();
    }

    /// Every material the order entitles its executor to: those of the steps and those that open
    /// the session and the ones on the way.
    public Set<MaterialName> materials() {
        return Stream.of(
                        steps.stream().flatMap(s -> s.materials().stream()),
                        Stream.of(host.credential()),
                        host.jump().stream().map(JumpHost::credential),
                        host.sudoPassword().stream())
                .flatMap(s -> s)
                .collect(Collectors.toUnmodifiableSet());
    }
}
