package dev.slipway.local.broker;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.KafkaPrincipalBuilder;
import org.apache.kafka.common.security.auth.KafkaPrincipalSerde;
import org.apache.kafka.common.security.auth.SslAuthenticationContext;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;

/// Takes a client's principal from the SPIFFE id in its certificate:
/// `spiffe://slipway/executor/default` is `User:executor/default`. A certificate without exactly
/// one such id, or a connection without a certificate, is anonymous, and the anonymous may nothing.
public final class SpiffePrincipalBuilder implements KafkaPrincipalBuilder, KafkaPrincipalSerde {

    private static final String TRUST_DOMAIN = "spiffe://slipway/";
    private static final int URI_NAME = 6; // RFC 5280 §4.2.1.6: uniformResourceIdentifier [6]

    private final DefaultKafkaPrincipalBuilder wireForm =
            new DefaultKafkaPrincipalBuilder(null, null);

    @Override
    public KafkaPrincipal build(AuthenticationContext context) {
        if (!(context instanceof SslAuthenticationContext tls)) {
            return KafkaPrincipal.ANONYMOUS;
        }
        try {
            return tls.session().getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? principal(certificate)
                    : KafkaPrincipal.ANONYMOUS;
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            return KafkaPrincipal.ANONYMOUS;
        }
    }

    static KafkaPrincipal principal(X509Certificate certificate)
            throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        List<String> ids =
                names == null
                        ? List.of()
                        : names.stream()
                                .filter(name -> Objects.equals(name.get(0), URI_NAME))
                                .map(name -> String.valueOf(name.get(1)))
                                .toList();
        // X.509-SVID §2: exactly one URI SAN.
        return ids.size() == 1 && ids.getFirst().startsWith(TRUST_DOMAIN)
                ? new KafkaPrincipal(
                        KafkaPrincipal.USER_TYPE, ids.getFirst().substring(TRUST_DOMAIN.length()))
                : KafkaPrincipal.ANONYMOUS;
    }

    @Override
    public byte[] serialize(KafkaPrincipal principal) {
        return wireForm.serialize(principal);
    }

    @Override
    public KafkaPrincipal deserialize(byte[] bytes) {
        return wireForm.deserialize(bytes);
    }
}
