package dev.slipway.executor;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;

/// The executor's settings, `slipway.executor.*`.
@ConfigMapping(prefix = "slipway.executor")
public interface ExecutorConfig {
    /// The pool whose tasks it takes; its certificate must name the same.
    @WithDefault("default")
    String pool();

    /// What it is called in results and logs.
    @WithDefault("executor")
    String name();

    /// Tasks it works on at once; more stay in the topic.
    @WithDefault("64")
    @Min(1)
    @Max(10_000)
    int maxInFlight();

    /// Files of the content store that it sends to hosts at once; the others wait. A few keep its
    /// line and a processor busy, and each more makes all of them later.
    @WithDefault("8")
    @Min(1)
    @Max(1_000)
    int maxUploads();

    /// Bytes of output per second that a task may pass on live, after a burst. Of more than that
    /// the middle is left out, and that is said: the host's journal keeps all.
    @WithDefault("262144")
    @Min(1)
    int outputBytesPerSecond();

    /// Bytes of output that a task may pass on at once after a quiet time.
    @WithDefault("1048576")
    @Min(65_536)
    int outputBurstBytes();

    /// Hosts per second that it enters for orders which lay in the topic before a partition came to
    /// it: most run there already, and are attached to. Fresh orders wait for none of them.
    @WithDefault("20")
    @Min(1)
    @Max(1_000)
    int attachPerSecond();

    /// How far back it reads cancellations: the longest time an order may take to settle.
    @WithDefault("PT26H")
    Duration cancellationsWithin();

    /// How long a stopping executor waits for results on their way to the broker.
    @WithDefault("PT8S")
    Duration shutdownPatience();

    Ssh ssh();

    /// How it gets into hosts.
    interface Ssh {
        /// Key exchange algorithms in order of preference (RFC 4253 §7.1); unknown ones are left
        /// out.
        @WithDefault(
                "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group14-sha256,diffie-hellman-group16-sha512")
        List<String> keyExchange();

        /// For the TCP connection, and again for the server's key exchange.
        @WithDefault("PT10S")
        Duration connectTimeout();

        /// For signing in, and again for becoming root.
        @WithDefault("PT20S")
        Duration authTimeout();

        /// For opening a channel.
        @WithDefault("PT15S")
        Duration commandTimeout();

        /// A host that says nothing for so long is taken for lost; its program speaks every 5 s.
        @WithDefault("PT30S")
        Duration silence();

        /// Between keep-alive requests on every open session.
        @WithDefault("PT15S")
        Duration keepAlive();

        /// A session that nobody uses is closed after this.
        @WithDefault("PT2M")
        Duration sessionIdle();

        /// How often a host is tried before it counts as unreachable.
        @WithDefault("3")
        @Min(1)
        int connectAttempts();

        /// Before the second try; doubled before each further one, at most 15 s.
        @WithDefault("PT1S")
        Duration retryDelay();
    }
}
