package dev.slipway.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class AccessMatrixIT {
    private static final String TENANT = "matrix";
    private static final List<String> COLUMNS =
            List.of(
                    "nobody",
                    "viewer",
                    "operator",
                    "admin",
                    "foreign operator",
                    "planner",
                    "executor",
                    "edge executor",
                    "status");

    private record Route(String method, String path, String body, List<Integer> expected) {}

    @Test
    void letsEveryIdentityDoWhatItMayAndNothingElse() {
        TestOrder order = TestOrder.of(TENANT, "matrix");
        CertApi.service("planner")
                .openAuthority(order, Map.of("endpoint", "https://10.0.0.1:6443"));
        callers().get(2).putPassword(TestOrder.CREDENTIAL, "pw", "sudo");
        var checks = new SoftAssertions();

        for (Route route : routes(order)) {
            for (int i = 0; i < COLUMNS.size(); i++) {
                var answer = callers().get(i).call(route.method(), route.path(), route.body());
                checks.assertThat(answer.status())
                        .as(
                                "%s %s by %s: %s",
                                route.method(), route.path(), COLUMNS.get(i), answer.text())
                        .isEqualTo(route.expected().get(i));
            }
        }

        checks.assertAll();
    }

    @Test
    void namesTheRoleThatIsMissing() {
        var answer = callers().get(1).call("POST", "/v1/clusters/matrix/kubeconfigs", "{}");

        assertThat(answer.code()).isEqualTo("NOT_PERMITTED");
        assertThat(answer.json().path("detail").asText()).contains("operator");
    }

    @Test
    void isHealthyWithoutSigningInAndShowsMetricsToServices() {
        assertThat(CertApi.nobody().call("GET", "/q/health/ready", "").text())
                .contains("\"status\": \"UP\"");
        assertThat(CertApi.nobody().call("GET", "/q/metrics", "").status()).isEqualTo(401);
        CertApi.service("executor/default").redeem("junk");
        assertThat(CertApi.service("status").call("GET", "/q/metrics", "").text())
                .contains("slipway_redemptions_refused_total{code=\"ORDER_FORGED\"");
    }

    private static List<Route> routes(TestOrder order) {
        var authority = new LinkedHashMap<String, Object>();
        authority.put("tenant", TENANT);
        authority.put("generation", 1);
        authority.put("run", order.run());
        authority.put("tokenValidUntil", Instant.now().plusSeconds(60));
        String credential = "{\"ssh\":{\"kind\":\"password\",\"password\":\"pw\"}}";
        String redemption = CertApi.json(Map.of("order", order.signed()));
        return List.of(
                new Route(
                        "PUT",
                        "/v1/clusters/matrix/authority",
                        CertApi.json(authority),
                        List.of(401, 403, 403, 403, 403, 200, 403, 403, 403)),
                new Route(
                        "GET",
                        "/v1/clusters/matrix/authority",
                        "",
                        List.of(401, 200, 200, 200, 404, 403, 403, 403, 403)),
                new Route(
                        "POST",
                        "/v1/materials/redemptions",
                        redemption,
                        List.of(401, 403, 403, 403, 403, 403, 200, 403, 403)),
                // The order of the one who may deposits nothing.
                new Route(
                        "POST",
                        "/v1/materials/deposits",
                        CertApi.json(Map.of("order", order.signed(), "files", Map.of())),
                        List.of(401, 403, 403, 403, 403, 403, 403, 403, 403)),
                new Route(
                        "PUT",
                        "/v1/credentials/matrix",
                        credential,
                        List.of(401, 403, 204, 204, 204, 403, 403, 403, 403)),
                new Route(
                        "GET",
                        "/v1/credentials",
                        "",
                        List.of(401, 200, 200, 200, 200, 403, 403, 403, 403)),
                new Route(
                        "GET",
                        "/v1/credentials/matrix",
                        "",
                        List.of(405, 405, 405, 405, 405, 405, 405, 405, 405)),
                new Route(
                        "DELETE",
                        "/v1/credentials/never-stored",
                        "",
                        List.of(401, 403, 404, 404, 404, 403, 403, 403, 403)),
                new Route(
                        "POST",
                        "/v1/clusters/matrix/kubeconfigs",
                        "{}",
                        List.of(401, 403, 200, 200, 404, 403, 403, 403, 403)),
                new Route(
                        "GET",
                        "/v1/ssh-authority",
                        "",
                        List.of(401, 200, 200, 200, 200, 403, 403, 403, 403)),
                new Route(
                        "POST",
                        "/v1/ssh-authority/rotations",
                        "{}",
                        List.of(401, 403, 403, 200, 403, 403, 403, 403, 403)),
                new Route(
                        "POST",
                        "/v1/vault/rotations",
                        "",
                        List.of(401, 403, 403, 200, 403, 403, 403, 403, 403)));
    }

    private static List<CertApi> callers() {
        return List.of(
                CertApi.nobody(),
                CertApi.user(TENANT, "vic", "viewer"),
                CertApi.user(TENANT, "ada", "operator"),
                CertApi.user(TENANT, "root", "admin"),
                CertApi.user("matrix-other", "eve", "operator"),
                CertApi.service("planner"),
                CertApi.service("executor/default"),
                CertApi.service("executor/edge"),
                CertApi.service("status"));
    }
}
