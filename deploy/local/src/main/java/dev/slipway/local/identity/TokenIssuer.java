package dev.slipway.local.identity;

import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/// Signs users' tokens (JWT, ES256) as an OpenID provider would in production.
public final class TokenIssuer {

    /// Claim `iss`.
    public static final String ISSUER = "slipway-local";

    /// Claim `aud`.
    public static final String AUDIENCE = "slipway";

    private final KeyPair pair;
    private final Clock clock;

    private TokenIssuer(KeyPair pair, Clock clock) {
        this.pair = pair;
        this.clock = clock;
    }

    /// The issuer whose key pair is kept in `folder`; made if there is none.
    public static TokenIssuer in(Path folder, Clock clock) {
        return new TokenIssuer(
                Pem.pair(
                        folder.resolve("token-issuer.key"),
                        folder.resolve("token-issuer.pub"),
                        "EC"),
                clock);
    }

    /// The public key as base64 of its SubjectPublicKeyInfo, without line breaks.
    public String publicKey() {
        return Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    }

    /// @param tenant claim `tenant`
    /// @param user claims `sub` and `upn`
    /// @param roles claim `groups`: of viewer, operator, approver, admin
    /// @param validity from now; may be negative, for an expired one
    /// @return the compact form
    public String mint(String tenant, String user, Set<String> roles, Duration validity) {
        Instant now = clock.instant();
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience(AUDIENCE);
        claims.setSubject(user);
        claims.setStringClaim("upn", user);
        claims.setStringClaim("tenant", tenant);
        claims.setStringListClaim("groups", List.copyOf(roles));
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(now.plus(validity).getEpochSecond()));
        claims.setGeneratedJwtId();
        JsonWebSignature token = new JsonWebSignature();
        token.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        token.setHeader("typ", "JWT");
        token.setPayload(claims.toJson());
        token.setKey(pair.getPrivate());
        try {
            return token.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("cannot sign the token of user \"" + user + "\"", e);
        }
    }
}
