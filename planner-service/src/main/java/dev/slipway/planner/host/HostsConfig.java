package dev.slipway.planner.host;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/// Which addresses hosts may have.
@ConfigMapping(prefix = "slipway.hosts")
interface HostsConfig {
    /// Networks (`10.0.0.0/8`, `::1/128`) that are allowed although they are loopback or
    /// link-local, which are denied by default.
    Optional<List<String>> allowedNetworks();

    /// Networks that are denied although they are ordinary ones: the suite's own.
    Optional<List<String>> deniedNetworks();
}
