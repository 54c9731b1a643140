package dev.slipway.cert.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class BootstrapTokenTest {
    @Test
    void hasTheFormKubeadmAsksForAndUsesTheWholeAlphabet() {
        var seen = new HashSet<Integer>();
        var random = new SecureRandom();
        for (int i = 0; i < 200; i++) {
            String text =
                    new String(BootstrapToken.random(random).content(), StandardCharsets.US_ASCII);
            assertThat(text).matches("[a-z0-9]{6}\\.[a-z0-9]{16}");
            text.chars().forEach(seen::add);
        }
        assertThat(seen).hasSize(37);
    }

    @Test
    void isReadAsItIsWritten() {
        var token = new BootstrapToken("abcdef", "0123456789abcdef");

        assertThat(BootstrapToken.of(token.content())).isEqualTo(token);
        assertThatThrownBy(() -> BootstrapToken.of("Secret".getBytes(StandardCharsets.US_ASCII)))
                .hasMessageNotContaining("Secret");
    }

    @Test
    void showsItsPublicHalfOnly() {
        assertThat(new BootstrapToken("abcdef", "0123456789abcdef"))
                .hasToString("BootstrapToken[abcdef, secret hidden]");
    }

    @Test
    void refusesAnotherFormWithoutRepeatingIt() {
        assertThatThrownBy(() -> new BootstrapToken("abcdef", "Secret"))
                .hasMessageNotContaining("Secret");
    }
}
