package dev.slipway.cert.material;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.cert.CertApi;
import dev.slipway.cert.CertEvents;
import dev.slipway.cert.TestOrder;
import dev.slipway.contracts.event.RunEvent;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.OrderKeys;
import dev.slipway.contracts.order.OrderSigner;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.contracts.outcome.RunOutcome;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.StackResource;
import dev.slipway.testkit.TestOrders;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class RedemptionIT {
    private static final String TENANT = "acme";

    private final CertApi planner = CertApi.service("planner");
    private final CertApi executor = CertApi.service("executor/default");
    private final CertEvents events = new CertEvents();
    private TestOrder order = TestOrder.of(TENANT, "redeem");

    @BeforeEach
    void openTheAuthority() {
        order = TestOrder.of(TENANT, "redeem");
        CertApi.user(TENANT, "ada", "operator").putPassword(TestOrder.CREDENTIAL, "pw", "sudo");
        assertThat(planner.openAuthority(order, Map.of()).status()).isEqualTo(200);
    }

    @AfterEach
    void closeTheProbe() {
        events.close();
    }

    @Test
    void handsOutExactlyWhatTheOrderNamesAndSaysSo() {
        var redeemed = executor.redeem(order.withMaterials(Materials.authority("sa.pub")).signed());

        assertThat(redeemed.materials().keySet())
                .containsExactlyInAnyOrder("pki/sa.pub", "credential/ops", "sudo-password/ops");
        assertThat(text(redeemed, "credential/ops"))
                .isEqualTo("{\"kind\":\"password\",\"password\":\"pw\"}");
        assertThat(text(redeemed, "sudo-password/ops")).isEqualTo("sudo");
        var event = events.await("MaterialRedeemed", order.run().toString(), 1).get(0);
        assertThat(event.key()).isEqualTo("acme/redeem");
        assertThat(KafkaProbe.header(event, "ce_authid"))
                .isEqualTo("spiffe://slipway/executor/default");
        assertThat(event.value())
                .contains(
                        "\"materials\":[\"credential/ops\",\"pki/sa.pub\",\"sudo-password/ops\"]",
                        "\"executor\":\"spiffe://slipway/executor/default\"");
    }

    @Test
    void handsOutTheLoginOfARegistryAsHostsNeedIt() {
        var ada = CertApi.user(TENANT, "ada", "operator");
        ada.call(
                "PUT",
                "/v1/credentials/images",
                "{\"registry\":{\"username\":\"me\",\"password\":\"it's: secret\"}}");

        var redeemed =
                executor.redeem(order.withMaterials(Materials.registryLogin("images")).signed());

        assertThat(text(redeemed, "registry/images"))
                .isEqualTo(
                        Base64.getEncoder()
                                .encodeToString(
                                        "me:it's: secret".getBytes(StandardCharsets.UTF_8)));
        // Neither kind opens what the other is for.
        refused(
                order.withMaterials(Materials.credential("images")),
                404,
                "MATERIAL_MISSING",
                "credential/images");
        refused(
                order.withMaterials(Materials.registryLogin(TestOrder.CREDENTIAL)),
                404,
                "MATERIAL_MISSING",
                "registry/ops");
    }

    @Test
    void letsAnyExecutorOfThePoolTakeOver() {
        byte[] first = executor.redeem(order.signed()).materials().get("pki/ca.key");
        byte[] second = executor.redeem(order.signed()).materials().get("pki/ca.key");

        assertThat(first).isNotNull().isEqualTo(second);
        events.await("MaterialRedeemed", order.run().toString(), 2);
    }

    @Test
    void makesTheCertificateOfAKubeletForEachRedemptionAndSaysSo() throws Exception {
        var joining =
                order.withMaterials(
                        Materials.authority("ca.crt"), Materials.kubeletClient("worker-1"));

        var first = executor.redeem(joining.signed());
        var second = executor.redeem(joining.signed());

        X509Certificate ca = certificate(text(first, "pki/ca.crt"));
        X509Certificate one = certificate(text(first, "kubelet-client/worker-1"));
        X509Certificate other = certificate(text(second, "kubelet-client/worker-1"));
        one.verify(ca.getPublicKey());
        assertThat(one.getSubjectX500Principal().getName())
                .isEqualTo("CN=system:node:worker-1,O=system:nodes");
        assertThat(one.getPublicKey()).isNotEqualTo(other.getPublicKey());
        assertThat(events.await("CertificateIssued", "system:node:worker-1", 2))
                .extracting(event -> event.value())
                .anySatisfy(event ->
                        assertThat(event)
                                .contains(
                                        "\"purpose\":\"kubelet\"",
                                        "\"serial\":\"%s\""
                                                .formatted(one.getSerialNumber().toString(16))))
                .noneSatisfy(event -> assertThat(event).contains("PRIVATE KEY"));
        refused(
                joining.withCluster("nowhere"),
                404,
                "MATERIAL_MISSING",
                "\"kubelet-client/worker-1\"");
        refused(
                order.withMaterials(new MaterialName("kubelet-client/a/b")),
                404,
                "MATERIAL_MISSING",
                "\"kubelet-client/a/b\"");
    }

    @Test
    void makesWhatARegistryOfTheClustersOwnNeedsForEachRedemption() throws Exception {
        CertApi.user(TENANT, "ada", "operator")
                .call(
                        "PUT",
                        "/v1/credentials/pull",
                        "{\"registry\":{\"username\":\"me\",\"password\":\"it's: secret\"}}");
        var serving =
                order.withMaterials(
                        Materials.authority("ca.crt"),
                        Materials.registryServer("10.0.0.7"),
                        Materials.registryUsers("pull"));

        var first = executor.redeem(serving.signed());
        var second = executor.redeem(serving.signed());

        X509Certificate ca = certificate(text(first, "pki/ca.crt"));
        X509Certificate one = certificate(text(first, "registry-server/10.0.0.7"));
        one.verify(ca.getPublicKey());
        assertThat(one.getSubjectAlternativeNames()).containsExactly(List.of(7, "10.0.0.7"));
        assertThat(one.getNotAfter()).isEqualTo(ca.getNotAfter());
        assertThat(one.getPublicKey())
                .isNotEqualTo(certificate(text(second, "registry-server/10.0.0.7")).getPublicKey());
        assertThat(text(first, "registry-users/pull"))
                .startsWith("me:$2y$10$")
                .doesNotContain("secret")
                .isNotEqualTo(text(second, "registry-users/pull"));
        assertThat(events.await("CertificateIssued", "CN=10.0.0.7", 2))
                .extracting(event -> event.value())
                .anySatisfy(event ->
                        assertThat(event)
                                .contains(
                                        "\"purpose\":\"registry\"",
                                        "\"serial\":\"%s\""
                                                .formatted(one.getSerialNumber().toString(16))))
                .noneSatisfy(event -> assertThat(event).contains("PRIVATE KEY"));
        refused(
                serving.withCluster("nowhere"),
                404,
                "MATERIAL_MISSING",
                "\"registry-server/10.0.0.7\"");
        refused(
                order.withMaterials(Materials.registryUsers("ops")),
                404,
                "MATERIAL_MISSING",
                "\"registry-users/ops\"");
    }

    private static X509Certificate certificate(String pem) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void refusesForgedAndAlteredOrdersAndNotesThem() throws Exception {
        String[] parts = order.signed().split("\\.");
        String payload =
                new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String altered =
                parts[0]
                        + "."
                        + encode(payload.replace("\"redeem\"", "\"other\""))
                        + "."
                        + parts[2];
        var foreignKeys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String keyId = OrderKeys.id(OrderKeys.publicKey(TestOrders.verifyingKey()));
        String forged = new OrderSigner(keyId, foreignKeys.getPrivate()).sign(order.order());
        String unsigned = encode("{\"alg\":\"none\"}") + "." + parts[1] + ".";

        for (String jws : new String[] {altered, forged, unsigned, "junk", ""}) {
            var answer = executor.redeem(jws);
            assertThat(answer.status()).as(jws).isEqualTo(403);
            assertThat(answer.code()).isEqualTo("ORDER_FORGED");
            assertThat(answer.text()).doesNotContain(parts[1]);
        }
        var event = events.await("MaterialRefused", "signature is wrong", 2).get(0);
        assertThat(KafkaProbe.header(event, "ce_tenant")).isEqualTo("local");
    }

    @Test
    void refusesForeignLateAndUnknown() {
        refused(order.withPool("edge"), 403, "ORDER_FOREIGN", "edge");
        refused(
                order.withIssuedAt(Instant.now().minus(Duration.ofHours(2))),
                410,
                "ORDER_EXPIRED",
                "settled by");
        refused(order.withCluster("nowhere"), 404, "MATERIAL_MISSING", "pki/ca.key");
        refused(order.withGeneration(7), 404, "MATERIAL_MISSING", "generation 7");
        refused(order.withTenant("other"), 404, "MATERIAL_MISSING", "credential/ops");
        refused(
                order.withRun(dev.slipway.contracts.id.RunId.next()),
                404,
                "MATERIAL_MISSING",
                "token/bootstrap");
        refused(
                order.withMaterials(new MaterialName("pki/../ca.key")),
                404,
                "MATERIAL_MISSING",
                "pki/../ca.key");
        assertThat(
                        CertApi.service("executor/edge")
                                .redeem(order.withPool("edge").signed())
                                .status())
                .as("the pool's own executor")
                .isEqualTo(200);
    }

    @Test
    void neverHandsOutAnotherClustersMaterial() {
        TestOrder other = TestOrder.of(TENANT, "redeem-other");
        planner.openAuthority(other, Map.of());

        byte[] own = executor.redeem(order.signed()).materials().get("pki/ca.key");
        byte[] others = executor.redeem(other.signed()).materials().get("pki/ca.key");

        assertThat(own).isNotNull().isNotEqualTo(others);
        refused(other.withRun(order.run()), 404, "MATERIAL_MISSING", "token/bootstrap");
    }

    @Test
    void refusesATokenWhoseTimeIsOver() {
        TestOrder brief = TestOrder.of(TENANT, "brief");
        planner.openAuthority(brief, Map.of("tokenValidUntil", Instant.now().plusSeconds(2)));

        await().atMost(Duration.ofSeconds(10))
                .until(() -> executor.redeem(brief.signed()).code().equals("MATERIAL_MISSING"));
        planner.openAuthority(brief, Map.of());

        assertThat(executor.redeem(brief.signed()).status()).as("prolonged").isEqualTo(200);
    }

    @Test
    void withdrawsTheRightWithTheRun() {
        Instant now = Instant.now();
        events.publish(
                new RunEvent.CancelRequested(
                        order.tenant(), order.cluster(), order.run(), "ada", now));
        awaitRefusal(order, "is cancelled since");
        assertThat(executor.redeem(order.withKind(AttemptKind.CANCEL).signed()).status())
                .as("an order that cancels")
                .isEqualTo(200);

        settle(order, RunOutcome.CANCELLED, now.plusMillis(1));
        awaitRefusal(order.withKind(AttemptKind.CANCEL), "is settled since");
        var refusal = events.await("MaterialRefused", order.run().toString(), 1).get(0);
        assertThat(KafkaProbe.header(refusal, "ce_correlationid"))
                .isEqualTo(order.run().toString());
    }

    @Test
    void givesTheRightBackWithARetry() {
        Instant settled = Instant.now();
        settle(order, RunOutcome.FAILED, settled);
        awaitRefusal(order.withIssuedAt(settled.minusSeconds(1)), "is settled since");

        assertThat(executor.redeem(order.withIssuedAt(settled.plusSeconds(1)).signed()).status())
                .as("an order of the retry, before the retry is known")
                .isEqualTo(200);
        events.publish(
                new RunEvent.RunResumed(
                        order.tenant(),
                        order.cluster(),
                        order.run(),
                        "ada",
                        true,
                        settled.plusMillis(5)));
        await().atMost(Duration.ofSeconds(20))
                .until(() ->
                        executor.redeem(order.withIssuedAt(settled.minusSeconds(1)).signed())
                                        .status()
                                == 200);
    }

    @Test
    void staysWithWhatItKnowsWhenAnOldRecordComesAgain() {
        Instant now = Instant.now();
        settle(order, RunOutcome.SUCCEEDED, now);
        awaitRefusal(order, "is settled");
        TestOrder marker = TestOrder.of(TENANT, "redeem");
        planner.openAuthority(marker, Map.of());

        events.publish(
                new RunEvent.RunResumed(
                        order.tenant(),
                        order.cluster(),
                        order.run(),
                        "ada",
                        false,
                        now.minusSeconds(9)));
        settle(marker, RunOutcome.SUCCEEDED, now);
        awaitRefusal(marker, "is settled");

        refused(order, 403, "MATERIAL_REFUSED", "is settled");
    }

    private void settle(TestOrder of, RunOutcome outcome, Instant at) {
        events.publish(
                new RunEvent.RunSettled(
                        of.tenant(),
                        of.cluster(),
                        of.run(),
                        outcome,
                        outcome == RunOutcome.FAILED
                                ? Optional.of(ReasonCode.FAILURE_LIMIT_REACHED)
                                : Optional.empty(),
                        "",
                        at));
    }

    private void awaitRefusal(TestOrder refused, String why) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> refused(refused, 403, "MATERIAL_REFUSED", why));
    }

    private void refused(TestOrder refused, int status, String code, String detail) {
        var answer = executor.redeem(refused.signed());
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.json().path("detail").asText()).contains(detail);
    }

    private static String text(CertApi.Answer answer, String name) {
        return new String(
                java.util.Objects.requireNonNull(answer.materials().get(name), name),
                StandardCharsets.UTF_8);
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
