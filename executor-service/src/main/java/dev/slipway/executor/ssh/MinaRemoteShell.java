package dev.slipway.executor.ssh;

import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.ExecutorConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.channel.exception.SshChannelOpenException;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.jspecify.annotations.Nullable;

/// Root shells and tunnels over Apache MINA SSHD: one client for the process, sessions kept warm.
/// There from the start, so that a setting which is wrong shows then.
@Startup
@ApplicationScoped
public class MinaRemoteShell implements RemoteShell, RemoteNetwork {
    private final SessionCache sessions;
    private final RootShells roots;
    private final Duration patience;

    @Inject
    public MinaRemoteShell(ExecutorConfig config, MeterRegistry meters) {
        sessions = new SessionCache(config.ssh(), new Sessions(config.ssh()));
        roots = new RootShells(config.ssh());
        patience = config.ssh().commandTimeout();
        meters.gauge(MetricNames.SSH_SESSIONS, sessions, SessionCache::size);
    }

    @Override
    public RootChannel open(HostTarget target, HostAccess access) {
        return onSession(target, access, lease -> root(lease, target, access));
    }

    @Override
    public void expect(HostTarget target) {
        if (RootShells.isRoot(target)) {
            sessions.expect(target, roots);
        }
    }

    @Override
    public HostTunnel tunnel(HostTarget target, HostAccess access, HostAddress to) {
        return onSession(target, access, lease -> tunnel(lease, target, to));
    }

    /// What is done with a session.
    private interface Use<T> {
        /// @throws IOException if the session is broken
        T of(SessionCache.Lease lease) throws IOException;
    }

    private <T> T onSession(HostTarget target, HostAccess access, Use<T> use) {
        SessionCache.Lease lease = sessions.lease(target, access);
        try {
            return use.of(lease);
        } catch (IOException e) {
            lease.discard();
            if (!lease.reused()) {
                throw broken(target, e);
            }
        }
        // A warm session may have died unnoticed: the second try is on a new one.
        SessionCache.Lease fresh = sessions.lease(target, access);
        try {
            return use.of(fresh);
        } catch (IOException e) {
            fresh.discard();
            throw broken(target, e);
        }
    }

    private HostTunnel tunnel(SessionCache.Lease lease, HostTarget target, HostAddress to)
            throws IOException {
        try {
            return ProxyTunnel.open(lease, to, patience);
        } catch (IOException e) {
            if (!isRefusal(e) || !lease.session().isOpen()) {
                throw e;
            }
            lease.release();
            throw SshFailure.of(
                    ReasonCode.API_UNREACHABLE,
                    "cannot reach the API server at %s (%s says %s): %s"
                            .formatted(
                                    to,
                                    target.address(),
                                    Quoted.of(String.valueOf(e.getMessage())),
                                    ReasonCode.API_UNREACHABLE.advice()),
                    e,
                    !isForbidden(e));
        }
    }

    /// Whether the host does not connect, or did not in time: then the session is as good as ever.
    private static boolean isRefusal(IOException e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SshChannelOpenException) {
                return true;
            }
        }
        return e instanceof SshException && String.valueOf(e.getMessage()).contains("timeout");
    }

    /// The host does not forward connections, or none to there: asking again does not help. One
    /// that finds nobody there may find somebody later, since API servers are started again.
    private static boolean isForbidden(IOException e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SshChannelOpenException refused) {
                return refused.getReasonCode() != SshConstants.SSH_OPEN_CONNECT_FAILED;
            }
        }
        return false;
    }

    private RootChannel root(SessionCache.Lease lease, HostTarget target, HostAccess access)
            throws IOException {
        try {
            Optional<MinaRootChannel> expected = lease.expectedShell();
            MinaRootChannel channel =
                    expected.isPresent()
                            ? expected.get()
                            : roots.open(lease.session(), target, access.sudoPassword());
            channel.afterClose(lease::release);
            if (target.hostKeys().isEmpty()) {
                channel.newHostKey(presented(lease.session()));
            }
            return channel;
        } catch (SshFailure e) {
            lease.release();
            throw e;
        }
    }

    private static Optional<String> presented(ClientSession session) {
        return Optional.ofNullable(session.getServerKey()).map(PublicKeyEntry::toString);
    }

    private static SshFailure broken(HostTarget target, IOException e) {
        return new SshFailure(
                ReasonCode.SESSION_LOST,
                "cannot open a channel on %s as \"%s\" (%s): %s"
                        .formatted(
                                target.address(),
                                target.user(),
                                e.getMessage(),
                                ReasonCode.SESSION_LOST.advice()),
                e);
    }

    /// Open sessions, those to jump hosts too.
    int size() {
        return sessions.size();
    }

    @PreDestroy
    public void close() {
        sessions.close();
    }
}
