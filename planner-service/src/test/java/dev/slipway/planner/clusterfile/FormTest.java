package dev.slipway.planner.clusterfile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormTest {
    @ParameterizedTest
    @CsvSource({
        "IP, 10.0.0.1, true",
        "IP, fd00::1, true",
        "IP, 0.0.0.0, false",
        "IP, a.example, false",
        "HOST, a.example, true",
        "HOST, 10.0.0, false",
        "HOST, a.example:1, false",
        "HOST_PORT, a.example:1, true",
        "HOST_PORT, '[fd00::1]:1', true",
        "HOST_PORT, fd00::1, true",
        "HOST_PORT, a.example:, false",
        "HOST_PORT, a.example:65536, false",
        "HOST_PORT, 'fd00::zz:1', false",
        "BIND, 0.0.0.0:1, true",
        "BIND, '[::]:1', true",
        "BIND, a.example:1, false",
        "BIND, 0.0.0.0, false",
        "CIDR, 10.0.0.0/8, true",
        "CIDR, fd00::/129, false",
        "DURATION_OR_NANOSECONDS, 600000000000, true",
        "DURATION_OR_NANOSECONDS, -1, false",
        "IMAGE_VERSION, v1.2-3_4, true",
        "IMAGE_VERSION, .1, false",
        "PASSPHRASE, '', false",
        "RELEASE, a.b-c, true",
        "RELEASE, a..b, false"
    })
    void tellsTextsApart(Form form, String text, boolean matches) {
        assertThat(form.matches(text)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "1h30m, PT1H30M",
        "1.5s, PT1.5S",
        "500ms, PT0.5S",
        "0s, PT0S",
        "0, PT0S",
        "87600h, PT87600H",
        "10µs, PT0.00001S",
        "'', ",
        "10, ",
        "1h30, ",
        "-1s, ",
        "s, ",
        "9999999999h, "
    })
    void readsDurationsAsGoDoes(String text, Duration duration) {
        assertThat(GoDurations.parse(text)).isEqualTo(java.util.Optional.ofNullable(duration));
    }

    @ParameterizedTest
    @CsvSource({
        "v1.36.2+k0s.0, v1.36.2+k0s.0",
        "1.36.2+k0s.1, v1.36.2+k0s.1",
        "v1.36.2-k0s.0, v1.36.2+k0s.0",
        "v1.37.0-rc.1+k0s.0, v1.37.0-rc.1+k0s.0",
        "v1.36.2, ",
        "1.36+k0s.0, ",
        "0.11.0-rc1, ",
        "v1.36.2+k3s1, "
    })
    void readsReleasesOfK0s(String text, String version) {
        assertThat(K0sVersion.parse(text).map(K0sVersion::toString))
                .isEqualTo(java.util.Optional.ofNullable(version));
    }
}
