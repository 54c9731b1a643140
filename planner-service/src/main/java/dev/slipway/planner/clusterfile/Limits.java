package dev.slipway.planner.clusterfile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// What may go on at once and how much may fail; where absent, the phase's own default holds and
/// the plan shows it.
///
/// @param startBy how long an order may wait for its start, default 2 minutes
/// @param tokenValidity how long the run's join token is valid at least, default 24 hours
/// @param phases by phase name
public record Limits(
        Duration startBy, Duration tokenValidity, SortedMap<String, PhaseLimits> phases) {
    static final Limits DEFAULT =
            new Limits(Duration.ofMinutes(2), Duration.ofHours(24), new TreeMap<>());

    public Limits {
        phases = Collections.unmodifiableSortedMap(new TreeMap<>(phases));
    }

    /// The settings of one phase, all absent where the file says nothing.
    public PhaseLimits of(String phase) {
        return phases.getOrDefault(phase, PhaseLimits.NONE);
    }

    /// @param window tasks in flight at once
    /// @param maxFailures the failure limit: failed + unknown tasks that halt the run
    /// @param timeout of one task on its host
    /// @param maxUnavailable the disruption budget, of `upgrade-workers` alone
    public record PhaseLimits(
            OptionalInt window,
            OptionalInt maxFailures,
            Optional<Duration> timeout,
            @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<MaxUnavailable> maxUnavailable) {
        static final PhaseLimits NONE =
                new PhaseLimits(
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty());
    }
}
