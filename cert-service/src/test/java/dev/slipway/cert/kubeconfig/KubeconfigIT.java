package dev.slipway.cert.kubeconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.CertApi;
import dev.slipway.cert.CertEvents;
import dev.slipway.cert.TestOrder;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class KubeconfigIT {
    private static final String PATH = "/v1/clusters/kube/kubeconfigs";

    private final CertApi operator = CertApi.user("acme", "ada", "operator");
    private final CertApi admin = CertApi.user("acme", "root", "admin");

    @BeforeEach
    void openTheAuthority() {
        CertApi.service("planner")
                .openAuthority(
                        TestOrder.of("acme", "kube"),
                        Map.of("endpoint", "https://10.0.0.1:6443", "keyAlgorithm", "RSA-2048"));
    }

    @Test
    void carriesTheUsersNameAndGroupForAnHour() throws Exception {
        var answer = operator.call("POST", PATH, "");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        X509Certificate certificate = certificate(answer.text());
        certificate.verify(authority(answer.text()).getPublicKey());
        assertThat(certificate.getSubjectX500Principal().getName())
                .isEqualTo("CN=ada,O=slipway:operator");
        assertThat(certificate.getNotAfter().toInstant())
                .isBetween(Instant.now().plusSeconds(3300), Instant.now().plusSeconds(3600));
        assertThat(answer.text())
                .contains("server: \"https://10.0.0.1:6443\"", "current-context: \"ada@kube\"");
        assertThat(answer.cacheControl()).contains("no-store");
        try (var events = new CertEvents()) {
            var event =
                    events.await("CertificateIssued", certificate.getSerialNumber().toString(16), 1)
                            .get(0);
            assertThat(event.value()).contains("\"actor\":\"ada\"", "CN=ada,O=slipway:operator");
        }
    }

    @Test
    void givesAdminsTheClustersAdministratorGroupAndLessOnRequest() throws Exception {
        String all = admin.call("POST", PATH, "{\"ttl\":\"PT24H\"}").text();
        String less = admin.call("POST", PATH, "{\"role\":\"viewer\"}").text();

        assertThat(certificate(all).getSubjectX500Principal().getName())
                .isEqualTo("CN=root,O=kubeadm:cluster-admins");
        assertThat(certificate(all).getNotAfter().toInstant())
                .isAfter(Instant.now().plus(Duration.ofHours(23)));
        assertThat(certificate(less).getSubjectX500Principal().getName())
                .isEqualTo("CN=root,O=slipway:viewer");
    }

    @Test
    void usesTheOldGroupForClustersBefore129() throws Exception {
        CertApi.service("planner")
                .openAuthority(
                        TestOrder.of("acme", "kube-old"), Map.of("kubernetesVersion", "v1.28.15"));

        String yaml =
                admin.call(
                                "POST",
                                "/v1/clusters/kube-old/kubeconfigs",
                                "{\"endpoint\":\"https://old.example:6443\"}")
                        .text();

        assertThat(certificate(yaml).getSubjectX500Principal().getName())
                .isEqualTo("CN=root,O=system:masters");
        assertThat(yaml).contains("server: \"https://old.example:6443\"");
        var unknown = admin.call("POST", "/v1/clusters/kube-old/kubeconfigs", "{}");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.text()).contains("endpoint");
    }

    @Test
    void usesKubernetesOwnGroupForClustersOfK0s() throws Exception {
        CertApi.service("planner")
                .openAuthority(
                        TestOrder.of("acme", "kube-k0s"),
                        Map.of(
                                "endpoint",
                                "https://balancer.example:6443",
                                "k0s",
                                Map.of(
                                        "apiServer",
                                        "https://10.0.0.1:6443",
                                        "joinServer",
                                        "https://10.0.0.1:9443")));

        String yaml = admin.call("POST", "/v1/clusters/kube-k0s/kubeconfigs", "{}").text();

        assertThat(certificate(yaml).getSubjectX500Principal().getName())
                .isEqualTo("CN=root,O=system:masters");
        assertThat(yaml).contains("server: \"https://balancer.example:6443\"");
    }

    @Test
    void refusesWhatGoesTooFar() {
        refused(operator, "{\"role\":\"admin\"}", 403, "NOT_PERMITTED");
        refused(operator, "{\"ttl\":\"PT25H\"}", 400, "INVALID_REQUEST");
        refused(operator, "{\"ttl\":\"PT1S\"}", 400, "INVALID_REQUEST");
        refused(operator, "{\"endpoint\":\"http://10.0.0.1\"}", 400, "INVALID_REQUEST");
        refused(operator, "{\"role\":\"root\"}", 400, "INVALID_REQUEST");
        refused(
                CertApi.user("acme", "system:kube-controller-manager", "operator"),
                "{}",
                403,
                "NOT_PERMITTED");
    }

    private static void refused(CertApi caller, String body, int status, String code) {
        var answer = caller.call("POST", PATH, body);
        assertThat(answer.status()).as(body + answer.text()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
    }

    private static X509Certificate certificate(String yaml) throws Exception {
        return field(yaml, "client-certificate-data");
    }

    private static X509Certificate authority(String yaml) throws Exception {
        return field(yaml, "certificate-authority-data");
    }

    private static X509Certificate field(String yaml, String name) throws Exception {
        var match = Pattern.compile("\\b" + name + ": (\\S+)").matcher(yaml);
        assertThat(match.find()).as(yaml).isTrue();
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        Base64.getDecoder().decode(match.group(1))));
    }
}
