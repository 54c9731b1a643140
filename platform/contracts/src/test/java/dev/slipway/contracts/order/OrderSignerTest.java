package dev.slipway.contracts.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.outcome.ReasonCode;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class OrderSignerTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final KeyPair KEYS = OrderKeys.newPair();
    private static final OrderSigner SIGNER = new OrderSigner("k1", KEYS.getPrivate());
    private static final OrderVerifier VERIFIER = new OrderVerifier(Map.of("k1", KEYS.getPublic()));

    @Test
    void readsBackWhatWasSignedWithEveryKindOfStep() {
        Order order = order();

        assertThat(VERIFIER.verify(SIGNER.sign(order))).isEqualTo(order);
    }

    @Test
    void refusesAnAlteredPayload() {
        String[] parts = SIGNER.sign(order()).split("\\.");
        String payload =
                new String(
                        Base64.getUrlDecoder().decode(parts[1]),
                        java.nio.charset.StandardCharsets.UTF_8);
        String altered = payload.replace("kubeadm init", "kubeadm quit");
        assertThat(altered).isNotEqualTo(payload);

        assertThatThrownBy(() ->
                        VERIFIER.verify(
                                parts[0]
                                        + "."
                                        + Base64.getUrlEncoder()
                                                .withoutPadding()
                                                .encodeToString(
                                                        altered.getBytes(
                                                                java.nio.charset.StandardCharsets
                                                                        .UTF_8))
                                        + "."
                                        + parts[2]))
                .isInstanceOf(OrderForgedException.class)
                .hasMessageContaining("signature is wrong");
    }

    @Test
    void refusesAnotherPlannersKeyAnUnknownKeyIdAndJunk() {
        String foreign = new OrderSigner("k1", OrderKeys.newPair().getPrivate()).sign(order());
        String unknown = new OrderSigner("k2", KEYS.getPrivate()).sign(order());

        for (String jws : List.of(foreign, unknown, "", "a.b.c", "no jws at all", "..")) {
            assertThatThrownBy(() -> VERIFIER.verify(jws)).isInstanceOf(OrderForgedException.class);
        }
    }

    @Test
    void namesEveryMaterialAnExecutorIsEntitledTo() {
        assertThat(order().materials())
                .containsExactlyInAnyOrder(
                        Materials.credential("ops"),
                        Materials.sudoPassword("ops"),
                        Materials.authority("ca.key"),
                        Materials.BOOTSTRAP_TOKEN);
    }

    @Test
    void readsOrdersThatDoNotTellWhichAttemptWasTheFirst() {
        String written = new String(Wire.bytes(order()), java.nio.charset.StandardCharsets.UTF_8);
        String older = written.replace("\"firstAttempt\":2,", "");
        assertThat(older).isNotEqualTo(written);

        Order read =
                Wire.read(older.getBytes(java.nio.charset.StandardCharsets.UTF_8), Order.class);

        assertThat(read.firstAttempt()).isEmpty();
        assertThat(read.attempt()).isEqualTo(3);
    }

    @Test
    void carriesTheWayToAHostAndWhatOpensIt() {
        HostTarget host = order().host();
        assertThat(new String(Wire.bytes(host), java.nio.charset.StandardCharsets.UTF_8))
                .as("as it was before there were jump hosts")
                .doesNotContain("jump");
        assertThat(Wire.read(Wire.bytes(host), HostTarget.class)).isEqualTo(host);
        var hop =
                new JumpHost(
                        new HostAddress("fd00::1", 22),
                        "ops",
                        Materials.credential("door"),
                        List.of("ssh-ed25519 AAAA"));
        HostTarget behind =
                new HostTarget(
                        host.name(),
                        host.address(),
                        host.user(),
                        host.credential(),
                        host.sudoPassword(),
                        host.hostKeys(),
                        false,
                        List.of(hop));
        Order order = to(behind);
        assertThat(Wire.read(Wire.bytes(order), Order.class)).isEqualTo(order);
        assertThat(order.materials()).contains(Materials.credential("door"));
        assertThatThrownBy(() -> new JumpHost(hop.address(), "ops", hop.credential(), List.of()))
                .hasMessageContaining("no host key is pinned");
    }

    private static Order to(HostTarget host) {
        Order order = order();
        return new Order(
                order.task(),
                order.attempt(),
                order.kind(),
                order.firstAttempt(),
                order.tenant(),
                order.cluster(),
                order.generation(),
                order.run(),
                order.phase(),
                order.pool(),
                host,
                order.mutating(),
                order.steps(),
                order.times());
    }

    static Order order() {
        var run = RunId.of("0195f2d0-0000-7000-8000-000000000001");
        var host = new HostAddress("127.77.0.1", 22022);
        var phase = new PhaseName("init");
        return new Order(
                TaskId.of(run, phase, host),
                3,
                AttemptKind.FRESH,
                OptionalInt.of(2),
                new TenantId("local"),
                new ClusterName("demo"),
                1,
                run,
                phase,
                new PoolName("default"),
                new HostTarget(
                        "node-1",
                        host,
                        "ops",
                        Materials.credential("ops"),
                        Optional.of(Materials.sudoPassword("ops")),
                        List.of("ssh-ed25519 AAAA"),
                        false),
                true,
                List.of(
                        Step.Put.material(
                                "ca-key",
                                RemotePath.of("/etc/kubernetes/pki/ca.key"),
                                Materials.authority("ca.key"),
                                0600),
                        new Step.Read(
                                "boot-id",
                                RemotePath.of("/proc/sys/kernel/random/boot_id"),
                                "boot-id",
                                64),
                        Step.Command.of(
                                        "init",
                                        "kubeadm init --config /run/x",
                                        Duration.ofMinutes(10))
                                .unless("test -e /etc/kubernetes/admin.conf")
                                .withMaterialFile("TOKEN_FILE", new MaterialName("token/bootstrap"))
                                .failingAs(
                                        List.of(
                                                new FailurePattern(
                                                        "[ERROR Port-",
                                                        ReasonCode.KUBEADM_PREFLIGHT))),
                        new Step.Await(
                                "ready",
                                "true",
                                Duration.ofSeconds(1),
                                Duration.ofMinutes(1),
                                ReasonCode.NODE_NOT_READY)),
                new OrderTimes(
                        NOW, NOW.plusSeconds(60), Duration.ofMinutes(15), NOW.plusSeconds(1200)));
    }

    @Test
    void writesDurationsAndTimesAsIso8601Text() {
        assertThat(new String(Wire.bytes(order()), java.nio.charset.StandardCharsets.UTF_8))
                .contains("\"timeout\":\"PT15M\"")
                .contains("\"issuedAt\":\"2026-03-01T10:00:00Z\"")
                .contains("\"address\":\"127.77.0.1:22022\"");
    }

    @Test
    void readsTheKeysOfOtherToolsAndAgreesWithTheirAlgorithm() throws Exception {
        KeyPair platform = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        PrivateKey key =
                OrderKeys.privateKey(pem("PRIVATE KEY", platform.getPrivate().getEncoded()));

        assertThat(OrderKeys.publicKey(key).getEncoded())
                .isEqualTo(platform.getPublic().getEncoded());
        assertThat(OrderKeys.publicKey(pem("PUBLIC KEY", platform.getPublic().getEncoded())))
                .isEqualTo(OrderKeys.publicKey(key));
        var platforms = new OrderVerifier(Map.of("k1", platform.getPublic()));
        String jws = new OrderSigner("k1", key).sign(order());
        assertThat(platforms.verify(jws)).isEqualTo(order());
        assertThat(new OrderSigner("k1", platform.getPrivate()).sign(order())).isEqualTo(jws);
    }

    private static String pem(String label, byte[] content) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(label, Base64.getMimeEncoder().encodeToString(content));
    }
}
