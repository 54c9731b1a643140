package dev.slipway.cert.sshca;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cert.CertApi;
import dev.slipway.cert.CertEvents;
import dev.slipway.cert.TestOrder;
import dev.slipway.contracts.Wire;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.SshCredential;
import dev.slipway.testkit.StackResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@QuarkusTestResource(
        value = StackResource.class,
        initArgs = @ResourceArg(name = "service", value = "cert"))
class SshAuthorityIT {
    private final CertApi executor = CertApi.service("executor/default");

    private static JsonNode keys(String tenant) {
        return CertApi.user(tenant, "vic", "viewer")
                .call("GET", "/v1/ssh-authority", "")
                .json()
                .path("keys");
    }

    private static CertApi.Answer rotate(String tenant, boolean use) {
        return CertApi.user(tenant, "root", "admin")
                .call("POST", "/v1/ssh-authority/rotations", CertApi.json(Map.of("use", use)));
    }

    /// An order of a new run, of a tenant whose credential is a certificate.
    private static TestOrder order(String tenant) {
        var stored =
                CertApi.user(tenant, "ada", "operator")
                        .call(
                                "PUT",
                                "/v1/credentials/" + TestOrder.CREDENTIAL,
                                "{\"ssh\":{\"kind\":\"certificate\"},\"sudoPassword\":\"sudo\"}");
        assertThat(stored.status()).as(stored.text()).isEqualTo(204);
        TestOrder order = TestOrder.of(tenant, "certified");
        assertThat(CertApi.service("planner").openAuthority(order, Map.of()).status())
                .isEqualTo(200);
        return order.withMaterials(Materials.authority("sa.pub"));
    }

    private SshCredential.Certified redeem(TestOrder order) {
        var answer = executor.redeem(order.signed());
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return (SshCredential.Certified)
                Wire.read(
                        Objects.requireNonNull(answer.materials().get("credential/ops")),
                        SshCredential.class);
    }

    private static OpenSshCertificate certificate(SshCredential.Certified credential)
            throws Exception {
        return (OpenSshCertificate)
                PublicKeyEntry.parsePublicKeyEntry(credential.certificate())
                        .resolvePublicKey(null, Map.of(), null);
    }

    private static String authority(SshCredential.Certified credential) throws Exception {
        return PublicKeyEntry.toString(certificate(credential).getCaPubKey());
    }

