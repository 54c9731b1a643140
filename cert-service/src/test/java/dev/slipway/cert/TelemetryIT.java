package dev.slipway.cert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.contracts.Topics;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.Materials;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.Scrape;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class TelemetryIT {
    private static final String REFUSED = "slipway_redemptions_refused_total";

    private final CertApi executor = CertApi.service("executor/default");
    private final TestOrder order = TestOrder.of("metrics", "measured");

    @Test
    void countsRedemptionsAndThoseThatWereRefusedByReason() {
        CertApi.user("metrics", "ada", "operator").putPassword(TestOrder.CREDENTIAL, "pw", "sudo");
        assertThat(CertApi.service("planner").openAuthority(order, Map.of()).status())
                .isEqualTo(200);
        Scrape before = Scrape.of("cert");

        executor.redeem(order.withMaterials(Materials.authority("sa.pub")).signed());
        executor.redeem(order.withMaterials(MaterialName.of("nothing/of-the-kind")).signed());
        executor.redeem("forged");

        Scrape after = Scrape.of("cert");
        assertThat(after.value("slipway_redemptions_total"))
                .isEqualTo(before.value("slipway_redemptions_total") + 1);
        for (String code : new String[] {"MATERIAL_MISSING", "ORDER_FORGED"}) {
            assertThat(after.value(REFUSED, "code", code))
                    .as(code)
                    .isEqualTo(before.value(REFUSED, "code", code) + 1);
        }
        assertThat(after.value("slipway_problems_total", "code", "ORDER_FORGED", "status", "403"))
                .isPositive();
        assertThat(after.undocumented()).isEmpty();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(published()).isGreaterThanOrEqualTo(published(before) + 3));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> Scrape.of("cert").find("slipway_outbox_depth").orElseThrow() == 0);
    }

    @Test
    void whatItDoesBelongsToTheTraceOfTheRequest() {
        String trace = UUID.randomUUID().toString().replace("-", "");
        String credential = "traced-" + trace.substring(0, 8);

        CertApi.user("metrics", "ada", "operator")
                .call(
                        "PUT",
                        "/v1/credentials/" + credential,
                        "{\"ssh\":{\"kind\":\"password\",\"password\":\"pw\"}}",
                        Map.of("traceparent", "00-%s-00f067aa0ba902b7-01".formatted(trace)));

        try (var events = new CertEvents()) {
            var stored = events.await("CredentialStored", credential, 1).getFirst();
            assertThat(KafkaProbe.header(stored, "traceparent")).startsWith("00-" + trace);
        }
    }

    private static double published() {
        return published(Scrape.of("cert"));
    }

    private static double published(Scrape scrape) {
        return scrape.value("slipway_outbox_published_total", "topic", Topics.CERTIFICATES);
    }
}
