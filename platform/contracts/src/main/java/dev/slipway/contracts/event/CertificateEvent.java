package dev.slipway.contracts.event;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What the certificate service did, on `slipway.certificates`. Names, digests and times only,
/// never a secret.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = CertificateEvent.AuthorityOpened.class, name = "AuthorityOpened"),
    @JsonSubTypes.Type(value = CertificateEvent.AuthorityAdopted.class, name = "AuthorityAdopted"),
    @JsonSubTypes.Type(
            value = CertificateEvent.CertificateIssued.class,
            name = "CertificateIssued"),
    @JsonSubTypes.Type(value = CertificateEvent.TokenIssued.class, name = "TokenIssued"),
    @JsonSubTypes.Type(value = CertificateEvent.MaterialRedeemed.class, name = "MaterialRedeemed"),
    @JsonSubTypes.Type(value = CertificateEvent.MaterialRefused.class, name = "MaterialRefused"),
    @JsonSubTypes.Type(value = CertificateEvent.CredentialStored.class, name = "CredentialStored"),
    @JsonSubTypes.Type(value = CertificateEvent.CredentialDeleted.class, name = "CredentialDeleted")
})
public sealed interface CertificateEvent {
    TenantId tenant();

    Instant at();

    /// @param generation of the cluster
    /// @param pin `sha256:` and the hexadecimal SHA-256 of the cluster CA's SubjectPublicKeyInfo
    ///   (RFC 7469 §2.4 without base64, as kubeadm writes it)
    record AuthorityOpened(
            TenantId tenant,
            ClusterName cluster,
            int generation,
            String pin,
            String keyAlgorithm,
            Instant notAfter,
            Instant at)
            implements CertificateEvent {}

    /// The authority of a cluster that others made was taken over from one of its hosts, private
    /// keys included.
    ///
    /// @param generation of the cluster
    /// @param run that asked for it
    /// @param host from which it came
    /// @param pin as of [AuthorityOpened]
    /// @param notAfter of the cluster CA
    /// @param executor the SPIFFE id that brought it
    record AuthorityAdopted(
            TenantId tenant,
            ClusterName cluster,
            int generation,
            RunId run,
            HostAddress host,
            String pin,
            String keyAlgorithm,
            Instant notAfter,
            String executor,
            Instant at)
            implements CertificateEvent {}

    /// @param subject distinguished name, RFC 4514
    /// @param serial hexadecimal
    /// @param purpose `kubeconfig`, `kubelet`, `registry` or `ssh`
    record CertificateIssued(
            TenantId tenant,
            ClusterName cluster,
            String subject,
            String serial,
            String purpose,
            String actor,
            Instant notAfter,
            Instant at)
            implements CertificateEvent {}

    /// @param tokenId the public half of a bootstrap token
    record TokenIssued(
            TenantId tenant,
            ClusterName cluster,
            RunId run,
            String tokenId,
            Instant notAfter,
            Instant at)
            implements CertificateEvent {}

    /// @param executor the SPIFFE id that redeemed
    record MaterialRedeemed(
            TenantId tenant,
            ClusterName cluster,
            RunId run,
            TaskId task,
            int attempt,
            List<MaterialName> materials,
            String executor,
            Instant at)
            implements CertificateEvent {
        public MaterialRedeemed {
            materials = List.copyOf(materials);
        }
    }

    /// @param why one sentence
    record MaterialRefused(
            TenantId tenant,
            Optional<RunId> run,
            Optional<TaskId> task,
            String executor,
            String why,
            Instant at)
            implements CertificateEvent {}

    /// A credential was stored, new or in place of one of the same name.
    record CredentialStored(TenantId tenant, String name, String actor, Instant at)
            implements CertificateEvent {}

    /// A credential was deleted: orders that name it are refused from now on.
    record CredentialDeleted(TenantId tenant, String name, String actor, Instant at)
            implements CertificateEvent {}
}
