package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/8, 11.0.0.0/8, false",
        "10.244.0.0/16, 10.240.0.0/12, true",
        "10.244.7.9/16, 10.244.200.1, true",
        "0.0.0.0/0, 192.0.2.1, true",
        "fd00::/8, fd12::1, true",
        "fd00::/8, fe80::1, false",
        "0.0.0.0/0, fd00::1, false"
    })
    void knowsWhetherAnAddressIsInBoth(String one, String other, boolean overlap) {
        Cidr first = Cidr.of(one).orElseThrow();
        Cidr second = Cidr.of(other).orElseThrow();

        assertThat(first.overlaps(second)).isEqualTo(overlap);
        assertThat(second.overlaps(first)).isEqualTo(overlap);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "host.example",
                "10.0.0.0/33",
                "10.0.0/8",
                "10.0.0.0/x",
                "::/129",
                "a:b",
                "10.0.0.0/"
            })
    void takesNothingElse(String text) {
        assertThat(Cidr.of(text)).isEmpty();
    }
}
