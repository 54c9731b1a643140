package dev.slipway.chassis.outbox;

import dev.slipway.chassis.event.EventPublisher;
import dev.slipway.chassis.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.properties.IfBuildProperty;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Publishes the outbox: one relay per service, whoever holds the advisory lock. In order of id;
/// deleted after the broker's acknowledgement; woken by NOTIFY, at the latest after a second. A
/// broker or database that is away is waited for without limit. A relay that dies between
/// acknowledgement and deletion leaves records that its successor sends again: consumers know by id
/// and natural key.
///
/// One virtual thread that blocks, with a connection of its own: the loop reads top to bottom.
@ApplicationScoped
@IfBuildProperty(name = "slipway.chassis.database", stringValue = "true")
public class OutboxRelay {
    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);
    private static final int BATCH = 500;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(5);

    private final RelayConfig config;
    private final EventPublisher publisher;
    private final MeterRegistry meters;
    private volatile boolean running;
    private volatile @Nullable Thread thread;
    private volatile String state = "starting";
    private volatile boolean healthy;

    @Inject
    OutboxRelay(RelayConfig config, EventPublisher publisher, MeterRegistry meters) {
        this.config = config;
        this.publisher = publisher;
        this.meters = meters;
    }

    void start(@Observes StartupEvent event) {
        running = true;
        thread = Thread.ofVirtual().name("outbox-relay").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        running = false;
        Thread relay = thread;
        if (relay != null) {
            relay.interrupt();
            relay.join(Duration.ofSeconds(5));
        }
    }

    /// Whether the relay works, or waits for another process's relay; false while it cannot reach
    /// the database or the broker refuses a record.
    boolean healthy() {
        return healthy;
    }

    /// What it is doing, for the health report.
    String state() {
        return state;
    }

    private void run() {
        Duration backoff = FIRST_BACKOFF;
        while (running) {
            try (OutboxTable table = new OutboxTable(connect())) {
                relay(table);
                backoff = FIRST_BACKOFF;
            } catch (SQLException | ExecutionException | RuntimeException e) {
                if (!running) {
                    return;
                }
                report(e);
                if (!sleep(backoff)) {
                    return;
                }
                backoff = min(backoff.multipliedBy(2), LAST_BACKOFF);
            } catch (InterruptedException e) {
                // Only the shutdown interrupts.
                return;
            }
        }
    }

    private void relay(OutboxTable table)
            throws SQLException, ExecutionException, InterruptedException {
        while (running && !table.lead()) {
            become("waiting: another process relays");
            Thread.sleep(POLL);
        }
        table.listen();
        while (running) {
            int sent = publish(table);
            become("relaying");
            if (sent == 0) {
                table.awaitMore(POLL);
            }
        }
    }

    /// @return how many records the broker acknowledged
    private int publish(OutboxTable table)
            throws SQLException, ExecutionException, InterruptedException {
        List<OutboxTable.Entry> entries = table.next(BATCH);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (OutboxTable.Entry entry : entries) {
            sent.add(publisher.send(entry.record()));
        }
        List<Long> acknowledged = new ArrayList<>();
        try {
            for (int i = 0; i < sent.size(); i++) {
                sent.get(i).get();
                acknowledged.add(entries.get(i).id());
                meters.counter(
                                MetricNames.OUTBOX_PUBLISHED,
                                "topic",
                                entries.get(i).record().topic())
                        .increment();
            }
        } finally {
            table.delete(acknowledged);
        }
        return acknowledged.size();
    }

    private void become(String next) {
        if (!healthy) {
            LOG.infof("outbox: %s", next);
        }
        healthy = true;
        state = next;
    }

    private void report(Exception failure) {
        String what =
                failure instanceof ExecutionException
                        ? "the broker refused a record of the outbox (%s): check the topic and its ACLs"
                                .formatted(failure.getCause())
                        : "cannot read the outbox (%s): it goes on when the database is back"
                                .formatted(failure.getMessage());
        if (healthy || state.equals("starting")) {
            LOG.warn(what);
        }
        healthy = false;
        state = what;
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", config.worker().username());
        properties.setProperty("password", config.worker().password());
        properties.setProperty("ApplicationName", "slipway-outbox-relay");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("connectTimeout", "5");
        // Well above POLL: ends a wait for an answer on a connection that is half open.
        properties.setProperty("socketTimeout", "20");
        // It only deletes what the broker has. A deletion that a crash undoes has records sent
        // again, as a relay that dies before it would; so none waits for the disk.
        properties.setProperty("options", "-c synchronous_commit=off");
        return DriverManager.getConnection(config.jdbcUrl(), properties);
    }

    private static boolean sleep(Duration time) {
        try {
            Thread.sleep(time);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
