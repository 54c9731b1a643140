package dev.slipway.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExecutorConfigTest {
    @Test
    void hasSaneDefaults() {
        ExecutorConfig config = TestConfig.defaults();
        assertThat(config.pool()).isEqualTo("default");
        assertThat(config.name()).isEqualTo("executor");
        assertThat(config.maxInFlight()).isEqualTo(64);
        assertThat(config.maxUploads()).isEqualTo(8);
        assertThat(config.outputBytesPerSecond()).isEqualTo(262_144);
        assertThat(config.outputBurstBytes()).isEqualTo(1_048_576);
        assertThat(config.attachPerSecond()).isEqualTo(20);
        assertThat(config.cancellationsWithin()).isEqualTo(Duration.ofHours(26));
        assertThat(config.shutdownPatience()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.ssh().keyExchange()).first().isEqualTo("curve25519-sha256");
        assertThat(config.ssh().ciphers()).first().isEqualTo("aes128-gcm@openssh.com");
        assertThat(config.ssh().macs()).first().isEqualTo("hmac-sha2-256-etm@openssh.com");
        assertThat(config.ssh().signatures()).first().isEqualTo("ssh-ed25519");
        assertThat(config.ssh().connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.ssh().authTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.ssh().commandTimeout()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.ssh().silence()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.ssh().keepAlive()).isEqualTo(Duration.ofSeconds(15));
        assertThat(config.ssh().keepAliveMissed()).isEqualTo(3);
        assertThat(config.ssh().warmCheck()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.ssh().sessionIdle()).isEqualTo(Duration.ofMinutes(2));
        assertThat(config.ssh().warmSessions()).isEqualTo(1000);
        assertThat(config.ssh().tasksPerSession()).isEqualTo(8);
        assertThat(config.ssh().connectAttempts()).isEqualTo(3);
        assertThat(config.ssh().retryDelay()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.ssh().retryDelayMax()).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void takesEveryKey() {
        ExecutorConfig config =
                TestConfig.with(
                        Map.ofEntries(
                                Map.entry("slipway.executor.pool", "edge"),
                                Map.entry("slipway.executor.name", "e1"),
                                Map.entry("slipway.executor.max-in-flight", "7"),
                                Map.entry("slipway.executor.max-uploads", "3"),
                                Map.entry("slipway.executor.output-bytes-per-second", "70000"),
                                Map.entry("slipway.executor.output-burst-bytes", "80000"),
                                Map.entry("slipway.executor.attach-per-second", "9"),
                                Map.entry("slipway.executor.cancellations-within", "PT1H"),
                                Map.entry("slipway.executor.shutdown-patience", "PT1S"),
                                Map.entry("slipway.executor.ssh.key-exchange", "a,b"),
                                Map.entry("slipway.executor.ssh.ciphers", "c,d"),
                                Map.entry("slipway.executor.ssh.macs", "e"),
                                Map.entry("slipway.executor.ssh.signatures", "f"),
                                Map.entry("slipway.executor.ssh.connect-timeout", "PT2S"),
                                Map.entry("slipway.executor.ssh.auth-timeout", "PT3S"),
                                Map.entry("slipway.executor.ssh.command-timeout", "PT4S"),
                                Map.entry("slipway.executor.ssh.silence", "PT5S"),
                                Map.entry("slipway.executor.ssh.keep-alive", "PT6S"),
                                Map.entry("slipway.executor.ssh.keep-alive-missed", "5"),
                                Map.entry("slipway.executor.ssh.warm-check", "PT10S"),
                                Map.entry("slipway.executor.ssh.session-idle", "PT7S"),
                                Map.entry("slipway.executor.ssh.warm-sessions", "11"),
                                Map.entry("slipway.executor.ssh.tasks-per-session", "12"),
                                Map.entry("slipway.executor.ssh.connect-attempts", "8"),
                                Map.entry("slipway.executor.ssh.retry-delay", "PT9S"),
                                Map.entry("slipway.executor.ssh.retry-delay-max", "PT13S")));
        assertThat(config.pool()).isEqualTo("edge");
        assertThat(config.name()).isEqualTo("e1");
        assertThat(config.maxInFlight()).isEqualTo(7);
        assertThat(config.maxUploads()).isEqualTo(3);
        assertThat(config.outputBytesPerSecond()).isEqualTo(70_000);
        assertThat(config.outputBurstBytes()).isEqualTo(80_000);
        assertThat(config.attachPerSecond()).isEqualTo(9);
        assertThat(config.cancellationsWithin()).isEqualTo(Duration.ofHours(1));
        assertThat(config.shutdownPatience()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.ssh().keyExchange()).isEqualTo(List.of("a", "b"));
        assertThat(config.ssh().ciphers()).isEqualTo(List.of("c", "d"));
        assertThat(config.ssh().macs()).isEqualTo(List.of("e"));
        assertThat(config.ssh().signatures()).isEqualTo(List.of("f"));
        assertThat(config.ssh().connectTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.ssh().authTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.ssh().commandTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.ssh().silence()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.ssh().keepAlive()).isEqualTo(Duration.ofSeconds(6));
        assertThat(config.ssh().keepAliveMissed()).isEqualTo(5);
        assertThat(config.ssh().warmCheck()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.ssh().sessionIdle()).isEqualTo(Duration.ofSeconds(7));
        assertThat(config.ssh().warmSessions()).isEqualTo(11);
        assertThat(config.ssh().tasksPerSession()).isEqualTo(12);
        assertThat(config.ssh().connectAttempts()).isEqualTo(8);
        assertThat(config.ssh().retryDelay()).isEqualTo(Duration.ofSeconds(9));
        assertThat(config.ssh().retryDelayMax()).isEqualTo(Duration.ofSeconds(13));
    }
}
