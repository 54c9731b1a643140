package dev.slipway.executor.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.executor.TestConfig;
import java.util.List;
import java.util.Map;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.common.NamedResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlgorithmsTest {
    private static SshClient with(Map<String, String> settings) {
        SshClient client = SshClient.setUpDefaultClient();
        Algorithms.apply(TestConfig.with(settings).ssh(), client);
        return client;
    }

    private static List<String> names(List<? extends NamedResource> factories) {
        return NamedResource.getNameList(factories);
    }

    @Test
    void offersWhatIsFastFirstAndNothingThatIsBroken() {
        SshClient client = with(Map.of());

        assertThat(names(client.getKeyExchangeFactories())).first().isEqualTo("curve25519-sha256");
        assertThat(names(client.getCipherFactories()))
                .startsWith("aes128-gcm@openssh.com", "aes256-gcm@openssh.com")
                .endsWith("chacha20-poly1305@openssh.com")
                .noneMatch(name -> name.contains("cbc"));
        assertThat(names(client.getMacFactories())).noneMatch(name -> name.contains("sha1"));
        assertThat(names(client.getSignatureFactories()))
                .startsWith("ssh-ed25519-cert-v01@openssh.com")
                .contains("rsa-sha2-256-cert-v01@openssh.com", "ssh-ed25519", "rsa-sha2-512")
                .doesNotContain("ssh-rsa");
    }

    @Test
    void offersWhatIsSetInItsOrder() {
        SshClient client =
                with(
                        Map.of(
                                "slipway.executor.ssh.key-exchange",
                                        "mlkem768x25519-sha256,curve25519-sha256",
                                "slipway.executor.ssh.ciphers", "aes256-ctr",
                                "slipway.executor.ssh.macs", "hmac-sha1,hmac-sha2-512",
                                "slipway.executor.ssh.signatures", "ssh-rsa,ssh-ed25519"));

        assertThat(names(client.getKeyExchangeFactories()))
                .containsExactly("mlkem768x25519-sha256", "curve25519-sha256");
        assertThat(names(client.getCipherFactories())).containsExactly("aes256-ctr");
        assertThat(names(client.getMacFactories())).containsExactly("hmac-sha1", "hmac-sha2-512");
        assertThat(names(client.getSignatureFactories()))
                .containsExactly("ssh-ed25519-cert-v01@openssh.com", "ssh-rsa", "ssh-ed25519");
    }

    @ParameterizedTest
    @CsvSource({
        "key-exchange, curve25519-sha256",
        "ciphers, aes128-gcm@openssh.com",
        "macs, hmac-sha2-256",
        "signatures, ssh-ed25519"
    })
    void refusesANameThatIsNoneWithAllThatThereAre(String setting, String one) {
        String key = "slipway.executor.ssh." + setting;
        assertThatThrownBy(() -> with(Map.of(key, one + ",aes129-gcm")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"aes129-gcm\"")
                .hasMessageContaining(key)
                .hasMessageContaining(one);
    }
}
