package dev.slipway.cert.credential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.CertApi;
import dev.slipway.cert.CertEvents;
import dev.slipway.testkit.KafkaProbe;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class CredentialIT {
    private final CertApi operator = CertApi.user("creds", "ada", "operator");

    @Test
    void listsNamesKindsAndTimesButNeverContents() {
        assertThat(operator.putPassword("listed", "topsecret", "sudosecret").status())
                .isEqualTo(204);

        var listing = operator.call("GET", "/v1/credentials", "");

        var entry = listing.json().path("credentials").path(0);
        assertThat(entry.path("name").asText()).isEqualTo("listed");
        assertThat(entry.path("kind").asText()).isEqualTo("password");
        assertThat(entry.path("sudoPassword").asBoolean()).isTrue();
        assertThat(entry.path("storedAt").asText()).startsWith("20");
        assertThat(entry.properties()).hasSize(4);
        assertThat(listing.text()).doesNotContain("secret");
        try (var events = new CertEvents()) {
            assertThat(events.await("CredentialStored", "\"listed\"", 1).get(0).value())
                    .contains("\"actor\":\"ada\"");
        }
        assertThat(operator.call("DELETE", "/v1/credentials/listed", "").status()).isEqualTo(204);
        assertThat(operator.call("DELETE", "/v1/credentials/listed", "").code())
                .isEqualTo("MATERIAL_MISSING");
        assertThat(operator.call("GET", "/v1/credentials", "").text()).doesNotContain("listed");
    }

    @Test
    void keepsLoginsOfRegistriesAndTakesEitherKindInTheOthersPlace() {
        String login = "{\"registry\":{\"username\":\"me\",\"password\":\"topsecret\"}}";

        assertThat(operator.call("PUT", "/v1/credentials/changing", login).status()).isEqualTo(204);
        assertThat(kind("changing")).isEqualTo("registry");
        operator.putPassword("changing", "topsecret", "sudosecret");
        assertThat(kind("changing")).isEqualTo("password");
        assertThat(operator.call("PUT", "/v1/credentials/changing", login).status()).isEqualTo(204);
        assertThat(kind("changing")).isEqualTo("registry");
        assertThat(operator.call("DELETE", "/v1/credentials/changing", "").status()).isEqualTo(204);
    }

    private String kind(String name) {
        var listing = operator.call("GET", "/v1/credentials", "");
        assertThat(listing.text()).doesNotContain("secret");
        for (var entry : listing.json().path("credentials")) {
            if (entry.path("name").asText().equals(name)) {
                return entry.path("kind").asText();
            }
        }
        return "none";
    }

    @Test
    void saysWhoDeletedACredentialAndNothingWhereThereWasNone() {
        operator.putPassword("short-lived", "topsecret", "sudosecret");
        var bob = CertApi.user("creds", "bob", "operator");

        assertThat(bob.call("DELETE", "/v1/credentials/short-lived", "").status()).isEqualTo(204);
        assertThat(bob.call("DELETE", "/v1/credentials/short-lived", "").status()).isEqualTo(404);
        // What comes after it in the same key's order shows that there is not a second one.
        operator.putPassword("short-lived", "topsecret", "sudosecret");

        try (var events = new CertEvents()) {
            events.await("CredentialStored", "\"short-lived\"", 2);
            var deleted =
                    events.all().stream()
                            .filter(e -> CertEvents.type(e).contains("CredentialDeleted"))
                            .filter(e -> e.value().contains("\"short-lived\""))
                            .toList();
            assertThat(deleted)
                    .singleElement()
                    .satisfies(e -> {
                        assertThat(e.key()).isEqualTo("creds");
                        assertThat(e.value())
                                .contains("\"actor\":\"bob\"")
                                .doesNotContain("secret");
                        assertThat(KafkaProbe.header(e, "ce_authid")).isEqualTo("bob");
                    });
        }
    }

    @Test
    void tellsAtOnceWhatIsWrongWithACredential() {
        refused("{\"ssh\":{\"kind\":\"key\",\"privateKey\":\"ssh-ed25519 AAAA\"}}", "private key");
        refused("{\"ssh\":{\"kind\":\"key\"}}", "private key");
        refused("{\"ssh\":{\"kind\":\"password\"}}", "password");
        refused("{\"ssh\":{\"kind\":\"password\",\"password\":\"\"}}", "1 to 1024");
        refused(
                CertApi.json(
                        Map.of(
                                "ssh",
                                Map.of("kind", "password", "password", "good"),
                                "sudoPassword",
                                "two\nlines")),
                "sudoPassword");
        refused("{\"sudoPassword\":\"x\"}", "ssh");
        refused("{\"registry\":{\"username\":\"me\"}}", "registry.password is missing");
        refused(
                "{\"registry\":{\"username\":\"m:e\",\"password\":\"x\"}}",
                "registry.username is none");
        refused(
                "{\"registry\":{\"username\":\"me\",\"password\":\"\"}}",
                "registry.password has 0 characters");
        refused(
                "{\"registry\":{\"username\":\"me\",\"password\":\"x\"},\"sudoPassword\":\"x\"}",
                "sudoPassword goes with ssh only");
        refused(
                "{\"registry\":{\"username\":\"me\",\"password\":\"x\"},\"ssh\":{\"kind\":\"certificate\"}}",
                "two credentials");
        assertThat(
                        operator.call(
                                        "PUT",
                                        "/v1/credentials/Not_A_Label",
                                        "{\"ssh\":{\"kind\":\"password\",\"password\":\"x\"}}")
                                .status())
                .isEqualTo(400);
        assertThat(operator.call("GET", "/v1/credentials", "").text()).doesNotContain("refused");
    }

    private void refused(String body, String why) {
        var answer = operator.call("PUT", "/v1/credentials/refused", body);
        assertThat(answer.status()).as(body + answer.text()).isEqualTo(400);
        assertThat(answer.text()).contains(why);
    }
}
