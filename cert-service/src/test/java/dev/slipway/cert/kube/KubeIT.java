package dev.slipway.cert.kube;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.CertApi;
import dev.slipway.cert.CertEvents;
import dev.slipway.cert.TestOrder;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.KubeCredential;
import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.Materials;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class KubeIT {
    private static final String MATERIAL = Materials.kube(KubeIdentity.VIEW).value();
    private static final MaterialName KUBECONFIG = Materials.kubeconfig(KubeIdentity.MAINTENANCE);

    private final CertApi planner = CertApi.service("planner");
    private final CertApi executor = CertApi.service("executor/default");

    private TestOrder order(String tenant) {
        return order(tenant, Map.of());
    }

    private TestOrder order(String tenant, Map<String, Object> more) {
        TestOrder order = TestOrder.of(tenant, "kube");
        CertApi.user(tenant, "ada", "operator").putPassword(TestOrder.CREDENTIAL, "pw", "sudo");
        assertThat(planner.openAuthority(order, more).status()).isEqualTo(200);
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
    void putsMaintenanceIntoAKubeconfigForAHost() throws Exception {
        TestOrder order =
                order("kube-host", Map.of("endpoint", "https://10.0.0.9:6443"))
                        .withMaterials(Materials.authority("ca.crt"), KUBECONFIG);

        var redeemed = executor.redeem(order.signed());

        assertThat(redeemed.status()).as(redeemed.text()).isEqualTo(200);
        assertThat(redeemed.materials())
                .containsOnlyKeys(
                        "pki/ca.crt", KUBECONFIG.value(), "credential/ops", "sudo-password/ops");
        Map<?, ?> file = kubeconfig(redeemed);
        Map<?, ?> cluster = entry(file, "clusters", "cluster");
        Map<?, ?> user = entry(file, "users", "user");
        X509Certificate certificate = certificate(decoded(user, "client-certificate-data"));
        String ca = decoded(cluster, "certificate-authority-data");
        assertThat(ca).isEqualTo(text(redeemed, "pki/ca.crt"));
        certificate.verify(certificate(ca).getPublicKey());
        assertBelongTogether(decoded(user, "client-key-data"), certificate);
        assertThat(cluster.get("server")).isEqualTo("https://10.0.0.9:6443");
        assertThat(certificate.getSubjectX500Principal().getName())
                .isEqualTo(
                        "CN=slipway:run:%s,O=slipway:executor:maintenance".formatted(order.run()));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getNotAfter().toInstant())
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(58)),
                        Instant.now().plus(Duration.ofHours(1)));
        String context = "slipway:run:%s@kube".formatted(order.run());
        assertThat(file.get("current-context")).isEqualTo(context);
        assertThat(entry(file, "contexts", "context"))
                .isEqualTo(Map.of("cluster", "kube", "user", context));
        String serial = certificate.getSerialNumber().toString(16);
        try (var events = new CertEvents()) {
            assertThat(events.await("CertificateIssued", "\"" + serial + "\"", 1).get(0).value())
                    .contains(
                            "\"purpose\":\"kubeconfig\"",
                            "slipway:executor:maintenance",
                            "\"actor\":\"spiffe://slipway/executor/default\"")
                    .doesNotContain("PRIVATE KEY");
        }
        assertThat(text(executor.redeem(order.signed()), KUBECONFIG.value()))
                .as("another one for each redemption")
                .isNotEqualTo(text(redeemed, KUBECONFIG.value()));
    }

    @Test
    void leadsHostsOfK0sWhereTheyJoinAndKeepsToTheLifeOfLeaves() throws Exception {
        TestOrder order =
                order(
                                "kube-k0s",
                                Map.of(
                                        "endpoint",
                                        "https://203.0.113.9:6443",
                                        "leafValidity",
                                        "PT20M",
                                        "k0s",
                                        Map.of(
                                                "apiServer",
                                                "https://10.0.0.1:6443",
                                                "joinServer",
                                                "https://10.0.0.1:9443")))
                        .withMaterials(KUBECONFIG);

        Map<?, ?> file = kubeconfig(executor.redeem(order.signed()));

        assertThat(entry(file, "clusters", "cluster").get("server"))
                .isEqualTo("https://10.0.0.1:6443");
        assertThat(
                        certificate(
                                        decoded(
                                                entry(file, "users", "user"),
                                                "client-certificate-data"))
                                .getNotAfter()
                                .toInstant())
                .isBefore(Instant.now().plus(Duration.ofMinutes(20)));
    }

    @Test
    void givesNoOtherKubeconfigAndNoneWithoutAServer() {
        TestOrder known = order("kube-other", Map.of("endpoint", "https://10.0.0.9:6443"));
        TestOrder unknown = order("kube-nowhere");

        for (TestOrder order :
                List.of(
                        known.withMaterials(Materials.kubeconfig(KubeIdentity.VIEW)),
                        unknown.withMaterials(KUBECONFIG),
                        known.withGeneration(2).withMaterials(KUBECONFIG))) {
            var refused = executor.redeem(order.signed());

            assertThat(refused.status()).as(refused.text()).isEqualTo(404);
            assertThat(refused.code()).isEqualTo("MATERIAL_MISSING");
            assertThat(refused.text()).contains("kubeconfig/");
        }
    }

    private static Map<?, ?> kubeconfig(CertApi.Answer redeemed) {
        return (Map<?, ?>)
                new Load(LoadSettings.builder().build())
                        .loadFromString(text(redeemed, KUBECONFIG.value()));
    }

    private static Map<?, ?> entry(Map<?, ?> file, String list, String what) {
        var all = (List<?>) Objects.requireNonNull(file.get(list));
        assertThat(all).hasSize(1);
        return (Map<?, ?>) Objects.requireNonNull(((Map<?, ?>) all.get(0)).get(what));
    }

    private static String decoded(Map<?, ?> entry, String field) {
        return new String(Base64.getDecoder().decode(String.valueOf(entry.get(field))), US_ASCII);
    }

    private static String text(CertApi.Answer redeemed, String name) {
        return new String(Objects.requireNonNull(redeemed.materials().get(name), name), US_ASCII);
    }

    private static void assertBelongTogether(String key, X509Certificate certificate)
            throws Exception {
        String base64 = key.replaceAll("-----[A-Z ]+-----|\\s", "");
        var privateKey =
                KeyFactory.getInstance("EC")
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
        var signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(privateKey);
        signature.update((byte) 1);
        byte[] signed = signature.sign();
        signature.initVerify(certificate);
        signature.update((byte) 1);
        assertThat(signature.verify(signed)).isTrue();
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
