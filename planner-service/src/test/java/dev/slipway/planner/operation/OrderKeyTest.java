package dev.slipway.planner.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPairGenerator;
import org.junit.jupiter.api.Test;

class OrderKeyTest {
    @Test
    void findsThePublicKeyThatBelongsToThePrivateOne() throws Exception {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        assertThat(OrderKey.publicKey(pair.getPrivate())).isEqualTo(pair.getPublic());
    }
}
