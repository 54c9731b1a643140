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
import dev.slipway.contracts.id.ClusterName;
import java.time.Instant;
import java.util.Optional;

/// A certificate event as it is stored.
///
/// @param naturalKey tells repetitions
/// @param cluster absent for what concerns the tenant as a whole
/// @param notAfter when what was issued ends
record CertificateEntry(
        CertificateEvent event,
        String kind,
        String naturalKey,
        Optional<ClusterName> cluster,
        Optional<Instant> notAfter) {
    static CertificateEntry of(CertificateEvent event) {
        return switch (event) {
            case AuthorityOpened e ->
                    issued(
                            e,
                            "AuthorityOpened",
                            e.cluster(),
                            e.cluster() + "/" + e.generation(),
                            e.notAfter());
            case AuthorityAdopted e ->
                    issued(
                            e,
                            "AuthorityAdopted",
                            e.cluster(),
                            e.cluster() + "/" + e.generation(),
                            e.notAfter());
            case CertificateIssued e ->
                    issued(
                            e,
                            "CertificateIssued",
                            e.cluster(),
                            e.cluster() + "/" + e.serial(),
                            e.notAfter());
            case TokenIssued e ->
                    issued(
                            e,
                            "TokenIssued",
                            e.cluster(),
                            e.cluster() + "/" + e.tokenId(),
                            e.notAfter());
            case MaterialRedeemed e ->
                    entry(
                            e,
                            "MaterialRedeemed",
                            Optional.of(e.cluster()),
                            "%s/%d/%s/%s".formatted(e.task(), e.attempt(), e.executor(), e.at()));
            case MaterialRefused e ->
                    entry(e, "MaterialRefused", Optional.empty(), e.executor() + "/" + e.at());
            case CredentialStored e ->
                    entry(e, "CredentialStored", Optional.empty(), e.name() + "/" + e.at());
            case CredentialDeleted e ->
                    entry(e, "CredentialDeleted", Optional.empty(), e.name() + "/" + e.at());
        };
    }

    private static CertificateEntry issued(
            CertificateEvent event,
            String kind,
            ClusterName cluster,
            String key,
            Instant notAfter) {
        return new CertificateEntry(
                event, kind, kind + "/" + key, Optional.of(cluster), Optional.of(notAfter));
    }

    private static CertificateEntry entry(
            CertificateEvent event, String kind, Optional<ClusterName> cluster, String key) {
        return new CertificateEntry(event, kind, kind + "/" + key, cluster, Optional.empty());
    }
}
