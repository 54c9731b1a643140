package dev.slipway.cert.k0s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.cert.CertApi;
import dev.slipway.cert.CertEvents;
import dev.slipway.cert.TestOrder;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.order.Materials;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class K0sTokenIT {
    private static final String TENANT = "k0s";
    private static final String API = "https://10.0.0.1:6443";
    private static final String JOIN = "https://10.0.0.1:9443";
    private static final List<MaterialName> ALL =
            List.of(
                    Materials.K0S_WORKER_TOKEN,
                    Materials.K0S_WORKER_SECRET,
                    Materials.K0S_CONTROLLER_TOKEN,
                    Materials.K0S_CONTROLLER_SECRET);

    private final CertApi planner = CertApi.service("planner");
    private final CertApi executor = CertApi.service("executor/default");

    @BeforeEach
    void storeTheCredential() {
        CertApi.user(TENANT, "ada", "operator").putPassword(TestOrder.CREDENTIAL, "pw", "sudo");
    }

    @Test
    void givesEachRoleAWordAndASecretThatAgree() throws IOException {
        Instant until = Instant.now().plusSeconds(1800);
        TestOrder order =
                TestOrder.of(TENANT, "join")
                        .withMaterials(
                                Materials.authority("ca.crt"),
                                Materials.BOOTSTRAP_TOKEN,
                                Materials.K0S_WORKER_TOKEN,
                                Materials.K0S_WORKER_SECRET,
                                Materials.K0S_CONTROLLER_TOKEN,
                                Materials.K0S_CONTROLLER_SECRET);

        var opened = open(order, API, JOIN, until);
        var redeemed = executor.redeem(order.signed());

        assertThat(redeemed.status()).as(redeemed.text()).isEqualTo(200);
        String ca = text(redeemed, Materials.authority("ca.crt"));
        String nodes = text(redeemed, Materials.BOOTSTRAP_TOKEN);
        Map<?, ?> secret = K0sReading.yaml(text(redeemed, Materials.K0S_CONTROLLER_SECRET));
        Map<String, String> data = K0sReading.data(secret);
        String controllers = data.get("token-id") + "." + data.get("token-secret");
        String expiration = until.truncatedTo(ChronoUnit.SECONDS).toString();
        assertThat(K0sReading.kubeconfig(text(redeemed, Materials.K0S_WORKER_TOKEN)))
                .isEqualTo(K0sReading.expected("kubelet-bootstrap", API, ca, nodes));
        assertThat(K0sReading.kubeconfig(text(redeemed, Materials.K0S_CONTROLLER_TOKEN)))
                .isEqualTo(K0sReading.expected("controller-bootstrap", JOIN, ca, controllers));
        assertThat(controllers).matches("[a-z0-9]{6}\\.[a-z0-9]{16}");
        assertThat(controllers.substring(7)).isNotEqualTo(nodes.substring(7));
        assertThat(secret)
                .isEqualTo(
                        Map.of(
                                "apiVersion",
                                "v1",
                                "kind",
                                "Secret",
                                "metadata",
                                Map.of(
                                        "name",
                                        "bootstrap-token-" + controllers.substring(0, 6),
                                        "namespace",
                                        "kube-system"),
                                "type",
                                "bootstrap.kubernetes.io/token",
                                "data",
                                Objects.requireNonNull(secret.get("data"))));
        assertThat(data)
                .containsOnlyKeys(
                        "token-id",
                        "token-secret",
                        "expiration",
                        "description",
                        "usage-bootstrap-controller-join",
                        "usage-controller-join")
                .containsEntry("expiration", expiration);
        assertThat(K0sReading.data(K0sReading.yaml(text(redeemed, Materials.K0S_WORKER_SECRET))))
                .isEqualTo(
                        Map.of(
                                "token-id",
                                nodes.substring(0, 6),
                                "token-secret",
                                nodes.substring(7),
                                "expiration",
                                expiration,
                                "description",
                                "Worker bootstrap token of Slipway",
                                "usage-bootstrap-authentication",
                                "true"));
        assertThat(opened.json().path("tokenId").asText()).isEqualTo(nodes.substring(0, 6));
        assertThat(opened.json().path("controllerTokenId").asText())
                .isEqualTo(controllers.substring(0, 6));
        assertThat(opened.json().path("materials"))
                .extracting(name -> name.asText())
                .containsAll(ALL.stream().map(MaterialName::value).toList());
        try (var events = new CertEvents()) {
            assertThat(events.await("TokenIssued", order.run().toString(), 2))
                    .extracting(event -> event.value())
                    .anySatisfy(e -> assertThat(e).contains(nodes.substring(0, 6)))
                    .anySatisfy(e -> assertThat(e).contains(controllers.substring(0, 6)));
            assertThat(events.await("MaterialRedeemed", order.run().toString(), 1).get(0).value())
                    .contains("\"k0s-token/controller\",\"k0s-token/controller-secret\"");
        }
    }

    @Test
    void handsOutNothingThatIsNotNamed() {
        TestOrder order = TestOrder.of(TENANT, "named");
        open(order, API, JOIN, Instant.now().plusSeconds(1800));

        for (MaterialName name : ALL) {
            assertThat(executor.redeem(order.withMaterials(name).signed()).materials())
                    .containsOnlyKeys(name.value(), "credential/ops", "sudo-password/ops");
        }
    }

    @Test
    void leavesARunItsTokensAndBringsThemUpToDate() throws IOException {
        TestOrder order = TestOrder.of(TENANT, "again").withMaterials(all());
        var first = open(order, API, JOIN, Instant.now().plusSeconds(600));
        var before = executor.redeem(order.signed());
        Instant later = Instant.now().plusSeconds(1800);

        var second = open(order, "https://10.0.0.2:6443", "https://10.0.0.2:9443", later);
        var after = executor.redeem(order.signed());

        assertThat(second.text()).isEqualTo(first.text());
        assertThat(server(before, Materials.K0S_WORKER_TOKEN)).isEqualTo(API);
        assertThat(server(after, Materials.K0S_WORKER_TOKEN)).isEqualTo("https://10.0.0.2:6443");
        assertThat(server(after, Materials.K0S_CONTROLLER_TOKEN))
                .isEqualTo("https://10.0.0.2:9443");
        for (MaterialName name :
                List.of(Materials.K0S_WORKER_SECRET, Materials.K0S_CONTROLLER_SECRET)) {
            var expected = new HashMap<>(K0sReading.data(K0sReading.yaml(text(before, name))));
            expected.put("expiration", later.truncatedTo(ChronoUnit.SECONDS).toString());
            assertThat(K0sReading.data(K0sReading.yaml(text(after, name)))).isEqualTo(expected);
        }
    }

    @Test
    void givesEachRunTokensOfItsOwn() {
        TestOrder order = TestOrder.of(TENANT, "runs").withMaterials(all());
        TestOrder next = order.withRun(RunId.next());
        var one = open(order, API, JOIN, Instant.now().plusSeconds(600)).json();

        refused(next, "k0s-token/controller");
        var two = open(next, API, JOIN, Instant.now().plusSeconds(600)).json();

        assertThat(List.of(one, two))
                .flatExtracting(
                        o -> o.path("tokenId").asText(), o -> o.path("controllerTokenId").asText())
                .doesNotHaveDuplicates();
        assertThat(two.path("pin")).isEqualTo(one.path("pin"));
        assertThat(executor.redeem(next.signed()).status()).isEqualTo(200);
    }

    @Test
    void refusesTokensWhoseTimeIsOver() {
        TestOrder order = TestOrder.of(TENANT, "brief");
        open(order, API, JOIN, Instant.now().plusSeconds(2));

        await().atMost(Duration.ofSeconds(10))
                .until(() ->
                        executor.redeem(order.withMaterials(Materials.K0S_WORKER_TOKEN).signed())
                                .code()
                                .equals("MATERIAL_MISSING"));

        for (MaterialName name : ALL) {
            refused(order.withMaterials(name), name.value());
        }
    }

    @Test
    void makesNoneForAClusterOfAnotherRuntime() {
        TestOrder order = TestOrder.of(TENANT, "kubeadm");
        var opened = planner.openAuthority(order, Map.of());

        assertThat(opened.json().has("controllerTokenId")).isFalse();
        assertThat(opened.text()).doesNotContain("k0s-token/");
        for (MaterialName name : ALL) {
            refused(order.withMaterials(name), name.value());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://10.0.0.1:6443, , joinServer",
        ", https://10.0.0.1:9443, apiServer",
        "http://10.0.0.1:6443, https://10.0.0.1:9443, k0s.apiServer",
        "https://10.0.0.1:6443, https://10.0.0.1, k0s.joinServer",
        "https://10.0.0.1:6443, https://10.0.0.1:9443/join, k0s.joinServer"
    })
    void namesWhatIsNoServer(String api, String join, String field) {
        TestOrder order = TestOrder.of(TENANT, "wrong");
        var servers = new HashMap<String, Object>();
        servers.put("apiServer", api);
        servers.put("joinServer", join);

        var answer = planner.openAuthority(order, Map.of("k0s", servers));

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("INVALID_REQUEST");
        assertThat(answer.text()).contains(field);
    }

    private CertApi.Answer open(TestOrder order, String api, String join, Instant until) {
        var opened =
                planner.openAuthority(
                        order,
                        Map.of(
                                "k0s",
                                Map.of("apiServer", api, "joinServer", join),
                                "tokenValidUntil",
                                until));
        assertThat(opened.status()).as(opened.text()).isEqualTo(200);
        return opened;
    }

    private void refused(TestOrder order, String name) {
        var answer = executor.redeem(order.signed());
        assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("MATERIAL_MISSING");
        assertThat(answer.text()).contains(name);
    }

    private static String server(CertApi.Answer redeemed, MaterialName word) throws IOException {
        var clusters = (List<?>) K0sReading.kubeconfig(text(redeemed, word)).get("clusters");
        var cluster = (Map<?, ?>) Objects.requireNonNull(clusters).get(0);
        return String.valueOf(
                ((Map<?, ?>) Objects.requireNonNull(cluster.get("cluster"))).get("server"));
    }

    private static MaterialName[] all() {
        return ALL.toArray(MaterialName[]::new);
    }

    private static String text(CertApi.Answer redeemed, MaterialName name) {
        return new String(
                Objects.requireNonNull(redeemed.materials().get(name.value()), name.value()),
                StandardCharsets.UTF_8);
    }
}
