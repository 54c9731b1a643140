package dev.slipway.executor.ssh;

import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.OpenSshCertificate;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.jspecify.annotations.Nullable;

/// Decides whether a host is the one it should be, before anything secret is sent to it: by a known
/// key, or by a certificate of a known authority.
final class HostKeys {
    /// Before the key of an authority, as in known_hosts (sshd(8)).
    private static final String AUTHORITY = "@cert-authority ";

    private final Stop stop;
    private volatile @Nullable PublicKey refused;
    private volatile Optional<String> certificateProblem = Optional.empty();

    HostKeys(Stop stop) {
        this.stop = stop;
    }

    Stop stop() {
        return stop;
    }

    /// Whether the key may be trusted: one of the known ones, or the first ever where that is
    /// allowed, or certified. Remembers a refused one.
    ///
    /// @param signed whether `presented` is a certificate whose signature was found to be its
    ///   authority's
    boolean accepts(PublicKey presented, boolean signed) {
        boolean accepted =
                presented instanceof OpenSshCertificate certificate
                        ? pins(certificate) || (signed && problem(certificate).isEmpty())
                        : knows(presented);
        if (!accepted && certificateProblem.isEmpty()) {
            refused =
                    presented instanceof OpenSshCertificate certificate
                            ? certificate.getCertPubKey()
                            : presented;
        }
        return accepted;
    }

    /// Whether the key that is certified is a known one: then it does not matter by whom.
    boolean pins(OpenSshCertificate certificate) {
        return pins(certificate.getCertPubKey());
    }

    private boolean knows(PublicKey presented) {
        return stop.hostKeys().isEmpty() ? stop.acceptNewHostKey() : pins(presented);
    }

    private boolean pins(PublicKey presented) {
        return known().stream().anyMatch(key -> KeyUtils.compareKeys(key, presented));
    }

    /// What is wrong with the certificate, apart from its signature; remembered.
    ///
    /// @return what it is or does, to go on from "a certificate that"
    Optional<String> problem(OpenSshCertificate certificate) {
        Optional<String> problem = problem(certificate, Instant.now());
        problem.ifPresent(this::refuseCertificate);
        return problem;
    }

    /// Remembers why a certificate was refused.
    void refuseCertificate(String problem) {
        certificateProblem = Optional.of(problem);
    }

    private Optional<String> problem(OpenSshCertificate certificate, Instant now) {
        PublicKey authority = certificate.getCaPubKey();
        String address = stop.address().address();
        Collection<String> principals = certificate.getPrincipals();
        if (authorities().stream().noneMatch(key -> KeyUtils.compareKeys(key, authority))) {
            return Optional.of(
                    "is signed by %s, but trusted is %s"
                            .formatted(
                                    KeyUtils.getFingerPrint(authority),
                                    fingerprints(authorities())));
        }
        if (certificate.getType() != OpenSshCertificate.Type.HOST) {
            return Optional.of("is a user's, not a host's");
        }
        if (Long.compareUnsigned(now.getEpochSecond(), certificate.getValidAfter()) < 0) {
            return Optional.of("is not valid before " + time(certificate.getValidAfter()));
        }
        if (Long.compareUnsigned(now.getEpochSecond(), certificate.getValidBefore()) >= 0) {
            return Optional.of("expired at " + time(certificate.getValidBefore()));
        }
        if (principals == null || !principals.contains(address)) {
            return Optional.of(
                    "is for %s, not for \"%s\""
                            .formatted(
                                    principals == null || principals.isEmpty()
                                            ? "no host by name"
                                            : quoted(principals),
                                    address));
        }
        if (!certificate.getCriticalOptions().isEmpty()) {
            return Optional.of(
                    "has critical options that mean nothing for a host (%s)"
                            .formatted(
                                    quoted(
                                            certificate.getCriticalOptions().stream()
                                                    .map(
                                                            OpenSshCertificate.CertificateOption
                                                                    ::getName)
                                                    .toList())));
        }
        return Optional.empty();
    }

    private static String time(long epochSecond) {
        return epochSecond < 0 ? "the end of time" : Instant.ofEpochSecond(epochSecond).toString();
    }

    /// What a host says: shown, but not as it is.
    private static String quoted(Collection<String> texts) {
        return texts.stream().limit(5).map(Quoted::of).collect(Collectors.joining(", "));
    }

    /// Whether a certificate is of use.
    boolean knowsAuthorities() {
        return !authorities().isEmpty();
    }

    /// The types of the known keys, most wanted first: the server is asked for a key that can be
    /// compared.
    List<String> types() {
        return known().stream().map(KeyUtils::getKeyType).distinct().toList();
    }

    /// Why the session was given up, if a key was refused.
    Optional<SshFailure> failure() {
        if (certificateProblem.isPresent()) {
            return Optional.of(
                    new SshFailure(
                            ReasonCode.HOST_CERTIFICATE_REFUSED,
                            "cannot trust %s: it shows a certificate that %s: %s"
                                    .formatted(
                                            stop,
                                            certificateProblem.get(),
                                            ReasonCode.HOST_CERTIFICATE_REFUSED.advice())));
        }
        PublicKey key = refused;
        return key == null ? Optional.empty() : Optional.of(refused(key));
    }

    private SshFailure refused(PublicKey key) {
        boolean unknown = stop.hostKeys().isEmpty();
        ReasonCode reason = unknown ? ReasonCode.HOST_KEY_UNKNOWN : ReasonCode.HOST_KEY_CHANGED;
        String message =
                "cannot trust %s: it shows host key %s %s, %s: %s"
                        .formatted(
                                stop,
                                KeyUtils.getKeyType(key),
                                KeyUtils.getFingerPrint(key),
                                unknown ? "and no key of it is known" : "but known is " + trusted(),
                                reason.advice());
        // What a jump host shows is no key of the host that the order is for.
        return new SshFailure(
                reason, message, stop.jump() ? null : PublicKeyEntry.toString(key), null);
    }

    private String trusted() {
        String keys = fingerprints(known());
        String authorities = "a certificate of " + fingerprints(authorities());
        if (authorities().isEmpty()) {
            return keys;
        }
        return keys.isEmpty() ? authorities : keys + " or " + authorities;
    }

    private static String fingerprints(List<PublicKey> keys) {
        return keys.stream().map(KeyUtils::getFingerPrint).collect(Collectors.joining(", "));
    }

    private List<PublicKey> known() {
        return read(false);
    }

    private List<PublicKey> authorities() {
        return read(true);
    }

    private List<PublicKey> read(boolean authorities) {
        return stop.hostKeys().stream()
                .filter(text -> text.startsWith(AUTHORITY) == authorities)
                .map(text -> authorities ? text.substring(AUTHORITY.length()) : text)
                .flatMap(text -> read(text).stream())
                .toList();
    }

    /// A known key that cannot be read matches nothing: the host is refused, not trusted.
    private static Optional<PublicKey> read(String text) {
        try {
            return Optional.ofNullable(
                    PublicKeyEntry.parsePublicKeyEntry(text)
                            .resolvePublicKey(null, Map.of(), null));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
