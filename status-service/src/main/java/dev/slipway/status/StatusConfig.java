package dev.slipway.status;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;

/// The settings of this service beside those every service has.
@ConfigMapping(prefix = "slipway.status")
public interface StatusConfig {
    Stream stream();

    Retention retention();

    Output output();

    /// Server-sent events.
    interface Stream {
        /// A comment is sent after this much silence, so that proxies and clients see a live line.
        @WithDefault("10s")
        Duration heartbeat();

        /// How long a stream of a settled run waits for results and output that are known to be
        /// missing, since the last event of the run. Longer than another instance needs to take
        /// over from a killed one (the broker notices after `kafka.session.timeout.ms`, 6 s).
        @WithDefault("1m")
        Duration patience();

        /// Events read at once; a subscriber never holds more in memory. 1 to 1000.
        @WithDefault("100")
        @Min(1)
        @Max(1000)
        int page();
    }

    /// How long things are kept; the topics keep them as long.
    interface Retention {
        /// Output of tasks.
        @WithDefault("24h")
        Duration output();

        /// Runs since their last event, and certificates since they ended.
        @WithDefault("90d")
        Duration history();

        /// How often what is too old is removed.
        @WithDefault("10m")
        Duration every();
    }

    /// What tasks print.
    interface Output {
        /// Kept of one attempt; a host that prints without end must not fill the disk.
        @WithDefault("8M")
        MemorySize maxPerAttempt();
    }
}
