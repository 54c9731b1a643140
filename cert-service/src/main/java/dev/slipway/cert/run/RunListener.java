package dev.slipway.cert.run;

import dev.slipway.cert.run.RunStanding.Standing;
import dev.slipway.chassis.database.Transactions;
import dev.slipway.chassis.event.EventReader;
import dev.slipway.contracts.event.RunEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// Follows `slipway.runs`.
@ApplicationScoped
class RunListener {
    private static final Logger LOG = Logger.getLogger(RunListener.class);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(5);

    private final EventReader reader;
    private final Transactions transactions;

    @Inject
    RunListener(EventReader reader, Transactions transactions) {
        this.reader = reader;
        this.transactions = transactions;
    }

    @Incoming("runs")
    Uni<Void> follow(ConsumerRecord<String, byte[]> record) {
        return reader.read(record, RunEvent.class)
                .chain(found ->
                        found.map(event -> apply(event.data()))
                                .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    /// A database that is away is waited for: a record passed over would be a right not withdrawn.
    private Uni<Void> apply(RunEvent event) {
        Optional<Standing> standing = standing(event);
        if (standing.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var now = new RunStanding(standing.get(), event.at());
        return transactions
                .asWorker(worker ->
                        RunStore.keep(worker, event.tenant(), event.run(), now)
                                .chain(() -> RunStore.forgetOld(worker)))
                .onFailure()
                .invoke(failure ->
                        LOG.warnf(
                                "cannot note that run \"%s\" is %s (%s): trying again",
                                event.run(), now.standing(), failure.getMessage()))
                .onFailure()
                .retry()
                .withBackOff(FIRST_BACKOFF, LAST_BACKOFF)
                .indefinitely();
    }

    static Optional<Standing> standing(RunEvent event) {
        return switch (event) {
            case RunEvent.RunOpened _, RunEvent.RunResumed _ -> Optional.of(Standing.OPEN);
            case RunEvent.CancelRequested _ -> Optional.of(Standing.CANCELLING);
            case RunEvent.RunSettled settled ->
                    Optional.of(
                            switch (settled.outcome()) {
                                case FAILED, CANCELLED -> Standing.FAILED;
                                case SUCCEEDED, NOTHING_TO_DO, PLANNED -> Standing.ENDED;
                            });
            case RunEvent.PlanFrozen _,
                    RunEvent.PhaseStarted _,
                    RunEvent.PhaseSettled _,
                    RunEvent.RunPaused _ ->
                    Optional.empty();
        };
    }
}
