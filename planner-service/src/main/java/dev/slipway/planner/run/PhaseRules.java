package dev.slipway.planner.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// What a phase allows.
///
/// @param summary name, hosts in the order of dispatch, window, budget and limit
/// @param taskTimeout for a task's program on its host
/// @param startBy how long an order may lie before it must not be started any more
/// @param haltingHosts the hosts whose failure halts the run at once: control planes
/// @param overdue what becomes of a task whose result does not come
/// @param tryAll whether every host is tried whatever happens to the others, and any failure ends
///   the run when the phase is over (`inspect`: all problems at once)
/// @param nodesAway nodes that were not Ready before the phase; they use up the disruption budget
/// @param reporting whether what it found is what the run is for (`check`): then the run goes on to
///   its verdict whatever failed
/// @param deadline how long the phase may take from its start; what is in flight then is ended on
///   its hosts, and nothing more starts
/// @param renewedFor the phases that need what this one brings about, which ends by itself (join
///   tokens): a retry that has anything left to do in one of them does this one again
public record PhaseRules(
        PhaseSummary summary,
        Duration taskTimeout,
        Duration startBy,
        Set<HostAddress> haltingHosts,
        Overdue overdue,
        boolean tryAll,
        boolean reporting,
        int nodesAway,
        Optional<Duration> deadline,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Set<PhaseName> renewedFor) {
    /// What becomes of an overdue task.
    public enum Overdue {
        /// Another attempt fences the lower ones and adopts what they left.
        REATTEMPT,
        /// It is settled as unknown.
        SETTLE
    }

    @JsonCreator
    public PhaseRules {
        haltingHosts = Set.copyOf(haltingHosts);
        // Rules of before there was such a phase say nothing of it.
        renewedFor = renewedFor == null ? Set.of() : Set.copyOf(renewedFor);
        if (!taskTimeout.isPositive() || !startBy.isPositive() || nodesAway < 0) {
            throw new IllegalArgumentException(
                    "phase %s: task timeout %s and start by %s must be longer than zero, nodes away %d not negative"
                            .formatted(summary.name(), taskTimeout, startBy, nodesAway));
        }
        if (deadline.filter(d -> !d.isPositive()).isPresent()) {
            throw new IllegalArgumentException(
                    "phase %s: deadline %s must be longer than zero"
                            .formatted(summary.name(), deadline.get()));
        }
    }

    /// A phase that changes something, or finds out before something changes.
    public PhaseRules(
            PhaseSummary summary,
            Duration taskTimeout,
            Duration startBy,
            Set<HostAddress> haltingHosts,
            Overdue overdue,
            boolean tryAll,
            int nodesAway,
            Optional<Duration> deadline) {
        this(
                summary,
                taskTimeout,
                startBy,
                haltingHosts,
                overdue,
                tryAll,
                false,
                nodesAway,
                deadline,
                Set.of());
    }

    /// The same phase for an answer.
    public PhaseRules toReport() {
        return new PhaseRules(
                summary,
                taskTimeout,
                startBy,
                haltingHosts,
                overdue,
                tryAll,
                true,
                nodesAway,
                deadline,
                renewedFor);
    }

    /// The same phase with what needs it while it lasts.
    public PhaseRules renewedFor(Set<PhaseName> phases) {
        return new PhaseRules(
                summary,
                taskTimeout,
                startBy,
                haltingHosts,
                overdue,
                tryAll,
                reporting,
                nodesAway,
                deadline,
                phases);
    }

    @JsonIgnore
    public PhaseName name() {
        return summary.name();
    }
}
