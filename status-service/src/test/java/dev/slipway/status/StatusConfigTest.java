package dev.slipway.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySize;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusConfigTest {
    @Test
    void hasADefaultForEveryKey() {
        StatusConfig config = config(Map.of());

        assertThat(config.stream().heartbeat()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.stream().patience()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.stream().page()).isEqualTo(100);
        assertThat(config.retention().output()).isEqualTo(Duration.ofHours(24));
        assertThat(config.retention().history()).isEqualTo(Duration.ofDays(90));
        assertThat(config.retention().every()).isEqualTo(Duration.ofMinutes(10));
        assertThat(config.output().maxPerAttempt().asLongValue()).isEqualTo(8L * 1024 * 1024);
    }

    @Test
    void letsEveryKeyBeSet() {
        StatusConfig config =
                config(
                        Map.of(
                                "slipway.status.stream.heartbeat", "2s",
                                "slipway.status.stream.patience", "1s",
                                "slipway.status.stream.page", "7",
                                "slipway.status.retention.output", "1h",
                                "slipway.status.retention.history", "7d",
                                "slipway.status.retention.every", "1m",
                                "slipway.status.output.max-per-attempt", "1K"));

        assertThat(config.stream().heartbeat()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.stream().patience()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.stream().page()).isEqualTo(7);
        assertThat(config.retention().output()).isEqualTo(Duration.ofHours(1));
        assertThat(config.retention().history()).isEqualTo(Duration.ofDays(7));
        assertThat(config.retention().every()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.output().maxPerAttempt().asLongValue()).isEqualTo(1024);
    }

    private static StatusConfig config(Map<String, String> settings) {
        SmallRyeConfig config =
                new SmallRyeConfigBuilder()
                        .withSources(new PropertiesConfigSource(settings, "test", 100))
                        .withConverter(MemorySize.class, 100, new MemorySizeConverter())
                        .withConverter(Duration.class, 100, new DurationConverter())
                        .withMapping(StatusConfig.class)
                        .build();
        return config.getConfigMapping(StatusConfig.class);
    }
}
