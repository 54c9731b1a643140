package dev.slipway.cert.kube;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.CertApi;
import dev.slipway.cert.CertEvents;
import dev.slipway.cert.TestOrder;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.order.KubeCredential;
import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.Materials;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class KubeIT {
    private static final String MATERIAL = Materials.kube(KubeIdentity.VIEW).value();

    private final CertApi planner = CertApi.service("planner");
    private final CertApi executor = CertApi.service("executor/default");

    private TestOrder order(String tenant) {
        TestOrder order = TestOrder.of(tenant, "kube");
        CertApi.user(tenant, "ada", "operator").putPassword(TestOrder.CREDENTIAL, "pw", "sudo");
        assertThat(planner.openAuthority(order, Map.of()).status()).isEqualTo(200);
        return order;
    }

    private KubeCredential redeem(TestOrder order) {
        var redeemed = executor.redeem(TestOrder.signed(order.orderForApi()));
        assertThat(redeemed.status()).as(redeemed.text()).isEqualTo(200);
        assertThat(redeemed.materials().keySet())
                .as("the key of the authority stays")
                .containsExactlyInAnyOrder("credential/ops", "sudo-password/ops", MATERIAL);
        return Wire.read(
                Objects.requireNonNull(redeemed.materials().get(MATERIAL)), KubeCredential.class);
    }

    private static X509Certificate certificate(String pem) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem.getBytes(US_ASCII)));
    }

    @Test
    void issuesAShortCertificateOfTheLeastPrivilegeAndSaysSo() throws Exception {
        TestOrder order = order("kube-issue");

        KubeCredential credential = redeem(order);

        X509Certificate certificate = certificate(credential.certificate());
        certificate.verify(certificate(credential.authority()).getPublicKey());
        assertThat(certificate.getSubjectX500Principal().getName())
                .isEqualTo("CN=slipway:run:%s,O=slipway:executor:view".formatted(order.run()));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getNotAfter().toInstant())
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(8)),
                        Instant.now().plus(Duration.ofMinutes(10)));
        assertThat(credential.privateKey()).contains("BEGIN PRIVATE KEY");
        String serial = certificate.getSerialNumber().toString(16);
        try (var events = new CertEvents()) {
            assertThat(events.await("CertificateIssued", "\"" + serial + "\"", 1).get(0).value())
                    .contains(
                            "\"purpose\":\"kube\"",
                            "slipway:executor:view",
                            "\"actor\":\"spiffe://slipway/executor/default\"");
        }
        assertThat(certificate(redeem(order).certificate()).getSerialNumber())
                .as("another one for each redemption")
                .isNotEqualTo(certificate.getSerialNumber());
    }

    @Test
    void givesNoneToAStepThatRunsOnAHost() {
        TestOrder order = order("kube-put");

        var refused =
                executor.redeem(order.withMaterials(Materials.kube(KubeIdentity.VIEW)).signed());

        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.code()).isEqualTo("MATERIAL_MISSING");
        assertThat(refused.text()).contains(MATERIAL);
    }

    @Test
    void givesNoneForAClusterWithoutAuthority() {
        TestOrder order = order("kube-none");

        for (TestOrder other :
                new TestOrder[] {order.withCluster("other"), order.withGeneration(2)}) {
            var refused = executor.redeem(TestOrder.signed(other.orderForApi()));

            assertThat(refused.status()).isEqualTo(404);
            assertThat(refused.code()).isEqualTo("MATERIAL_MISSING");
        }
        var foreign =
                CertApi.service("executor/edge").redeem(TestOrder.signed(order.orderForApi()));
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.code()).isEqualTo("ORDER_FOREIGN");
    }
}
