package dev.slipway.contracts.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
    private static final RunId RUN = RunId.of("0195f2d0-0000-7000-8000-000000000001");

    @Test
    void derivesATaskFromRunPhaseAndHostSoThatPublishingAgainMakesNoNewWork() {
        TaskId task = TaskId.of(RUN, new PhaseName("init"), HostAddress.of("10.0.0.1:22"));

        assertThat(task.value().version()).isEqualTo(5);
        assertThat(task)
                .isEqualTo(TaskId.of(RUN, new PhaseName("init"), HostAddress.of("10.0.0.1:22")));
        assertThat(task)
                .isNotEqualTo(
                        TaskId.of(RUN, new PhaseName("prepare"), HostAddress.of("10.0.0.1:22")))
                .isNotEqualTo(TaskId.of(RUN, new PhaseName("init"), HostAddress.of("10.0.0.2:22")))
                .isNotEqualTo(
                        TaskId.of(
                                RunId.next(),
                                new PhaseName("init"),
                                HostAddress.of("10.0.0.1:22")));
    }

    @Test
    void makesRunIdsThatSortByTime() {
        RunId first = RunId.next();
        RunId second = RunId.next();

        assertThat(first.value().version()).isEqualTo(7);
        assertThat(first.toString()).isLessThan(second.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "-a", "a-", "a_b", "a.b", "a b", "a\n", "ü"})
    void refusesANameThatIsNoLabelAndQuotesIt(String value) {
        assertThatThrownBy(() -> new ClusterName(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Quoted.of(value))
                .hasMessageContaining("RFC 1123");
        assertThatThrownBy(() -> new TenantId(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesALabelOf64Characters() {
        assertThat(new PhaseName("a".repeat(63))).hasToString("a".repeat(63));
        assertThatThrownBy(() -> new PhaseName("a".repeat(64)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1:22, 10.0.0.1, 22",
        "host.example:2222, host.example, 2222",
        "[fd00::1]:22, fd00::1, 22",
        "[::1]:65535, ::1, 65535"
    })
    void readsAndWritesHostAddresses(String text, String address, int port) {
        assertThat(HostAddress.of(text))
                .isEqualTo(new HostAddress(address, port))
                .hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0:0:0:0:0:0:0:1, ::1",
        "0:0:0:0:0:0:0:0, ::",
        "2001:DB8:0:0:8:800:200C:417A, 2001:db8::8:800:200c:417a",
        "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "1:0:0:0:0:0:0:0, 1::",
        "10:0:0:100:0:0:0:0, 10:0:0:100::",
        "fe80:0:0:0:0:0:0:1%eth0, fe80::1%eth0",
        "::ffff:10.0.0.7, 10.0.0.7"
    })
    void knowsOneFormOfAnIpV6Address(String written, String canonical) {
        assertThat(new HostAddress(written, 22)).isEqualTo(new HostAddress(canonical, 22));
        assertThat(new HostAddress(written, 22).address()).isEqualTo(canonical);
        var run = new PhaseName("init");
        assertThat(TaskId.of(RUN, run, HostAddress.of(written, 22)))
                .isEqualTo(TaskId.of(RUN, run, HostAddress.of(canonical, 22)));
    }

    @ParameterizedTest
    @CsvSource({
        "::1, [::1]:22",
        "[::1], [::1]:22",
        "[::1]:2222, [::1]:2222",
        "10.0.0.1, 10.0.0.1:22",
        "10.0.0.1:2222, 10.0.0.1:2222",
        "host.example, host.example:22"
    })
    void readsAnAddressWithAndWithoutAPort(String written, String expected) {
        assertThat(HostAddress.of(written, 22)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"::1::", "12345::", "1:2:3", "[::1", "::1]", "::1:22]:22", "[[::1]]:22"})
    void refusesWhatIsNoIpV6Address(String text) {
        assertThatThrownBy(() -> HostAddress.of(text, 22))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.1",
                ":22",
                "10.0.0.1:",
                "10.0.0.1:0",
                "10.0.0.1:65536",
                "10.0.0.1:x",
                "a b:22",
                "-x:22",
                "$(id):22"
            })
    void refusesWhatIsNoHostAddress(String text) {
        assertThatThrownBy(() -> HostAddress.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void escapesAndCutsWhatItQuotes() {
        assertThat(Quoted.of("a\u001b[2J")).isEqualTo("\"a\\u001b[2J\"");
        assertThat(Quoted.of("x".repeat(100))).hasSize(83).endsWith("…\"");
    }

    @Test
    void namesContentByItsSha256() {
        assertThat(ContentDigest.ofBytes(new byte[0]).value())
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThatThrownBy(() -> ContentDigest.of("E3B0"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
