package dev.slipway.executor.ssh;

import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.outcome.ReasonCode;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.jspecify.annotations.Nullable;

/// Decides whether a host is the one it should be, before anything secret is sent to it.
final class HostKeys {
    private final HostTarget target;
    private volatile @Nullable PublicKey refused;

    HostKeys(HostTarget target) {
        this.target = target;
    }

    /// Whether the key may be trusted: one of the known ones, or the first ever where that is
    /// allowed. Remembers a refused one.
    boolean accepts(PublicKey presented) {
        boolean accepted =
                target.hostKeys().isEmpty()
                        ? target.acceptNewHostKey()
                        : known().stream().anyMatch(key -> KeyUtils.compareKeys(key, presented));
        if (!accepted) {
            refused = presented;
        }
        return accepted;
    }

    /// The signature types of the known keys, most wanted first: the server is asked for a key that
    /// can be compared.
    List<String> types() {
        return known().stream().map(KeyUtils::getKeyType).distinct().toList();
    }

    /// Why the session was given up, if a key was refused.
    Optional<SshFailure> failure() {
        PublicKey key = refused;
        if (key == null) {
            return Optional.empty();
        }
        String text = PublicKeyEntry.toString(key);
        String fingerprint = KeyUtils.getFingerPrint(key);
        boolean unknown = target.hostKeys().isEmpty();
        ReasonCode reason = unknown ? ReasonCode.HOST_KEY_UNKNOWN : ReasonCode.HOST_KEY_CHANGED;
        String message =
                "cannot trust %s: it shows host key %s %s, %s: %s"
                        .formatted(
                                target.address(),
                                KeyUtils.getKeyType(key),
                                fingerprint,
                                unknown
                                        ? "and no key of it is known"
                                        : "but known is " + String.join(", ", fingerprints()),
                                reason.advice());
        return Optional.of(new SshFailure(reason, message, text, null));
    }

    private List<String> fingerprints() {
        return known().stream().map(KeyUtils::getFingerPrint).toList();
    }

    private List<PublicKey> known() {
        return target.hostKeys().stream().flatMap(text -> read(text).stream()).toList();
    }

    /// A known key that cannot be read matches nothing: the host is refused, not trusted.
    private static Optional<PublicKey> read(String text) {
        try {
            return Optional.ofNullable(
                    PublicKeyEntry.parsePublicKeyEntry(text)
                            .resolvePublicKey(null, java.util.Map.of(), null));
        } catch (java.io.IOException
                | java.security.GeneralSecurityException
                | RuntimeException e) {
            return Optional.empty();
        }
    }
}
