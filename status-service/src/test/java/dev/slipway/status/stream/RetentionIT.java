package dev.slipway.status.stream;

import static dev.slipway.status.Story.PREPARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.chassis.database.Transactions;
import dev.slipway.status.StatusApi;
import dev.slipway.status.Story;
import dev.slipway.status.Teller;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "status"))
class RetentionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject Transactions transactions;
    @Inject Retention retention;

    private final Story story = Story.of("kept", 1);
    private final Story other = Story.of("kept", 1);
    private final StatusApi api = StatusApi.viewer("kept");

    @Test
    void removesOutputAfterADayAndRunsAfterTheirTime() {
        try (var teller = new Teller()) {
            teller.tell(story.opened(), other.opened());
            teller.tell(output(story), output(other));
        }
        awaitOutput(story, 1);
        awaitOutput(other, 1);

        age("UPDATE run_event SET recorded_at = now() - interval '25 hours' WHERE run = $1", story);
        prune();

        assertThat(api.get(path(story) + "/output").body().path("chunks")).isEmpty();
        assertThat(api.get(path(story)).status()).isEqualTo(200);
        assertThat(api.get(path(other) + "/output").body().path("chunks")).hasSize(1);

        age("UPDATE run_stream SET touched_at = now() - interval '91 days' WHERE run = $1", story);
        prune();

        assertThat(api.get(path(story)).status()).isEqualTo(404);
        assertThat(api.get(path(other)).status()).isEqualTo(200);
    }

    private void prune() {
        retention.prune().await().atMost(PATIENCE);
    }

    private void age(String statement, Story of) {
        transactions
                .asWorker(c -> c.preparedQuery(statement).execute(Tuple.of(of.run().value())))
                .await()
                .atMost(PATIENCE);
    }

    private void awaitOutput(Story of, int pieces) {
        await().atMost(PATIENCE)
                .until(() -> api.get(path(of) + "/output").body().path("chunks").size() == pieces);
    }

    private static Object output(Story of) {
        return of.output(of.ref(PREPARE, 0, 1), 0, "x\n");
    }

    private static String path(Story of) {
        return "/v1/runs/" + of.run();
    }
}
