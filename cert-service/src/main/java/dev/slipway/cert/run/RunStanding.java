package dev.slipway.cert.run;

import java.time.Instant;

/// How a run stands, as far as materials go.
///
/// @param standing what the topic of runs said last
/// @param since when that happened, by the planner's database
public record RunStanding(Standing standing, Instant since) {
    public enum Standing {
        OPEN,
        /// Its tasks are being ended on their hosts.
        CANCELLING,
        /// Settled, and `retry` may take it up again.
        FAILED,
        /// Settled for good.
        ENDED
    }
}
