package dev.slipway.chassis.identity;

import dev.slipway.contracts.id.TenantId;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.credential.CertificateCredential;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/// Turns a verified token or client certificate into the roles and attributes of [Caller].
@ApplicationScoped
class CallerAugmentor implements SecurityIdentityAugmentor {
    static final String TENANT = "tenant";
    static final String SERVICE = "service";

    @Override
    public Uni<SecurityIdentity> augment(
            SecurityIdentity identity, AuthenticationRequestContext context) {
        if (identity.isAnonymous()) {
            return Uni.createFrom().item(identity);
        }
        try {
            if (identity.getPrincipal() instanceof JsonWebToken token) {
                return Uni.createFrom().item(user(identity, token));
            }
            CertificateCredential certificate = identity.getCredential(CertificateCredential.class);
            if (certificate != null) {
                return Uni.createFrom().item(service(identity, certificate));
            }
            return Uni.createFrom()
                    .failure(
                            new AuthenticationFailedException("neither a token nor a certificate"));
        } catch (IllegalArgumentException e) {
            return Uni.createFrom().failure(new AuthenticationFailedException(e.getMessage(), e));
        }
    }

    private static SecurityIdentity user(SecurityIdentity identity, JsonWebToken token) {
        String tenant = token.getClaim(TENANT);
        if (tenant == null) {
            throw new IllegalArgumentException("the token has no claim \"tenant\"");
        }
        Set<String> groups = token.getGroups();
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(token)
                .addCredentials(identity.getCredentials())
                .addRoles(Roles.ofUser(groups == null ? Set.of() : groups))
                .addAttribute(TENANT, TenantId.of(tenant))
                .build();
    }

    private static SecurityIdentity service(
            SecurityIdentity identity, CertificateCredential certificate) {
        ServiceIdentity service = ServiceIdentity.of(certificate.getCertificate());
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(service::uri)
                .addCredentials(identity.getCredentials())
                .addRoles(Roles.ofService(service))
                .addAttribute(SERVICE, service)
                .build();
    }
}
