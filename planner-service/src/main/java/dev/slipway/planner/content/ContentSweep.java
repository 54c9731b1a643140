package dev.slipway.planner.content;

import dev.slipway.chassis.database.Transactions;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.jboss.logging.Logger;

/// Lets go of what nobody needs. Several planners may sweep at the same time.
@ApplicationScoped
class ContentSweep {
    private static final Logger LOG = Logger.getLogger(ContentSweep.class);

    private final Transactions transactions;
    private final ContentStore store;
    private final ContentConfig config;

    @Inject
    ContentSweep(Transactions transactions, ContentStore store, ContentConfig config) {
        this.transactions = transactions;
        this.store = store;
        this.config = config;
    }

    @Scheduled(
            every = "{slipway.contents.sweep-interval:PT1H}",
            concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> sweep() {
        return transactions
                .asWorker(c -> store.sweep(c, config.uploadPatience(), config.kept()))
                .invoke(gone -> {
                    if (gone > 0) {
                        LOG.infof("%d contents that no run needs were let go", gone);
                    }
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.warnf(
                            "contents could not be swept (%s): tried again in %s",
                            failure.getMessage(), config.sweepInterval());
                    return Uni.createFrom().voidItem();
                });
    }
}
