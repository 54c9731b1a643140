package dev.slipway.cert.sshca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cert.TestOrder;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.JumpHost;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Order;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserCertificateTest {
    private static final MaterialName OPS = Materials.credential(TestOrder.CREDENTIAL);
    private static final MaterialName DOOR = Materials.credential("door");
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private static Order order(JumpHost... hops) {
        Order order = TestOrder.of("acme", "demo").withIssuedAt(NOW).order();
        HostTarget host = order.host();
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
                new HostTarget(
                        host.name(),
                        host.address(),
                        host.user(),
                        host.credential(),
                        host.sudoPassword(),
                        host.hostKeys(),
                        false,
                        List.of(hops)),
                order.mutating(),
                order.steps(),
                order.times());
    }

    private static JumpHost hop(String user, MaterialName credential) {
        return new JumpHost(
                new HostAddress("10.0.0.2", 22), user, credential, List.of("ssh-ed25519 AAAA"));
    }

    private static UserCertificate certificate(Order order, MaterialName name, Duration life) {
        return UserCertificate.of(order, name, 255, life, NOW);
    }

    @Test
    void letsInTheUsersOfTheOrderWithThisCredentialAndNobodyElse() {
        Order order = order(hop("gate", DOOR), hop("inner", OPS));
        Duration life = Duration.ofMinutes(10);

        assertThat(certificate(order, OPS, life).principals()).containsExactly("inner", "ops");
        assertThat(certificate(order, DOOR, life).principals()).containsExactly("gate");
        assertThat(certificate(order(), OPS, life).principals()).containsExactly("ops");
    }

    @Test
    void forwardsConnectionsOnJumpHostsOnly() {
        Duration life = Duration.ofMinutes(10);

        assertThat(certificate(order(hop("gate", DOOR)), DOOR, life).forwarding()).isTrue();
        assertThat(certificate(order(hop("gate", DOOR)), OPS, life).forwarding()).isFalse();
        assertThat(certificate(order(), OPS, life).forwarding()).isFalse();
    }

    @Test
    void forwardsConnectionsWhereTheApiServerIsAsked() {
        Order asking = TestOrder.of("acme", "kube").orderForApi();

        assertThat(certificate(asking, OPS, Duration.ofMinutes(10)).forwarding()).isTrue();
        assertThat(certificate(asking, DOOR, Duration.ofMinutes(10)).forwarding()).isFalse();
    }

    @Test
    void endsWithItsLifeOrWithTheOrder() {
        assertThat(certificate(order(), OPS, Duration.ofMinutes(10)).notAfter())
                .isEqualTo(NOW.plus(Duration.ofMinutes(10)));
        assertThat(certificate(order(), OPS, Duration.ofHours(5)).notAfter())
                .isEqualTo(order().times().settleBy());
        assertThat(certificate(order(), OPS, Duration.ofMinutes(10)).notBefore())
                .isEqualTo(NOW.minus(Duration.ofMinutes(1)));
    }

    @Test
    void hidesThePrivateKeyOfWhatItIssues() {
        var issued = certificate(order(), OPS, Duration.ofMinutes(10)).issue(SshKey.generate());

        assertThat(issued.privateKey()).contains("BEGIN OPENSSH PRIVATE KEY");
        assertThat(issued.certificate()).startsWith("ssh-ed25519-cert-v01@openssh.com AAAA");
        assertThat(issued).hasToString("Certified[hidden]");
    }
}
