package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.simulator.SshTestClient.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// k0s's tokens against a controller that runs: made by it, and made here by other means.
class K0sTokenIT {

    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(42, 1);

    private static final String SECRET = "0123456789abcdef";

    /// Takes apart the word on standard input.
    private static final String OPEN =
            """
            . /.simulator/lib/lib.sh && . "$SIM/lib/yaml.sh" && . "$SIM/lib/cluster.sh" && . "$SIM/lib/k0s-common.sh" && . "$SIM/lib/k0s-config.sh" && . "$SIM/lib/k0s-token.sh"
            rm -rf /root/open
            k0s_token_open "$(cat)" /root/open || exit 1
            cat /root/open/server /root/open/user /root/open/token
            """;

    @BeforeAll
    static void startsAController() {
        var started =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                "cat >/usr/local/bin/k0s && chmod 755 /usr/local/bin/k0s && mkdir -p /etc/k0s && k0s config create >/etc/k0s/k0s.yaml && k0s install controller -c /etc/k0s/k0s.yaml && k0s start",
                                new K0sProgram("v1.36.2+k0s.0").text());
        assertThat(started.exitCode()).as(started.both()).isZero();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() ->
                        assertThat(run("k0s kubectl get --raw /readyz").output()).isEqualTo("ok"));
    }

    private static Outcome run(String command) {
        return HOSTS.ssh().run("cp1", command);
    }

    /// Whether the cluster takes the token for that.
    private static boolean known(String id, String secret, String usage) {
        String script =
                """
                . /.simulator/lib/lib.sh && . "$SIM/lib/yaml.sh" && . "$SIM/lib/cluster.sh" && . "$SIM/lib/k0s-common.sh" && . "$SIM/lib/k0s-config.sh" && . "$SIM/lib/k0s-token.sh"
                cluster=$WIRE/clusters/$(cat /var/lib/k0s/etcd/member/cluster)
                k0s_token_known %s %s %s
                """
                        .formatted(id, secret, usage);
        return Objects.equals(run(script).exitCode(), 0);
    }

    private static String encode(String text) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static String decode(String word) {
        try (var gzip =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(word)))) {
            return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String kubeconfig(String user) {
        return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: k0s
          cluster: {server: "https://10.0.0.1:6443", certificate-authority-data: %s}
        contexts:
        - name: k0s
          context: {cluster: k0s, user: %s}
        current-context: k0s
        users:
        - name: %s
          user: {token: abcdef.%s}
        """
                .formatted(run("base64 -w 0 /var/lib/k0s/pki/ca.crt").output(), user, user, SECRET);
    }

    @Test
    void createdTokensHaveTheDocumentedShape() {
        var created = run("k0s token create --role worker --expiry 1h");
        assertThat(created.exitCode()).as(created.both()).isZero();
        assertThat(created.output()).endsWith("\n").doesNotContain("\n\n");
        String worker = decode(created.output().strip());
        assertThat(worker)
                .contains(
                        "server: https://" + HOSTS.address("cp1") + ":6443\n",
                        "current-context: k0s\n",
                        "user: kubelet-bootstrap\n",
                        "certificate-authority-data: "
                                + run("base64 -w 0 /var/lib/k0s/pki/ca.crt").output());
        var token = Pattern.compile("token: ([a-z0-9]{6})\\.([a-z0-9]{16})\n").matcher(worker);
        assertThat(token.find()).isTrue();
        assertThat(known(token.group(1), token.group(2), "authentication")).isTrue();
        assertThat(known(token.group(1), SECRET, "authentication")).isFalse();
        assertThat(known(token.group(1), token.group(2), "controller-join")).isFalse();

        String controller = decode(run("k0s token create --role=controller").output().strip());
        assertThat(controller)
                .contains(
                        "server: https://" + HOSTS.address("cp1") + ":9443\n",
                        "name: controller-bootstrap");

        assertThat(run("k0s token list").output())
                .contains("ID", "ROLE", "EXPIRES AT", token.group(1));
        assertThat(run("k0s token list --role controller").output()).doesNotContain(token.group(1));
        assertThat(
                        run("k0s kubectl -n kube-system get secret bootstrap-token-"
                                        + token.group(1)
                                        + " -o yaml")
                                .output())
                .contains("usage-bootstrap-authentication: dHJ1ZQ==", "expiration: ");

        // A whole token is no id: nothing has such a name, and that is no error.
        String whole = token.group(1) + "." + token.group(2);
        assertThat(run("k0s token invalidate " + whole).output())
                .isEqualTo("token " + whole + " deleted successfully\n");
        assertThat(known(token.group(1), token.group(2), "authentication")).isTrue();
        assertThat(run("k0s token invalidate nosuch " + token.group(1)).exitCode()).isZero();
        assertThat(known(token.group(1), token.group(2), "authentication")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"worker", "controller"})
    void preSharedTokensNeedNoCluster(String role) {
        var made =
                run(
                        "rm -rf /root/pre && mkdir /root/pre && cd /root/pre && k0s token pre-shared --role %s --cert /var/lib/k0s/pki/ca.crt --url https://10.0.0.1:6443 --valid 30m && stat -c '%%a %%n' *"
                                .formatted(role));
        assertThat(made.exitCode()).as(made.both()).isZero();
        var files =
                Pattern.compile(
                                "640 bootstrap-token-([a-z0-9]{6})\\.yaml\n640 token_([a-z0-9]{6})\n")
                        .matcher(made.output());
        assertThat(files.matches()).as(made.output()).isTrue();
        assertThat(files.group(1)).isEqualTo(files.group(2));
        String id = files.group(1);
        String text = decode(run("cat /root/pre/token_" + id).output());
        assertThat(text).contains("server: https://10.0.0.1:6443\n", "token: " + id + ".");
        String secret = text.replaceAll("(?s).*token: [a-z0-9]{6}\\.([a-z0-9]{16}).*", "$1");
        String usage = role.equals("worker") ? "authentication" : "controller-join";
        assertThat(known(id, secret, usage)).isFalse();
        // As an installer delivers it: the applier takes it up.
        run(
                "mkdir -p /var/lib/k0s/manifests/tokens && cp /root/pre/*.yaml /var/lib/k0s/manifests/tokens/");
        await().atMost(Duration.ofMinutes(2)).until(() -> known(id, secret, usage));
    }

    @Test
    void aTokenThatIsMadeElsewhereIsOpened() {
        String word = encode(kubeconfig("kubelet-bootstrap"));
        var opened = HOSTS.ssh().run("cp1", OPEN, word + "\n");
        assertThat(opened.output())
                .isEqualTo("https://10.0.0.1:6443\nkubelet-bootstrap\nabcdef." + SECRET + "\n");
        assertThat(run("cmp /root/open/ca.crt /var/lib/k0s/pki/ca.crt").exitCode()).isZero();
    }

    @Test
    void whatIsNoTokenIsRefused() {
        String good = encode(kubeconfig("kubelet-bootstrap"));
        refuses("not a token", "illegal base64 data at input byte 3");
        refuses(good.substring(1), "illegal base64 data");
        refuses(good + "=", "illegal base64 data");
        refuses(good.replace('+', '-').replace('/', '_') + "_", "illegal base64 data");
        refuses("", "EOF");
        refuses(plain(kubeconfig("kubelet-bootstrap")), "gzip: invalid header");
        refuses(good.substring(0, 400), "unexpected EOF");
        refuses(encode("hello"), "couldn't get version/kind");
        refuses(
                encode(kubeconfig("a").replace("current-context: k0s", "current-context: b")),
                "context was not found");
        refuses(encode(kubeconfig("a").replace("server: ", "sever: ")), "no server found");
        refuses(
                encode(kubeconfig("a").replaceAll("data: [^}]*", "data: " + plain("none"))),
                "unable to parse bytes as PEM block");
    }

    private static String plain(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refuses(String word, String message) {
        var outcome = HOSTS.ssh().run("cp1", OPEN, word);
        assertThat(outcome.exitCode()).as(word).isEqualTo(1);
        assertThat(outcome.output()).contains(message);
    }

    @Test
    void aSecretThatIsAppliedIsAToken() {
        apply("aaaaa0", "");
        assertThat(known("aaaaa0", SECRET, "controller-join")).isTrue();
        assertThat(known("aaaaa0", SECRET, "authentication")).isFalse();
        assertThat(known("aaaaa0", SECRET.replace('0', '1'), "controller-join")).isFalse();
        apply("aaaaa1", "s/usage-bootstrap-controller/usage-controller/");
        assertThat(known("aaaaa1", SECRET, "controller-join")).isTrue();
        apply("aaaaa2", "s/-controller-join/-authentication/");
        assertThat(known("aaaaa2", SECRET, "authentication")).isTrue();
        apply("aaaaa3", "s/2099.*Z/" + Instant.now().minusSeconds(1) + "/");
        assertThat(known("aaaaa3", SECRET, "controller-join")).isFalse();
        assertThat(run("k0s kubectl -n kube-system delete secret bootstrap-token-aaaaa0").output())
                .contains("deleted");
        assertThat(known("aaaaa0", SECRET, "controller-join")).isFalse();
    }

    /// The API server takes them, and nobody is let in by them.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "bbbbb0|s/kube-system/default/",
                "bbbbb1|s/name: bootstrap-token/name: token/",
                "bbbbb2|s/token-id: .*/token-id: bbbbbb/",
                "bbbbb3|s/^type: .*//",
                "bbbbb4|s/2099.*Z/tomorrow/",
                "bbbbb5|s/token-secret: .*/token-secret: short/",
                "bbbbb6|s/\"true\"/\"yes\"/",
            })
    void aSecretOfAnotherShapeIsNone(String id, String edit) {
        var applied = apply(id, edit);
        assertThat(applied.exitCode()).as(applied.both()).isZero();
        assertThat(known(id, SECRET, "controller-join")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "s/\"true\"/true/|cannot unmarshal bool into Go struct field Secret.stringData of type string",
                "s/token-secret: .*/token-secret: 0123456789012345/|cannot unmarshal number into Go struct field Secret.stringData of type string",
                "s/stringData/data/|illegal base64 data at input byte",
            })
    void aSecretThatDoesNotDecodeIsRefused(String edit, String message) {
        var applied = apply("ccccc0", edit);
        assertThat(applied.exitCode()).isEqualTo(1);
        assertThat(applied.errors()).contains("cannot be handled as a Secret", message);
    }

    private static Outcome apply(String id, String edit) {
        return HOSTS.ssh()
                .run(
                        "cp1",
                        "sed '%s' | k0s kubectl apply -f -".formatted(edit),
                        """
                        apiVersion: v1
                        kind: Secret
                        metadata:
                          name: bootstrap-token-%s
                          namespace: kube-system
                        type: bootstrap.kubernetes.io/token
                        stringData:
                          token-id: %s
                          token-secret: %s
                          expiration: "2099-01-01T00:00:00Z"
                          usage-bootstrap-controller-join: "true"
                        """
                                .formatted(id, id, SECRET));
    }
}
