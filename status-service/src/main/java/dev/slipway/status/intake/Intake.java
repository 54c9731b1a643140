package dev.slipway.status.intake;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.event.CloudEvent;
import dev.slipway.chassis.event.EventReader;
import dev.slipway.chassis.telemetry.MetricNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jboss.logging.Logger;

/// Takes batches from a topic: one transaction a batch. While the database is away it waits,
/// without limit and without losing its place. A batch that holds something impossible is taken
/// record by record, and the impossible one parked.
@ApplicationScoped
public class Intake {
    private static final Logger LOG = Logger.getLogger(Intake.class);
    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final EventReader reader;
    private final DeadLetters deadLetters;
    private final Transactions transactions;
    private final MeterRegistry meters;
    private final AtomicBoolean waiting = new AtomicBoolean();

    @Inject
    Intake(
            EventReader reader,
            DeadLetters deadLetters,
            Transactions transactions,
            MeterRegistry meters) {
        this.reader = reader;
        this.deadLetters = deadLetters;
        this.transactions = transactions;
        this.meters = meters;
    }

    private record Item<T>(ConsumerRecord<String, byte[]> record, T event) {}

    /// @param expected the topic's events
    /// @param work stores events; must be idempotent, since a batch may come again
    /// @return when all of the batch is stored or parked; never fails
    public <T> Uni<Void> take(
            ConsumerRecords<String, byte[]> batch,
            Class<T> expected,
            BiFunction<SqlConnection, List<T>, Uni<Void>> work) {
        return Multi.createFrom()
                .iterable(batch)
                .onItem()
                .transformToUniAndConcatenate(record -> read(record, expected))
                .collect()
                .asList()
                .map(found -> found.stream().flatMap(Optional::stream).toList())
                .chain(items -> store(items, work))
                .invoke(() -> measure(batch));
    }

    private <T> Uni<Optional<Item<T>>> read(
            ConsumerRecord<String, byte[]> record, Class<T> expected) {
        return reader.read(record, expected)
                .map(event -> event.map(CloudEvent::data).map(data -> new Item<>(record, data)));
    }

    private <T> Uni<Void> store(
            List<Item<T>> items, BiFunction<SqlConnection, List<T>, Uni<Void>> work) {
        if (items.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return patiently(items, work)
                .onFailure()
                .recoverWithUni(failure ->
                        items.size() == 1
                                ? deadLetters.bury(items.getFirst().record(), failure)
                                : oneByOne(items, work));
    }

    private <T> Uni<Void> oneByOne(
            List<Item<T>> items, BiFunction<SqlConnection, List<T>, Uni<Void>> work) {
        return Multi.createFrom()
                .iterable(items)
                .onItem()
                .transformToUniAndConcatenate(item -> store(List.of(item), work))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /// Fails only with what another try would not mend.
    private <T> Uni<Void> patiently(
            List<Item<T>> items, BiFunction<SqlConnection, List<T>, Uni<Void>> work) {
        List<T> events = items.stream().map(Item::event).toList();
        return transactions
                .asWorker(connection -> work.apply(connection, events))
                .onFailure(failure -> !Poison.is(failure))
                .invoke(this::complain)
                .onFailure(failure -> !Poison.is(failure))
                .retry()
                .withBackOff(FIRST_WAIT, LONGEST_WAIT)
                .indefinitely()
                .invoke(this::relax);
    }

    private void complain(Throwable failure) {
        if (waiting.compareAndSet(false, true)) {
            LOG.warnf(
                    failure,
                    "cannot store what the topics bring: will try until it works; look at the database");
        }
    }

    private void relax() {
        if (waiting.compareAndSet(true, false)) {
            LOG.info("storing what the topics bring works again");
        }
    }

    private void measure(ConsumerRecords<String, byte[]> batch) {
        long now = System.currentTimeMillis();
        StreamSupport.stream(batch.spliterator(), false)
                .forEach(record ->
                        Timer.builder(MetricNames.STATUS_DELAY)
                                .description("From a record's time to its being readable")
                                .tag("topic", record.topic())
                                .register(meters)
                                .record(Duration.ofMillis(Math.max(0, now - record.timestamp()))));
    }
}
