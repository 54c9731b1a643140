package dev.slipway.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostsCommandTest {
    @ParameterizedTest
    @CsvSource({
        "::1, [::1]:22",
        "[::1], [::1]:22",
        "[0:0::1]:2222, [::1]:2222",
        "10.0.0.1, 10.0.0.1:22",
        "host.example:2222, host.example:2222"
    })
    void readsAnAddressAsPeopleWriteItAndPutsItIntoAPath(String written, String expected) {
        var address = HostsCommand.address(written);

        assertThat(address).hasToString(expected);
        assertThat(URI.create("https://localhost").resolve(HostsCommand.route(address)).getPath())
                .isEqualTo("/v1/hosts/" + expected);
    }
}
