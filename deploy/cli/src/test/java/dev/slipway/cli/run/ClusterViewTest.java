package dev.slipway.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.cli.CommandFailure;
import dev.slipway.contracts.Wire;
import org.junit.jupiter.api.Test;

class ClusterViewTest {
    @Test
    void readsALineAThing() {
        var rows =
                ClusterView.rows(
                        new HostOutput.Kept("{\"name\":\"a\"}\n{\"name\":\"b\"}\n", false));

        assertThat(rows.findValuesAsText("name")).containsExactly("a", "b");
        assertThat(ClusterView.rows(new HostOutput.Kept("", false))).isEmpty();
    }

    @Test
    void doesNotPassOffAPartForTheWhole() {
        assertThatThrownBy(() ->
                        ClusterView.rows(new HostOutput.Kept("{\"name\":\"a\"}\n{\"na", false)))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("ask again");
        assertThatThrownBy(() -> ClusterView.rows(new HostOutput.Kept("{}\n", true)))
                .isInstanceOf(CommandFailure.class);
    }

    @Test
    void saysWhatIsInUse() throws Exception {
        assertThat(
                        ClusterView.usage(
                                Wire.mapper()
                                        .readTree(
                                                """
                                                {"nodes":3,"ready":2,"cordoned":1,"pods":12,"running":11,"podPlaces":330,
                                                 "cpuMillis":6000,"cpuMillisRequested":1250,"memoryBytes":12884901888,"memoryBytesRequested":104857600}
                                                """)))
                .isEqualTo(
                        """
                        Nodes       2 of 3 ready, 1 cordoned
                        Pods        11 of 12 running, places for 330
                        CPU         1.3 of 6.0 processors requested (21 %)
                        Memory      0.1 of 12.0 GiB requested (1 %)
                        """);
        assertThat(ClusterView.usage(Wire.mapper().readTree("{}")))
                .contains("0 of 0 ready\n", "0.0 of 0.0 GiB requested\n");
    }
}
