package dev.slipway.planner.pool;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Map;

/// Who may use which pool.
@ConfigMapping(prefix = "slipway.pools")
interface PoolsConfig {
    /// `slipway.pools.tenants.NAME`: the tenants that may use the pool of that name, and see it. A
    /// pool that is not named here is everybody's.
    Map<String, List<String>> tenants();
}
