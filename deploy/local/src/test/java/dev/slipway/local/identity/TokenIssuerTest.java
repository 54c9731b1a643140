package dev.slipway.local.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenIssuerTest {

    @TempDir Path folder;

    @Test
    void saysWhoTheUserIsAndWhatTheyMay() throws Exception {
        TokenIssuer issuer = TokenIssuer.in(folder, Clock.systemUTC());

        String token = issuer.mint("acme", "ann", Set.of("operator"), Duration.ofHours(1));

        JwtClaims claims = verifier(issuer).processToClaims(token);
        assertThat(claims.getSubject()).isEqualTo("ann");
        assertThat(claims.getStringClaimValue("upn")).isEqualTo("ann");
        assertThat(claims.getStringClaimValue("tenant")).isEqualTo("acme");
        assertThat(claims.getStringListClaimValue("groups")).containsExactly("operator");
    }

    @Test
    void keepsItsKey() throws Exception {
        String token =
                TokenIssuer.in(folder, Clock.systemUTC())
                        .mint("acme", "ann", Set.of(), Duration.ofHours(1));

        assertThat(
                        verifier(TokenIssuer.in(folder, Clock.systemUTC()))
                                .processToClaims(token)
                                .getSubject())
                .isEqualTo("ann");
    }

    @Test
    void aTokenEnds() throws Exception {
        TokenIssuer issuer = TokenIssuer.in(folder, Clock.systemUTC());

        String token = issuer.mint("acme", "ann", Set.of("admin"), Duration.ofMinutes(-5));

        JwtConsumer verifier = verifier(issuer);
        assertThatThrownBy(() -> verifier.processToClaims(token))
                .isInstanceOfSatisfying(
                        InvalidJwtException.class, e -> assertThat(e.hasExpired()).isTrue());
    }

    private static JwtConsumer verifier(TokenIssuer issuer) throws GeneralSecurityException {
        return new JwtConsumerBuilder()
                .setVerificationKey(
                        KeyFactory.getInstance("EC")
                                .generatePublic(
                                        new X509EncodedKeySpec(
                                                Base64.getDecoder().decode(issuer.publicKey()))))
                .setExpectedIssuer("slipway-local")
                .setExpectedAudience("slipway")
                .setRequireExpirationTime()
                .build();
    }
}
