package dev.slipway.status.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.event.CertificateEvent.AuthorityOpened;
import dev.slipway.contracts.event.CertificateEvent.CertificateIssued;
import dev.slipway.contracts.event.CertificateEvent.CredentialDeleted;
import dev.slipway.contracts.event.CertificateEvent.CredentialStored;
import dev.slipway.contracts.event.CertificateEvent.TokenIssued;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.status.StatusApi;
import dev.slipway.status.Teller;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "status"))
class CertificatesIT {
    private static final TenantId TENANT = TenantId.of("issued");
    private static final ClusterName CLUSTER = ClusterName.of("demo");
    private static final String PATH = "/v1/clusters/demo/certificates";

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @Test
    void listsWhatWasIssuedAndWhenItEnds() {
        StatusApi api = StatusApi.viewer("issued");
        var authority =
                new AuthorityOpened(
                        TENANT,
                        CLUSTER,
                        1,
                        "sha256:abc",
                        "ECDSA-P256",
                        now.plus(Duration.ofDays(3650)),
                        now);
        var token =
                new TokenIssued(
                        TENANT,
                        CLUSTER,
                        RunId.next(),
                        "abcdef",
                        now.minusSeconds(1),
                        now.minusSeconds(3600));
        var kubeconfig =
                new CertificateIssued(
                        TENANT,
                        CLUSTER,
                        "CN=ada",
                        "0a1b",
                        "kubeconfig",
                        "ada",
                        now.plusSeconds(60),
                        now.minusSeconds(3540));
        assertThat(api.get(PATH).code()).isEqualTo("UNKNOWN_CLUSTER");
        try (var teller = new Teller()) {
            teller.tell(
                    authority,
                    token,
                    kubeconfig,
                    new CredentialStored(TENANT, "root", "ada", now),
                    new CredentialDeleted(TENANT, "root", "ada", now),
                    authority);
        }

        await().atMost(Duration.ofSeconds(30))
                .until(() -> api.get(PATH).body().path("certificates").size() == 3);

        JsonNode lines = api.get(PATH).body().path("certificates");
        assertThat(lines.findValuesAsText("kind"))
                .containsExactly("authority", "certificate", "token");
        assertThat(lines.findValuesAsText("validity")).containsExactly("VALID", "ENDING", "ENDED");
        assertThat(lines.path(1).path("name").asText()).isEqualTo("CN=ada");
        assertThat(StatusApi.viewer("globex").get(PATH).status()).isEqualTo(404);
        assertThat(StatusApi.nobody().get(PATH).status()).isEqualTo(401);
    }
}
