package dev.slipway.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.contracts.Wire;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SshCaCommandTest {
    @Test
    void printsWhatToPutOnHostsWithAllKeysUncommented() throws IOException {
        JsonNode authority =
                Wire.mapper()
                        .readTree(
                                """
                                {"tenant": "acme", "keys": [
                                  {"number": 2, "state": "next", "publicKey": "ssh-ed25519 BBBB"},
                                  {"number": 1, "state": "current", "publicKey": "ssh-ed25519 AAAA\\u001b"}]}
                                """);

        String text = SshCaCommand.text(authority);

        // The text is a TrustedUserCAKeys file as it is.
        assertThat(text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")))
                .containsExactly(
                        "ssh-ed25519 BBBB slipway-acme-2-next",
                        "ssh-ed25519 AAAA\\x1b slipway-acme-1-current");
        assertThat(text)
                .contains("TrustedUserCAKeys /etc/ssh/slipway_ca.pub")
                .contains("AuthorizedPrincipalsFile /etc/ssh/principals/%u")
                .contains("#   cert-authority ssh-ed25519 BBBB slipway-acme-2-next");
    }
}
