package dev.slipway.chassis.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.chassis.probe.Web;
import dev.slipway.chassis.probe.Web.Answer;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "planner"))
class ProblemIT {
    private static final String NOTES = "/v1/notes";
    private static final String JSON = "application/json";

    private final Web operator = Web.user("acme", "ann", "operator");

    @Test
    void aFailureOfTheCodeIsAnsweredWithEveryMember() {
        Answer answer = operator.get(NOTES + "/conflict");

        assertThat(answer.type()).isEqualTo("application/problem+json");
        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.text())
                .isEqualTo(
                        """
                        {"type":"https://slipway.dev/problems/RUN_IN_PROGRESS",\
                        "title":"Another run is changing the cluster.",\
                        "status":409,\
                        "detail":"a run is changing \\"demo\\"",\
                        "code":"RUN_IN_PROGRESS",\
                        "advice":"Wait for it, or cancel it: the answer names it.",\
                        "run":"01890a5d-ac96-774b-bcce-b302099a8057"}\
                        """);
    }

    @Test
    void anUnknownFieldIsNamed() {
        Answer answer = post("{\"text\":\"a\",\"txet\":\"hunter2\"}");

        refused(answer, 400);
        assertThat(answer.json().path("detail").asText())
                .isEqualTo(
                        "field \"txet\": there is no such field; known are cluster, outcome, text");
        assertThat(answer.json().path("problems").path(0).path("path").asText()).isEqualTo("txet");
        assertThat(answer.json().path("problems").path(0).path("line").asInt()).isEqualTo(1);
        assertThat(answer.text()).doesNotContain("hunter2");
    }

    @Test
    void anEnumWithAnotherValueListsWhatItMayBe() {
        Answer answer = post("{\"outcome\":\"GREAT\"}");

        refused(answer, 400);
        assertThat(answer.json().path("detail").asText())
                .isEqualTo(
                        "field \"outcome\": expected one of SUCCEEDED, FAILED, CANCELLED, NOTHING_TO_DO, PLANNED");
    }

    @Test
    void aValueThatItsTypeRefusesSaysWhy() {
        Answer answer = post("{\"cluster\":\"No Name\"}");

        refused(answer, 400);
        assertThat(answer.json().path("detail").asText())
                .startsWith("field \"cluster\": \"No Name\" is no ClusterName");
    }

    @Test
    void aBodyThatIsNoJsonIsRefusedWithoutRepeatingIt() {
        Answer answer = post("{\"text\": hunter2");

        refused(answer, 400);
        assertThat(answer.text()).doesNotContain("hunter2");
    }

    @Test
    void aConstraintThatIsViolatedNamesTheField() {
        Answer answer = post("{\"text\":\"far longer than twenty characters\"}");

        refused(answer, 400);
        assertThat(answer.json().path("problems").path(0).path("path").asText()).isEqualTo("text");
        assertThat(answer.json().path("problems").path(0).path("message").asText())
                .isEqualTo("size must be between 0 and 20");
    }

    @Test
    void whatIsNotThereIsAProblemToo() {
        refused(operator.get("/v1/nowhere"), 404);
        refused(operator.get(NOTES + "/1/2/3"), 404);
        refused(operator.delete(NOTES), 405);
        refused(operator.post(NOTES, "text/plain", "hello"), 415);
    }

    @Test
    void whatNobodyForesawTellsNothingButACorrelationId() {
        Answer answer = operator.get(NOTES + "/bug");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.json().path("code").asText()).isEqualTo("INTERNAL");
        assertThat(answer.json().path("correlation").asText()).hasSize(36);
        assertThat(answer.text()).doesNotContain("hunter2", "IllegalState");
    }

    private Answer post(String body) {
        return operator.post(NOTES, JSON, body);
    }

    private static void refused(Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.type()).isEqualTo("application/problem+json");
        assertThat(answer.json().path("code").asText()).isEqualTo("INVALID_REQUEST");
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    }
}
