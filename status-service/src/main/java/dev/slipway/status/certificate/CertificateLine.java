package dev.slipway.status.certificate;

import dev.slipway.contracts.event.CertificateEvent;
import dev.slipway.contracts.event.CertificateEvent.AuthorityAdopted;
import dev.slipway.contracts.event.CertificateEvent.AuthorityOpened;
import dev.slipway.contracts.event.CertificateEvent.CertificateIssued;
import dev.slipway.contracts.event.CertificateEvent.CredentialDeleted;
import dev.slipway.contracts.event.CertificateEvent.CredentialStored;
import dev.slipway.contracts.event.CertificateEvent.MaterialRedeemed;
import dev.slipway.contracts.event.CertificateEvent.MaterialRefused;
import dev.slipway.contracts.event.CertificateEvent.TokenIssued;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Something that was issued to a cluster and ends one day.
///
/// @param kind `authority`, `certificate` or `token`
/// @param name the authority's pin, the certificate's subject, the token's public half
/// @param serial of a certificate, hexadecimal
/// @param purpose of a certificate
/// @param actor for whom it was issued
record CertificateLine(
        String kind,
        String name,
        Optional<String> serial,
        Optional<String> purpose,
        Optional<String> actor,
        Instant issuedAt,
        Instant notAfter,
        Validity validity) {
    /// What to do about it.
    enum Validity {
        VALID,
        /// Less than a fifth of its life is left.
        ENDING,
        ENDED;

        static Validity of(Instant from, Instant to, Instant now) {
            if (!now.isBefore(to)) {
                return ENDED;
            }
            Duration left = Duration.between(now, to);
            return left.multipliedBy(5).compareTo(Duration.between(from, to)) < 0 ? ENDING : VALID;
        }
    }

    /// @return nothing for what is no issue
    static Optional<CertificateLine> of(CertificateEvent event, Instant now) {
        return switch (event) {
            case AuthorityOpened e ->
                    Optional.of(line("authority", e.pin(), e.at(), e.notAfter(), now));
            case AuthorityAdopted e ->
                    Optional.of(line("authority", e.pin(), e.at(), e.notAfter(), now));
            case TokenIssued e ->
                    Optional.of(line("token", e.tokenId(), e.at(), e.notAfter(), now));
            case CertificateIssued e ->
                    Optional.of(
                            new CertificateLine(
                                    "certificate",
                                    e.subject(),
                                    Optional.of(e.serial()),
                                    Optional.of(e.purpose()),
                                    Optional.of(e.actor()),
                                    e.at(),
                                    e.notAfter(),
                                    Validity.of(e.at(), e.notAfter(), now)));
            case MaterialRedeemed _, MaterialRefused _, CredentialStored _, CredentialDeleted _ ->
                    Optional.empty();
        };
    }

    private static CertificateLine line(
            String kind, String name, Instant at, Instant notAfter, Instant now) {
        return new CertificateLine(
                kind,
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                at,
                notAfter,
                Validity.of(at, notAfter, now));
    }
}
