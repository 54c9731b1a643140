package dev.slipway.cert.material;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;

/// Whose orders are genuine.
@ConfigMapping(prefix = "slipway.orders")
interface RedemptionConfig {
    /// PEM files with the planner's Ed25519 public keys; several while a key is rotated.
    List<Path> verifyingKeys();

    /// The tenant in whose history a forged order is noted, since it has none of its own that could
    /// be believed.
    @WithDefault("local")
    String forgedOrdersTenant();
}
