package dev.slipway.status.stream;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.pubsub.PgSubscriber;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Hears from the database that streams grew, whichever instance made them grow, and rings.
/// Connects again by itself, and then rings for all, since it may have missed some.
@ApplicationScoped
class StreamListener {
    private static final Logger LOG = Logger.getLogger(StreamListener.class);
    private static final long RECONNECT_MILLIS = 500;

    private final Vertx vertx;
    private final StreamBell bell;
    private final PgConnectOptions options;
    private @Nullable PgSubscriber subscriber;

    @Inject
    StreamListener(Vertx vertx, StreamBell bell, Database database) {
        this.vertx = vertx;
        this.bell = bell;
        this.options = database.options();
    }

    /// Where the database is.
    @ApplicationScoped
    static class Database {
        @ConfigProperty(name = "slipway.database.host")
        String host;

        @ConfigProperty(name = "slipway.database.port")
        int port;

        @ConfigProperty(name = "slipway.database.name")
        String name;

        @ConfigProperty(name = "slipway.database.worker.username")
        String username;

        @ConfigProperty(name = "slipway.database.worker.password")
        String password;

        PgConnectOptions options() {
            return new PgConnectOptions()
                    .setHost(host)
                    .setPort(port)
                    .setDatabase(name)
                    .setUser(username)
                    .setPassword(password);
        }
    }

    void start(@Observes StartupEvent event) {
        PgSubscriber made =
                PgSubscriber.subscriber(vertx, options).reconnectPolicy(_ -> RECONNECT_MILLIS);
        made.channel(StreamWriter.CHANNEL)
                .subscribeHandler(_ -> bell.ringAll())
                .handler(bell::ring);
        made.connect()
                .onFailure(failure ->
                        LOG.warnf(
                                failure,
                                "cannot listen to the database yet: live streams look every few seconds until it works"));
        subscriber = made;
    }

    /// Forgets the rings of runs that nobody follows any more; whoever does follow looks once for
    /// nothing.
    @Scheduled(every = "10m")
    void sweep() {
        bell.ringAll();
    }

    void stop(@Observes ShutdownEvent event) {
        if (subscriber != null) {
            subscriber.close();
        }
    }
}
