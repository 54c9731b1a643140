package dev.slipway.planner.content;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// The content store's settings.
@ConfigMapping(prefix = "slipway.contents")
interface ContentConfig {
    /// The longest content that is taken.
    @WithDefault("4G")
    MemorySize maxSize();

    /// How long a content stays that no run names which could still need it.
    @WithDefault("P7D")
    Duration kept();

    /// An upload that has not grown for so long is given up.
    @WithDefault("PT1H")
    Duration uploadPatience();

    /// How often contents that may go are looked for.
    @WithDefault("PT1H")
    Duration sweepInterval();
}