    @Test
    void issuesAShortCertificateForTheOrdersUserAndSaysSo() throws Exception {
        TestOrder order = order("ssh-issue");

        SshCredential.Certified credential = redeem(order);

        OpenSshCertificate certificate = certificate(credential);
        assertThat(certificate.getType()).isEqualTo(OpenSshCertificate.Type.USER);
        assertThat(certificate.getPrincipals()).containsExactly("ops");
        assertThat(certificate.getExtensions()).as("no terminal, no forwarding").isEmpty();
        assertThat(certificate.getId())
                .isEqualTo(
                        "slipway ssh-issue/certified task %s attempt 1"
                                .formatted(order.order().task()));
        assertThat(Instant.ofEpochSecond(certificate.getValidBefore()))
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(8)),
                        Instant.now().plus(Duration.ofMinutes(10)));
        assertThat(Instant.ofEpochSecond(certificate.getValidAfter())).isBefore(Instant.now());
        assertThat(authority(credential))
                .isEqualTo(keys("ssh-issue").path(0).path("publicKey").asText());
        String serial = Long.toHexString(certificate.getSerial());
        try (var events = new CertEvents()) {
            assertThat(events.await("CertificateIssued", "\"" + serial + "\"", 1).get(0).value())
                    .contains(
                            "\"subject\":\"ops\"",
                            "\"purpose\":\"ssh\"",
                            "\"actor\":\"spiffe://slipway/executor/default\"");
        }
        assertThat(certificate(redeem(order)).getSerial())
                .as("another one for each redemption")
                .isNotEqualTo(certificate.getSerial());
    }

    @Test
    void keepsTenantsApart() throws Exception {
        SshCredential.Certified ours = redeem(order("ssh-ours"));
        SshCredential.Certified theirs = redeem(order("ssh-theirs"));

        assertThat(authority(ours)).isNotEqualTo(authority(theirs));
        assertThat(keys("ssh-ours").path(0).path("publicKey").asText()).isEqualTo(authority(ours));
        assertThat(keys("ssh-theirs").path(0).path("publicKey").asText())
                .isEqualTo(authority(theirs));
        assertThat(keys("ssh-ours")).hasSize(1);
    }

    @Test
    void signsWithTheNextKeyNotBeforeHostsCouldTrustIt() throws Exception {
        TestOrder order = order("ssh-rotate");
        String first = authority(redeem(order));
        assertThat(rotate("ssh-rotate", true).status()).as("there is no next one").isEqualTo(409);

        JsonNode prepared = rotate("ssh-rotate", false).json().path("keys");
        assertThat(states(prepared)).containsExactly("next", "current");
        assertThat(rotate("ssh-rotate", false).json().path("keys")).isEqualTo(prepared);
        assertThat(authority(redeem(order))).isEqualTo(first);
        String next = prepared.path(0).path("publicKey").asText();

        assertThat(states(rotate("ssh-rotate", true).json().path("keys")))
                .containsExactly("current", "previous");
        assertThat(authority(redeem(order))).isEqualTo(next).isNotEqualTo(first);
        assertThat(keys("ssh-rotate").path(1).path("publicKey").asText()).isEqualTo(first);

        rotate("ssh-rotate", false);
        assertThat(states(rotate("ssh-rotate", true).json().path("keys")))
                .containsExactly("current", "previous");
        assertThat(keys("ssh-rotate").path(1).path("publicKey").asText()).isEqualTo(next);
        assertThat(keys("ssh-rotate").toString()).doesNotContain("sealed", "PRIVATE");
    }

    private static List<String> states(JsonNode keys) {
        var states = new ArrayList<String>();
        keys.forEach(key -> states.add(key.path("state").asText()));
        return states;
    }

    @Test
    void takesNoCertificateThatSomebodyMade() {
        var answer =
                CertApi.user("ssh-made", "ada", "operator")
                        .call(
                                "PUT",
                                "/v1/credentials/own",
                                "{\"ssh\":{\"kind\":\"certified\",\"privateKey\":\"x\",\"certificate\":\"y\"}}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("certificate");
    }

    @Test
    void opensARealServerThatTrustsTheAuthorityAndNoOther(@TempDir Path folder) throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name"))
                        && Files.isExecutable(Path.of("/usr/sbin/sshd")),
                "skipped: real OpenSSH is tested as root only (apt-get install openssh-server)");
        SshCredential.Certified ours = redeem(order("ssh-real"));
        SshCredential.Certified theirs = redeem(order("ssh-stranger"));
        run("chmod", "0755", folder.toString());
        Files.createDirectories(Path.of("/run/sshd"));
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder + "/host");
        Files.writeString(
                folder.resolve("ca.pub"),
                keys("ssh-real").path(0).path("publicKey").asText() + "\n");
        Files.writeString(folder.resolve("principals"), "ops\n");
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.22.7"))) {
            port = free.getLocalPort();
        }
        Files.writeString(
                folder.resolve("sshd_config"),
                """
                ListenAddress 127.0.22.7
                Port %2$d
                HostKey %1$s/host
                PidFile none
                TrustedUserCAKeys %1$s/ca.pub
                AuthorizedPrincipalsFile %1$s/principals
                AuthorizedKeysFile none
                StrictModes no
                UsePAM no
                PermitRootLogin prohibit-password
                """
                        .formatted(folder, port));
        Process server =
                new ProcessBuilder("/usr/sbin/sshd", "-D", "-e", "-f", folder + "/sshd_config")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("sshd.log").toFile())
                        .start();
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> login(folder, "ours", ours, port) == 0);
            assertThat(login(folder, "theirs", theirs, port)).isEqualTo(255);
            assertThat(Files.readString(folder.resolve("sshd.log")))
                    .contains("slipway ssh-real/certified task ");
        } finally {
            server.destroy();
        }
    }

    private static int login(Path folder, String name, SshCredential.Certified who, int port)
            throws Exception {
        Path key = folder.resolve(name);
        Files.writeString(key, who.privateKey());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(folder.resolve(name + "-cert.pub"), who.certificate() + "\n");
        var ssh =
                new ProcessBuilder(
                        "ssh",
                        "-F",
                        "none",
                        "-i",
                        key.toString(),
                        "-o",
                        "CertificateFile=" + key + "-cert.pub",
                        "-o",
                        "IdentitiesOnly=yes",
                        "-o",
                        "BatchMode=yes",
                        "-o",
                        "StrictHostKeyChecking=no",
                        "-o",
                        "UserKnownHostsFile=/dev/null",
                        "-p",
                        Integer.toString(port),
                        "root@127.0.22.7",
                        "true");
        return finish(ssh);
    }

    private static void run(String... command) throws Exception {
        assertThat(finish(new ProcessBuilder(command))).isZero();
    }

    private static int finish(ProcessBuilder command) throws Exception {
        Process process = command.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            System.out.println(said);
        }
        return code;
    }
}
