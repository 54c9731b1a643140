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
        /// Key exchange algorithms in order of preference (RFC 4253 §7.1); a name that is none is
        /// refused at the start, here and below.
        @WithDefault(
                "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,diffie-hellman-group14-sha256,diffie-hellman-group16-sha512")
        List<String> keyExchange();

        /// Ciphers in order of preference: AES-GCM first, which the JVM does by the processor's
        /// instructions, ChaCha20 last, which it does in Java.
        @WithDefault(
                "aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,chacha20-poly1305@openssh.com")
        List<String> ciphers();

        /// Message authentication codes in order of preference, for ciphers that need one.
        @WithDefault(
                "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512")
        List<String> macs();

        /// Signatures of host keys, of keys that sign in, and of certificates for both, in order of
        /// preference. `ssh-rsa` (SHA-1) is there for very old servers only.
        @WithDefault(
                "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256")
        List<String> signatures();

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

        /// A session is given up when so many keep-alive requests in a row were not answered: a
        /// connection whose packets vanish is noticed within `keep-alive` times this.
        @WithDefault("3")
        @Min(2)
        int keepAliveMissed();

        /// A warm session has to answer within this before it is used; else it is replaced.
        @WithDefault("PT3S")
        Duration warmCheck();

        /// A session that nobody uses is closed after this.
        @WithDefault("PT2M")
        Duration sessionIdle();

        /// Sessions that are kept open while nobody uses them; beyond it the one that was idle
        /// longest is closed.
        @WithDefault("1000")
        @Min(0)
        int warmSessions();

        /// Tasks that share one session to a host; the next one opens another session. OpenSSH's
        /// `MaxSessions` is 10 by default.
        @WithDefault("8")
        @Min(1)
        int tasksPerSession();

        /// How often a host is tried before it counts as unreachable.
        @WithDefault("3")
        @Min(1)
        int connectAttempts();

        /// Before the second try; doubled before each further one. Between half of it and the whole
        /// is waited, so that hosts are not tried in step.
        @WithDefault("PT1S")
        Duration retryDelay();

        /// The most that [#retryDelay()] grows to.
        @WithDefault("PT15S")
        Duration retryDelayMax();
    }
}
