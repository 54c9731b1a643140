package dev.slipway.cert.authority;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.CertApi;
import dev.slipway.cert.CertEvents;
import dev.slipway.cert.TestOrder;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.RunId;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class AuthorityIT {
    private final CertApi planner = CertApi.service("planner");
    private final CertApi executor = CertApi.service("executor/default");

    @Test
    void opensOneAuthorityHoweverManyAskAtOnce() throws Exception {
        TestOrder order = TestOrder.of("acme", "twenty");

        List<CertApi.Answer> answers;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<CertApi.Answer> call = () -> planner.openAuthority(order, Map.of());
            answers =
                    threads.invokeAll(IntStream.range(0, 20).mapToObj(_ -> call).toList()).stream()
                            .map(f -> f.resultNow())
                            .toList();
        }

        assertThat(answers).extracting(CertApi.Answer::status).containsOnly(200);
        assertThat(answers).extracting(CertApi.Answer::text).containsOnly(answers.get(0).text());
        try (var events = new CertEvents()) {
            var opened = events.await("AuthorityOpened", "\"twenty\"", 1);
            assertThat(opened.get(0).key()).isEqualTo("acme/twenty");
            assertThat(KafkaProbe.header(opened.get(0), "ce_tenant")).isEqualTo("acme");
            assertThat(KafkaProbe.header(opened.get(0), "ce_authid"))
                    .isEqualTo("spiffe://slipway/planner");
            var tokens = events.await("TokenIssued", order.run().toString(), 1);
            assertThat(KafkaProbe.header(tokens.get(0), "ce_correlationid"))
                    .isEqualTo(order.run().toString());
            assertThat(events.all().stream().filter(r -> r.value().contains("\"twenty\"")))
                    .hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void handsOutWhatItAnswered(KeyAlgorithm algorithm) throws Exception {
        CertApi.user("acme", "ada", "operator").putPassword(TestOrder.CREDENTIAL, "pw", "sudo");
        TestOrder order =
                TestOrder.of("acme", algorithm.wireName().toLowerCase(java.util.Locale.ROOT));

        var opened =
                planner.openAuthority(
                        order,
                        Map.of(
                                "keyAlgorithm",
                                algorithm,
                                "caValidity",
                                Duration.ofDays(100),
                                "endpoint",
                                "https://10.0.0.1:6443"));
        var redeemed = executor.redeem(order.signed());

        assertThat(opened.status()).as(opened.text()).isEqualTo(200);
        assertThat(redeemed.status()).as(redeemed.text()).isEqualTo(200);
        Map<String, byte[]> materials = redeemed.materials();
        assertThat(materials.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        order.order().materials().stream().map(Object::toString).toList());
        byte[] ca = content(materials, "pki/ca.crt");
        var certificate =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(ca));
        assertThat(opened.json().path("caDigest").asText())
                .isEqualTo(ContentDigest.ofBytes(ca).value());
        assertThat(opened.json().path("pin").asText())
                .isEqualTo(KeyPairs.pin(certificate.getPublicKey()));
        assertThat(KeyAlgorithm.ofKey(certificate.getPublicKey())).isEqualTo(algorithm);
        assertThat(CertificateAuthority.read(ca, content(materials, "pki/ca.key"))).isNotNull();
        assertThat(certificate.getNotAfter().toInstant())
                .isBetween(
                        Instant.now().plus(Duration.ofDays(99)),
                        Instant.now().plus(Duration.ofDays(101)));
        assertThat(new String(content(materials, "token/bootstrap"), StandardCharsets.US_ASCII))
                .matches("[a-z0-9]{6}\\.[a-z0-9]{16}")
                .startsWith(opened.json().path("tokenId").asText() + ".");
        assertThat(redeemed.cacheControl()).contains("no-store");
    }

    @Test
    void givesEachGenerationAnAuthorityAndEachRunAToken() {
        TestOrder first = TestOrder.of("acme", "generations");

        var one = planner.openAuthority(first, Map.of()).json();
        var again = planner.openAuthority(first.withRun(RunId.next()), Map.of()).json();
        var two = planner.openAuthority(first.withGeneration(2), Map.of()).json();

        assertThat(again.path("pin")).isEqualTo(one.path("pin"));
        assertThat(again.path("tokenId")).isNotEqualTo(one.path("tokenId"));
        assertThat(two.path("pin")).isNotEqualTo(one.path("pin"));
        var shown =
                CertApi.user("acme", "vic", "viewer")
                        .call("GET", "/v1/clusters/generations/authority", "");
        assertThat(shown.json().path("generation").asInt()).isEqualTo(2);
        assertThat(shown.json().path("pin")).isEqualTo(two.path("pin"));
        assertThat(shown.json().path("certificate").asText())
                .startsWith("-----BEGIN CERTIFICATE-----\n");
    }

    @Test
    void namesWhatIsWrongWithARequest() {
        TestOrder order = TestOrder.of("acme", "wrong");
        Map<String, Object> wrong =
                Map.of(
                        "keyAlgorithm", "Ed25519",
                        "caValidity", "PT1H",
                        "leafValidity", "PT1S",
                        "generation", 0,
                        "tokenValidUntil", Instant.now().minusSeconds(1),
                        "endpoint", "http://10.0.0.1:6443",
                        "kubernetesVersion", "latest",
                        "colour", "red");
        for (var field : wrong.entrySet()) {
            var answer = planner.openAuthority(order, Map.of(field.getKey(), field.getValue()));

            assertThat(answer.status()).as(field.getKey()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
            assertThat(answer.text()).contains(field.getKey());
        }
        assertThat(planner.call("PUT", "/v1/clusters/wrong/authority", "{}").status())
                .isEqualTo(400);
        assertThat(
                        CertApi.user("acme", "vic", "viewer")
                                .call("GET", "/v1/clusters/wrong/authority", "")
                                .code())
                .isEqualTo("UNKNOWN_CLUSTER");
    }

    private static byte[] content(Map<String, byte[]> materials, String name) {
        return java.util.Objects.requireNonNull(materials.get(name), name);
    }
}
