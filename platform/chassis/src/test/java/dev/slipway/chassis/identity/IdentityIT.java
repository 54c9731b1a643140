package dev.slipway.chassis.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.chassis.probe.Web;
import dev.slipway.chassis.problem.ProblemFailure;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.local.identity.TokenIssuer;
import dev.slipway.testkit.StackResource;
import dev.slipway.testkit.TestTokens;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "planner"))
class IdentityIT {
    private static final String WHO = "/v1/notes/who";

    @Inject ServiceClients services;

    @Test
    void aTokenBringsNameTenantAndImpliedRoles() {
        var answer = Web.user("acme", "ann", "operator").get(WHO);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .isEqualTo(
                        """
                        {"actor":"ann","roles":["operator","viewer"],"tenant":"acme"}\
                        """);
    }

    @Test
    void anAdminHasEveryRoleOfAUser() {
        assertThat(Web.user("acme", "ann", "admin").get(WHO).text())
                .contains("[\"admin\",\"approver\",\"operator\",\"viewer\"]");
    }

    @Test
    void aCertificateBringsTheServiceAndThePool() {
        var answer = Web.service("executor/edge").get(WHO);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .isEqualTo(
                        """
                        {"actor":"spiffe://slipway/executor/edge","roles":["service","service:executor"],"pool":"edge"}\
                        """);
    }

    @Test
    void aTokenCannotBringTheRoleOfAService() {
        var answer =
                Web.user("acme", "eve", "service", "service:executor")
                        .get("/v1/notes/for-executors");

        assertThat(answer.status()).isEqualTo(403);
    }

    @Test
    void aServiceOfAnotherKindIsNotPermitted() {
        var answer = Web.service("planner").get("/v1/notes/for-executors");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("code").asText()).isEqualTo("NOT_PERMITTED");
        assertThat(answer.json().path("detail").asText())
                .isEqualTo("the role \"service:executor\" is needed");
        assertThat(Web.service("executor/default").get("/v1/notes/for-executors").text())
                .isEqualTo("default");
    }

    @Test
    void withoutTokenOrCertificateNobodyIsSignedIn() {
        var answer = Web.stranger().get(WHO);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(answer.json().path("code").asText()).isEqualTo("NOT_SIGNED_IN");
        assertThat(answer.whole().headers().firstValue("WWW-Authenticate")).contains("Bearer");
    }

    @Test
    void anExpiredTokenIsRefused() {
        String expired = TestTokens.mint("acme", "ann", Set.of("admin"), Duration.ofMinutes(-10));

        var answer = Web.token(expired).get(WHO);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().path("code").asText()).isEqualTo("NOT_SIGNED_IN");
        assertThat(answer.text()).doesNotContain(expired);
    }

    @Test
    void aTokenOfAForeignIssuerIsRefused(@TempDir Path folder) {
        String foreign =
                TokenIssuer.in(folder, Clock.systemUTC())
                        .mint("acme", "eve", Set.of("admin"), Duration.ofHours(1));

        assertThat(Web.token(foreign).get(WHO).status()).isEqualTo(401);
    }

    @Test
    void aBadTokenIsRefusedEvenWithAGoodCertificate() {
        assertThat(Web.serviceWithToken("planner", "no.good.token").get(WHO).status())
                .isEqualTo(401);
    }

    @Test
    void aTokenCountsBeforeTheCertificate() {
        String token = TestTokens.mint("acme", "ann", "viewer");

        assertThat(Web.serviceWithToken("executor/default", token).get(WHO).text())
                .contains("\"actor\":\"ann\"");
    }

    @Test
    void aTokenWithoutARoleIsNotPermittedAnything() {
        var answer = Web.user("acme", "nobody").get("/v1/notes");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("detail").asText())
                .isEqualTo("the role \"viewer\" is needed");
    }

    @Test
    void aViewerMayNotChangeAnything() {
        var answer = Web.user("acme", "vic", "viewer").post("/v1/notes", "application/json", "{}");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.json().path("detail").asText())
                .isEqualTo("the role \"operator\" is needed");
    }

    @Test
    void aTenantThatIsNoNameIsRefused() {
        assertThat(Web.user("../etc", "eve", "admin").get(WHO).status()).isEqualTo(401);
    }

    @Test
    void aRouteThatNamesNoRoleIsClosed() {
        assertThat(Web.user("acme", "ann", "admin").get("/v1/notes/without-role").status())
                .isEqualTo(403);
    }

    @Test
    void healthIsOpenAndMetricsAreNot() {
        assertThat(Web.stranger().get("/q/health/live").status()).isEqualTo(200);
        assertThat(Web.stranger().get("/q/metrics").status()).isEqualTo(401);
        assertThat(Web.user("acme", "vic", "viewer").get("/q/metrics").status()).isEqualTo(403);
        assertThat(Web.service("status").get("/q/metrics").status()).isEqualTo(200);
    }

    @Test
    void aServiceCallsAnotherWithItsOwnCertificate() {
        String who =
                services.at(Web.base())
                        .get(WHO, JsonNode.class)
                        .map(JsonNode::toString)
                        .await()
                        .indefinitely();

        assertThat(who).contains("spiffe://slipway/planner");
    }

    @Test
    void aProblemOfAnotherServiceArrivesAsItIs() {
        assertThatThrownBy(() ->
                        services.at(Web.base())
                                .get("/v1/notes/for-executors", String.class)
                                .await()
                                .indefinitely())
                .isInstanceOfSatisfying(
                        ProblemFailure.class,
                        failure -> {
                            assertThat(failure.code()).isEqualTo(ReasonCode.NOT_PERMITTED);
                            assertThat(failure.problem().status()).isEqualTo(403);
                        });
    }

    @Test
    void aServiceThatIsAwayIsUnavailable() {
        assertThatThrownBy(() ->
                        services.at(URI.create("https://127.0.0.1:1"))
                                .get("/v1/any", String.class)
                                .await()
                                .indefinitely())
                .isInstanceOfSatisfying(
                        ProblemFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(ReasonCode.UNAVAILABLE));
    }
}
