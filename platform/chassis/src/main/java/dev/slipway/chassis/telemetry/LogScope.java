package dev.slipway.chassis.telemetry;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/// The structured keys of log lines (`tenant`, `cluster`, `run`, `phase`, `host`) while a block
/// runs:
///
/// ```java
/// try (var _ = LogScope.open().tenant(tenant).run(run)) { … }
/// ```
///
/// The keys follow the thread or, on one, the Vert.x context. Closing brings back what was there.
public final class LogScope implements AutoCloseable {
    private record Previous(String key, @Nullable Object value) {}

    private final Deque<Previous> previous = new ArrayDeque<>();

    private LogScope() {}

    public static LogScope open() {
        return new LogScope();
    }

    public LogScope tenant(TenantId tenant) {
        return put("tenant", tenant);
    }

    public LogScope cluster(ClusterName cluster) {
        return put("cluster", cluster);
    }

    public LogScope run(RunId run) {
        return put("run", run);
    }

    public LogScope phase(PhaseName phase) {
        return put("phase", phase);
    }

    public LogScope host(HostAddress host) {
        return put("host", host);
    }

    private LogScope put(String key, Object value) {
        previous.push(new Previous(key, MDC.get(key)));
        MDC.put(key, value.toString());
        return this;
    }

    @Override
    public void close() {
        while (!previous.isEmpty()) {
            Previous before = previous.pop();
            if (before.value() == null) {
                MDC.remove(before.key());
            } else {
                MDC.put(before.key(), before.value());
            }
        }
    }
}
