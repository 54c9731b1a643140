package dev.slipway.status.progress;

import dev.slipway.contracts.event.PhaseSummary;
import dev.slipway.contracts.event.RunEvent.PhaseSettled;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A phase, as users see it.
///
/// @param startedAt the latest start: a retry starts a phase again
/// @param hosts by `address:port`, in the order of dispatch
record PhaseProgress(
        PhaseSummary phase,
        PhaseStage state,
        Optional<Instant> startedAt,
        Optional<Instant> settledAt,
        Optional<Duration> wallTime,
        Optional<Duration> hostTimeMax,
        Optional<Duration> hostTimeSum,
        Optional<Duration> overhead,
        Map<String, HostProgress> hosts) {
    PhaseProgress {
        hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts));
    }

    static PhaseProgress of(PhaseHosts where, Collection<TaskState> tasks) {
        PhaseState phase = where.phase();
        PhaseTimes times = PhaseTimes.of(phase, where.summary().window(), tasks);
        Map<String, HostProgress> hosts = new LinkedHashMap<>();
        where.of(tasks).forEach((address, host) -> hosts.put(address.toString(), host));
        return new PhaseProgress(
                where.summary(),
                phase.stage(),
                phase.lastStart(),
                phase.settlement().map(PhaseSettled::at),
                times.wallTime(),
                times.hostTimeMax(),
                times.hostTimeSum(),
                times.overhead(),
                hosts);
    }
}
