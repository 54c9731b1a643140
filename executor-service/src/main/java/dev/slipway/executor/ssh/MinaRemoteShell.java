package dev.slipway.executor.ssh;

import dev.slipway.chassis.telemetry.MetricNames;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.executor.ExecutorConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Optional;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/// Root shells over Apache MINA SSHD: one client for the process, sessions kept warm. There from
/// the start, so that a setting which is wrong shows then.
@Startup
@ApplicationScoped
public class MinaRemoteShell implements RemoteShell {
    private final SessionCache sessions;
    private final RootShells roots;

    @Inject
    public MinaRemoteShell(ExecutorConfig config, MeterRegistry meters) {
        sessions = new SessionCache(config.ssh(), new Sessions(config.ssh()));
        roots = new RootShells(config.ssh());
        meters.gauge(MetricNames.SSH_SESSIONS, sessions, SessionCache::size);
    }

    @Override
    public RootChannel open(HostTarget target, HostAccess access) {
        SessionCache.Lease lease = sessions.lease(target, access);
        try {
            return root(lease, target, access);
        } catch (IOException e) {
            lease.discard();
            if (!lease.reused()) {
                throw broken(target, e);
            }
        }
        // A warm session may have died unnoticed: the second try is on a new one.
        SessionCache.Lease fresh = sessions.lease(target, access);
        try {
            return root(fresh, target, access);
        } catch (IOException e) {
            fresh.discard();
            throw broken(target, e);
        }
    }

    private RootChannel root(SessionCache.Lease lease, HostTarget target, HostAccess access)
            throws IOException {
        try {
            MinaRootChannel channel = roots.open(lease.session(), target, access.sudoPassword());
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
                "cannot open a shell on %s as \"%s\" (%s): %s"
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
