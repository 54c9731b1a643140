package dev.slipway.cert.material;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.CertApi;
import dev.slipway.cert.CertEvents;
import dev.slipway.cert.TestOrder;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.order.Materials;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class DepositIT {
    private static final String TENANT = "acme";

    private final CertApi planner = CertApi.service("planner");
    private final CertApi executor = CertApi.service("executor/default");
    private final CertEvents events = new CertEvents();

    /// The authority of somebody's cluster, taken from one that the service made.
    private Map<String, byte[]> found = Map.of();

    @BeforeEach
    void haveAnAuthority() {
        found = authority("foreign");
    }

    @AfterEach
    void closeTheProbe() {
        events.close();
    }

    private Map<String, byte[]> authority(String cluster) {
        TestOrder order = TestOrder.of(TENANT, cluster);
        CertApi.user(TENANT, "ada", "operator").putPassword(TestOrder.CREDENTIAL, "pw", "sudo");
        planner.openAuthority(order, Map.of());
        var files = new TreeMap<>(executor.redeem(order.signed()).materials());
        files.keySet().removeIf(name -> !name.startsWith("pki/"));
        assertThat(files).hasSize(Materials.AUTHORITY_FILES.size());
        return files;
    }

    private ContentDigest digest() {
        return ContentDigest.ofBytes(Objects.requireNonNull(found.get("pki/ca.crt")));
    }

    private String signed(TestOrder order) {
        return TestOrder.signed(order.orderToDeposit(digest()));
    }

    @Test
    void becomesTheClustersAuthorityAndSaysSo() {
        TestOrder order = TestOrder.of(TENANT, "adopted");

        var first = executor.deposit(signed(order), found);
        var again = executor.deposit(signed(order), found);

        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(again.status()).as(again.text()).isEqualTo(200);
        var opened = planner.openAuthority(order, Map.of());
        assertThat(opened.json().path("caDigest").asText()).isEqualTo(digest().value());
        assertThat(executor.redeem(order.signed()).materials()).containsAllEntriesOf(found);
        var told = events.await("AuthorityAdopted", order.run().toString(), 1);
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().value())
                .contains(
                        "\"host\":\"10.0.0.1:22\"",
                        "\"pin\":\"sha256:",
                        "\"executor\":\"spiffe://slipway/executor/default\"")
                .doesNotContain("PRIVATE KEY", "BEGIN");
        assertThat(
                        CertApi.user(TENANT, "ada", "operator")
                                .call("POST", "/v1/clusters/adopted/kubeconfigs", "{}")
                                .text())
                .contains("https://10.0.0.1:6443");
    }

    @Test
    void refusesOrdersThatDoNotSaySo() {
        TestOrder order = TestOrder.of(TENANT, "refused");

        refused(executor.deposit(order.signed(), found), 403, "MATERIAL_REFUSED", "nothing");
        refused(executor.deposit("junk", found), 403, "ORDER_FORGED", "");
        refused(
                executor.deposit(signed(order.withPool("edge")), found),
                403,
                "ORDER_FOREIGN",
                "edge");
        refused(
                executor.deposit(
                        signed(order.withIssuedAt(Instant.now().minus(Duration.ofHours(2)))),
                        found),
                410,
                "ORDER_EXPIRED",
                "settled by");
        assertThat(CertApi.user(TENANT, "vic", "viewer").call("GET", path(order), "").status())
                .isEqualTo(404);
        events.await("MaterialRefused", order.run().toString(), 3);
    }

    @Test
    void refusesFilesThatAreNotThoseThatWerePlannedFor() {
        TestOrder order = TestOrder.of(TENANT, "spoilt");
        var other = authority("other");
        var mixed = new TreeMap<>(found);
        mixed.put("pki/ca.key", Objects.requireNonNull(other.get("pki/ca.key")));
        var short7 = new TreeMap<>(found);
        short7.remove("pki/sa.key");

        refused(
                executor.deposit(signed(order), mixed),
                422,
                "AUTHORITY_UNUSABLE",
                "ca.key does not belong to ca.crt");
        refused(executor.deposit(signed(order), short7), 422, "AUTHORITY_UNUSABLE", "no sa.key");
        refused(
                executor.deposit(signed(order), other),
                422,
                "AUTHORITY_UNUSABLE",
                "planned for " + digest());
    }

    @Test
    void neverPutsOneInTheOthersPlace() {
        TestOrder order = TestOrder.of(TENANT, "taken");
        planner.openAuthority(order, Map.of());

        refused(
                executor.deposit(signed(order), found),
                409,
                "AUTHORITY_UNUSABLE",
                "has an authority of its own already");
    }

    private static String path(TestOrder order) {
        return "/v1/clusters/%s/authority".formatted(order.cluster());
    }

    private static void refused(CertApi.Answer answer, int status, String code, String detail) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.json().path("detail").asText()).contains(detail);
        assertThat(answer.text()).doesNotContain("PRIVATE KEY");
    }
}
