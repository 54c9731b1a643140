package dev.slipway.cert.sshca;

import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.JumpHost;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.SshCredential;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.sshd.certificate.OpenSshCertificateBuilder;
import org.apache.sshd.common.config.keys.OpenSshCertificate;

/// A user certificate that is to be issued for an order (OpenSSH PROTOCOL.certkeys).
///
/// @param credential the name under which the order's executor gets it
/// @param id what the host's sshd logs: tenant, cluster, task and attempt
/// @param principals the users that the order signs in as with this credential, and no others
/// @param forwarding whether it may forward connections, as a jump host has to, and a host whose
///   API server is asked
/// @param notBefore a minute ago: clocks differ
public record UserCertificate(
        MaterialName credential,
        String id,
        long serial,
        SortedSet<String> principals,
        boolean forwarding,
        Instant notBefore,
        Instant notAfter) {
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    /// What the certificate of an order says.
    ///
    /// @param life counted from `now`; cut at the time the order has to be settled
    static UserCertificate of(
            Order order, MaterialName credential, long serial, Duration life, Instant now) {
        HostTarget host = order.host();
        var principals = new TreeSet<String>();
        if (host.credential().equals(credential)) {
            principals.add(host.user());
        }
        Set<JumpHost> hops =
                Set.copyOf(
                        host.jump().stream()
                                .filter(hop -> hop.credential().equals(credential))
                                .toList());
        hops.forEach(hop -> principals.add(hop.user()));
        Instant end = now.plus(life);
        return new UserCertificate(
                credential,
                "slipway %s/%s task %s attempt %d"
                        .formatted(order.tenant(), order.cluster(), order.task(), order.attempt()),
                serial,
                principals,
                !hops.isEmpty() || (order.isForApi() && host.credential().equals(credential)),
                now.minus(CLOCKS_DIFFER),
                end.isBefore(order.times().settleBy()) ? end : order.times().settleBy());
    }

    /// Hexadecimal, as other certificates' serials are shown.
    public String serialText() {
        return Long.toHexString(serial);
    }

    /// Signs it for a key pair that is made for it. Takes some CPU: not for event loops.
    SshCredential.Certified issue(KeyPair authority) {
        KeyPair own = SshKey.generate();
        OpenSshCertificateBuilder builder =
                OpenSshCertificateBuilder.userCertificate()
                        .publicKey(own.getPublic())
                        .serial(serial)
                        .id(id)
                        .principals(principals)
                        .validAfter(notBefore)
                        .validBefore(notAfter);
        if (forwarding) {
            builder.extension("permit-port-forwarding", "");
        }
        return new SshCredential.Certified(
                new String(SshKey.privateText(own), StandardCharsets.US_ASCII),
                SshKey.publicText(sign(builder, authority)));
    }

    private static OpenSshCertificate sign(OpenSshCertificateBuilder builder, KeyPair authority) {
        try {
            return builder.sign(authority);
        } catch (Exception e) {
            throw new IllegalStateException("cannot sign an SSH user certificate", e);
        }
    }
}
