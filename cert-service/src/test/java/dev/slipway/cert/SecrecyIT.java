package dev.slipway.cert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.contracts.order.KubeIdentity;
import dev.slipway.contracts.order.Materials;
import dev.slipway.testkit.StackResource;
import dev.slipway.testkit.TestStack;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class SecrecyIT {
    private static final String TENANT = "secrecy";

    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final Handler listener = new Listener(log);

    @BeforeEach
    void listen() {
        Logger.getLogger("").addHandler(listener);
    }

    @AfterEach
    void stopListening() {
        Logger.getLogger("").removeHandler(listener);
    }

    @Test
    void leavesNoSecretInTheDatabaseTheLogOrTheEvents() throws Exception {
        var operator = CertApi.user(TENANT, "ada", "operator");
        var executor = CertApi.service("executor/default");
        TestOrder order = TestOrder.of(TENANT, "secret");
        CertApi.service("planner")
                .openAuthority(
                        order,
                        Map.of(
                                "endpoint",
                                "https://10.0.0.1:6443",
                                "k0s",
                                Map.of(
                                        "apiServer",
                                        "https://10.0.0.1:6443",
                                        "joinServer",
                                        "https://10.0.0.1:9443")));
        operator.putPassword(TestOrder.CREDENTIAL, "SecretSshPw77", "SecretSudoPw88");
        String badKey =
                "-----BEGIN OPENSSH PRIVATE KEY-----\nU2VjcmV0QmFkS2V5\n-----END OPENSSH PRIVATE KEY-----\n";
        var bad =
                operator.call(
                        "PUT",
                        "/v1/credentials/bad",
                        CertApi.json(
                                Map.of(
                                        "ssh",
                                        Map.of(
                                                "kind",
                                                "key",
                                                "privateKey",
                                                badKey,
                                                "passphrase",
                                                "SecretPhrase99"))));
        var malformed =
                operator.call("PUT", "/v1/credentials/bad", "{\"ssh\":{\"kind\":\"SecretKind55\"");
        var redeemed = executor.redeem(order.signed());
        var made =
                executor.redeem(
                        order.withMaterials(
                                        Materials.K0S_WORKER_TOKEN,
                                        Materials.K0S_CONTROLLER_TOKEN,
                                        Materials.K0S_CONTROLLER_SECRET,
                                        Materials.kubeconfig(KubeIdentity.MAINTENANCE))
                                .signed());
        executor.redeem(order.withPool("edge").signed());
        var kubeconfig = operator.call("POST", "/v1/clusters/secret/kubeconfigs", "{}");
        assertThat(redeemed.status()).as(redeemed.text()).isEqualTo(200);
        assertThat(made.status()).as(made.text()).isEqualTo(200);
        assertThat(kubeconfig.status()).isEqualTo(200);
        assertThat(bad.status()).isEqualTo(400);
        assertThat(malformed.status()).isEqualTo(400);

        Map<String, String> secrets = secrets(redeemed, kubeconfig.text());
        secrets.put("word of workers", text(made, "k0s-token/worker"));
        secrets.put("word of controllers", text(made, "k0s-token/controller"));
        secrets.put(
                "token of controllers",
                new String(
                        Base64.getDecoder()
                                .decode(
                                        first(
                                                "token-secret: (\\S+)",
                                                text(made, "k0s-token/controller-secret"))),
                        StandardCharsets.UTF_8));
        secrets.put(
                "key of maintenance",
                first("client-key-data: (\\S+)", text(made, "kubeconfig/maintenance")));
        secrets.put("bad key", "U2VjcmV0QmFkS2V5");
        secrets.put("passphrase", "SecretPhrase99");
        secrets.put("malformed", "SecretKind55");

        String events;
        try (var topic = new CertEvents()) {
            topic.await("CertificateIssued", "\"secret\"", 1);
            events =
                    topic.all().stream()
                            .map(r -> r.key() + r.headers() + r.value())
                            .collect(Collectors.joining("\n"));
        }
        String everything =
                CertDatabase.dump() + String.join("", log) + events + bad.text() + malformed.text();
        assertThat(everything)
                .as("the search looks at all of it")
                .contains("authority_file", "issued a kubeconfig", "MaterialRedeemed");
        secrets.forEach((name, secret) -> {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            assertThat(everything)
                    .as(name)
                    .doesNotContain(secret)
                    .doesNotContain(HexFormat.of().formatHex(bytes))
                    .doesNotContain(Base64.getEncoder().encodeToString(bytes));
        });
    }

    private static Map<String, String> secrets(CertApi.Answer redeemed, String kubeconfig)
            throws Exception {
        var secrets = new LinkedHashMap<String, String>();
        secrets.put("ssh password", "SecretSshPw77");
        secrets.put("sudo password", "SecretSudoPw88");
        for (String file : Materials.AUTHORITY_FILES) {
            if (file.endsWith(".key")) {
                String pem = text(redeemed, "pki/" + file);
                secrets.put(file, pem.lines().skip(1).findFirst().orElseThrow());
            }
        }
        secrets.put("token", text(redeemed, "token/bootstrap").substring(7));
        secrets.put("client key", first("client-key-data: (\\S+)", kubeconfig));
        String keyFile =
                Files.readString(
                        Path.of(
                                Objects.requireNonNull(
                                        TestStack.settings("cert").get("slipway.vault.key-file"))));
        secrets.put("key-encryption key", first("\"value\": ?\"([^\"]+)\"", keyFile));
        return secrets;
    }

    private static String text(CertApi.Answer redeemed, String name) {
        return new String(
                Objects.requireNonNull(redeemed.materials().get(name), name),
                StandardCharsets.UTF_8);
    }

    private static String first(String pattern, String text) {
        var match = Pattern.compile(pattern).matcher(text);
        assertThat(match.find()).as(pattern).isTrue();
        return match.group(1);
    }

    private static final class Listener extends Handler {
        private final Queue<String> log;
        private final PatternFormatter format = new PatternFormatter("%c %s%e%n");

        private Listener(Queue<String> log) {
            this.log = log;
        }

        @Override
        public void publish(LogRecord record) {
            log.add(format.format(org.jboss.logmanager.ExtLogRecord.wrap(record)));
            if (record.getThrown() != null) {
                var trace = new StringWriter();
                record.getThrown().printStackTrace(new PrintWriter(trace));
                log.add(trace.toString());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
