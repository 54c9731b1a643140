package dev.slipway.chassis.identity;

import dev.slipway.contracts.id.PoolName;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A part of the suite as its certificate names it: one URI subject alternative name
/// `spiffe://slipway/SERVICE` or `spiffe://slipway/executor/POOL` (SPIFFE-ID §2, X509-SVID §2).
///
/// @param service lower-case letters: `planner`, `executor`, `cert`, `status`, `broker`
/// @param pool present if and only if it is an executor
public record ServiceIdentity(String service, Optional<PoolName> pool) {
    private static final Pattern FORM =
            Pattern.compile("spiffe://slipway/([a-z]{1,32})(?:/([a-z0-9-]{1,63}))?");
    // RFC 5280 §4.2.1.6, GeneralName: uniformResourceIdentifier [6]
    private static final int URI_NAME = 6;

    public ServiceIdentity {
        if (service.equals("executor") != pool.isPresent()) {
            throw new IllegalArgumentException(
                    "service \"%s\" %s a pool: only an executor has one"
                            .formatted(service, pool.isPresent() ? "has" : "lacks"));
        }
    }

    /// @throws IllegalArgumentException if `uri` is no SPIFFE id of the suite
    public static ServiceIdentity of(String uri) {
        Matcher parts = FORM.matcher(uri);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "not a SPIFFE id of the suite: expected spiffe://slipway/SERVICE[/POOL]");
        }
        return new ServiceIdentity(
                parts.group(1), Optional.ofNullable(parts.group(2)).map(PoolName::of));
    }

    /// @throws IllegalArgumentException if the certificate has no or several URI names, or another
    ///   one than a SPIFFE id of the suite
    public static ServiceIdentity of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            List<String> uris =
                    names == null
                            ? List.of()
                            : names.stream()
                                    .filter(name -> name.get(0).equals(URI_NAME))
                                    .map(name -> (String) name.get(1))
                                    .toList();
            if (uris.size() != 1) {
                throw new IllegalArgumentException(
                        "the certificate has %d URI names: expected 1, a SPIFFE id"
                                .formatted(uris.size()));
            }
            return of(uris.get(0));
        } catch (CertificateParsingException e) {
            throw new IllegalArgumentException("the certificate's names can't be read", e);
        }
    }

    /// The SPIFFE id.
    public String uri() {
        return "spiffe://slipway/" + service + pool.map(name -> "/" + name).orElse("");
    }

    @Override
    public String toString() {
        return uri();
    }
}
