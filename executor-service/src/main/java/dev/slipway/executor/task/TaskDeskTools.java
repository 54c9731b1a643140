package dev.slipway.executor.task;

import dev.slipway.chassis.event.EventPublisher;
import dev.slipway.chassis.event.EventReader;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.order.OrderKeys;
import dev.slipway.contracts.order.OrderVerifier;
import dev.slipway.executor.ExecutorConfig;
import dev.slipway.executor.ssh.RemoteShell;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// What work on tasks needs of the rest of the service.
@ApplicationScoped
class TaskDeskTools {
    private final EventReader events;
    private final EventPublisher publisher;
    private final RemoteShell shell;
    private final ApiLine line;
    private final Cancellations cancellations;
    private final Supplies supplies;
    private final Pace pace = Pace.real();
    private final OrderVerifier verifier;
    private final ContentCourier courier;

    @Inject
    TaskDeskTools(
            EventReader events,
            EventPublisher publisher,
            RemoteShell shell,
            ApiLine line,
            Cancellations cancellations,
            Supplies supplies,
            ExecutorConfig config,
            @ConfigProperty(name = "slipway.orders.verifying-keys") List<Path> verifyingKeys) {
        this.events = events;
        this.publisher = publisher;
        this.shell = shell;
        this.line = line;
        this.cancellations = cancellations;
        this.supplies = new SupplyQueue(supplies);
        this.courier = new ContentCourier(supplies, shell, pace, config.maxUploads());
        this.verifier = new OrderVerifier(read(verifyingKeys));
    }

    private static Map<String, PublicKey> read(List<Path> files) {
        Map<String, PublicKey> keys = new HashMap<>();
        for (Path file : files) {
            try {
                PublicKey key = OrderKeys.publicKey(Files.readString(file));
                keys.put(OrderKeys.id(key), key);
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "cannot read \"%s\": check slipway.orders.verifying-keys".formatted(file),
                        e);
            }
        }
        return keys;
    }

    EventReader events() {
        return events;
    }

    EventPublisher publisher() {
        return publisher;
    }

    RemoteShell shell() {
        return shell;
    }

    ApiLine line() {
        return line;
    }

    Cancellations cancellations() {
        return cancellations;
    }

    Pace pace() {
        return pace;
    }

    OrderGate gate(PoolName pool) {
        return new OrderGate(verifier, pool, pace.clock());
    }

    ContentCourier courier() {
        return courier;
    }

    Redeemer redeemer() {
        return new Redeemer(supplies, pace);
    }
}
