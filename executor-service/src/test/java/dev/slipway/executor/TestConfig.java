package dev.slipway.executor;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/// The executor's settings outside of Quarkus.
public final class TestConfig {
    private TestConfig() {}

    public static ExecutorConfig defaults() {
        return with(Map.of());
    }

    public static ExecutorConfig with(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withMapping(ExecutorConfig.class)
                .withDefaultValues(settings)
                .build()
                .getConfigMapping(ExecutorConfig.class);
    }
}
