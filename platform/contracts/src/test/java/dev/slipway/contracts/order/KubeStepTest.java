package dev.slipway.contracts.order;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.slipway.contracts.Wire;
import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubeStepTest {
    private static final HostAddress HOST = new HostAddress("10.0.0.1", 22);
    private static final Step NODES = kube("nodes", items(KubeRequest.Kind.NODES));

    private static final KubeRequest.Await AWAIT =
            new KubeRequest.Await(
                    KubeRequest.NodeState.READY,
                    List.of(new KubeRequest.Node("w1.example", HOST)),
                    List.of());

    private static Step kube(String name, KubeRequest request) {
        return new Step.Kube(
                name, new HostAddress("10.0.0.1", 6443), request, Duration.ofMinutes(1));
    }

    private static KubeRequest items(KubeRequest.Kind kind) {
        return new KubeRequest.Items(kind, Optional.empty());
    }

    private static Order order(Step... steps) {
        RunId run = RunId.next();
        PhaseName phase = PhaseName.of("view");
        Instant now = Instant.parse("2026-03-01T10:00:00Z");
        return new Order(
                TaskId.of(run, phase, HOST),
                1,
                AttemptKind.FRESH,
                OptionalInt.of(1),
                TenantId.of("local"),
                ClusterName.of("demo"),
                1,
                run,
                phase,
                PoolName.of("default"),
                new HostTarget(
                        "cp-1",
                        HOST,
                        "root",
                        Materials.credential("ops"),
                        Optional.empty(),
                        List.of(),
                        false),
                false,
                List.of(steps),
                new OrderTimes(
                        now, now.plusSeconds(60), Duration.ofMinutes(1), now.plusSeconds(300)));
    }

    @Test
    void comesBackFromTheWireAsItWas() {
        Order order =
                order(
                        NODES,
                        kube(
                                "pods",
                                new KubeRequest.Items(
                                        KubeRequest.Kind.PODS, Optional.of("kube-system"))),
                        kube("usage", new KubeRequest.Usage()));

        byte[] wire = Wire.bytes(order);

        assertThat(Wire.read(wire, Order.class)).isEqualTo(order);
        assertThat(new String(wire, UTF_8))
                .contains(
                        "{\"kind\":\"kube\",\"name\":\"pods\",\"server\":\"10.0.0.1:6443\",\"request\":{\"kind\":\"items\",\"items\":\"pods\",\"namespace\":\"kube-system\"},\"timeout\":\"PT1M\"}")
                .doesNotContain("forApi", "identity");
    }

    @ParameterizedTest
    @MethodSource("forNodes")
    void requestsForNodesComeBackAsTheyWere(KubeRequest request, String wire) {
        byte[] written = Wire.bytes(kube("ask", request));

        assertThat(new String(written, UTF_8)).contains("\"request\":" + wire + ",");
        assertThat(Wire.read(written, Step.class)).isEqualTo(kube("ask", request));
    }

    static Stream<Arguments> forNodes() {
        return Stream.of(
                Arguments.of(
                        AWAIT,
                        "{\"kind\":\"await-nodes\",\"state\":\"ready\",\"nodes\":[{\"name\":\"w1.example\",\"host\":\"10.0.0.1:22\"}],\"failed\":[]}"),
                Arguments.of(
                        new KubeRequest.Mark(
                                List.of(
                                        new KubeRequest.Marks(
                                                List.of("w1"),
                                                Map.of("b", "", "a", "1"),
                                                List.of("old"),
                                                List.of(
                                                        new KubeRequest.Taint(
                                                                "k", "", "NoSchedule", true))))),
                        "{\"kind\":\"mark-nodes\",\"marks\":[{\"nodes\":[\"w1\"],\"labels\":{\"a\":\"1\",\"b\":\"\"},\"unlabelled\":[\"old\"],\"taints\":[{\"key\":\"k\",\"value\":\"\",\"effect\":\"NoSchedule\",\"removed\":true}]}]}"),
                Arguments.of(
                        new KubeRequest.Cordon(List.of("w1"), true),
                        "{\"kind\":\"cordon-nodes\",\"nodes\":[\"w1\"],\"cordoned\":true}"),
                Arguments.of(
                        new KubeRequest.Drain(
                                List.of("w1"),
                                Optional.of(Duration.ofSeconds(30)),
                                Duration.ofMinutes(10),
                                false),
                        "{\"kind\":\"drain-nodes\",\"nodes\":[\"w1\"],\"gracePeriod\":\"PT30S\",\"timeout\":\"PT10M\",\"force\":false}"),
                Arguments.of(
                        new KubeRequest.Delete(List.of("w1", "w2")),
                        "{\"kind\":\"delete-nodes\",\"nodes\":[\"w1\",\"w2\"]}"));
    }

    @Test
    void changesNodesAsAnIdentityOfItsOwnAndOnlyReadsToWait() {
        assertThat(AWAIT.identity()).isEqualTo(KubeIdentity.VIEW);
        assertThat(new KubeRequest.Delete(List.of("w1")).identity())
                .isEqualTo(KubeIdentity.NODES)
                .extracting(KubeIdentity::group)
                .isEqualTo("slipway:executor:nodes");
    }

    @Test
    void knowsOfItsOwnHostsThatFailed() {
        assertThat(AWAIT.knowing(List.of(new HostAddress("10.0.0.9", 22), HOST)).failed())
                .containsExactly(HOST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../pods", "W1", "w1/", "w1%2e", ".w1"})
    void takesNamesOfNodesOnly(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KubeRequest.Delete(List.of(name)))
                .withMessageContaining("is no name of a node");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KubeRequest.Delete(List.of()))
                .withMessageContaining("names none");
    }

    @Test
    void entitlesToTheCredentialOfItsIdentity() {
        assertThat(order(NODES).materials())
                .containsExactlyInAnyOrder(
                        Materials.credential("ops"), Materials.kube(KubeIdentity.VIEW));
        assertThat(order(NODES).isForApi()).isTrue();
    }

    @Test
    void doesNotGoWithStepsForTheHost() {
        Step command = Step.Command.of("run", "true", Duration.ofMinutes(1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> order(NODES, command))
                .withMessageContaining("not both");
        assertThatIllegalArgumentException().isThrownBy(() -> order(command, NODES));
        assertThat(order(command).isForApi()).isFalse();
    }

    @Test
    void knowsNamespacesOfThingsThatHaveOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new KubeRequest.Items(KubeRequest.Kind.NODES, Optional.of("default")));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new KubeRequest.Items(KubeRequest.Kind.PODS, Optional.of("../nodes")))
                .withMessageContaining("\"../nodes\"");
    }

    @Test
    void hidesTheCredential() {
        var credential = new KubeCredential("ca", "certificate", "key");

        assertThat(credential).hasToString("KubeCredential[hidden]");
        assertThat(Wire.read(Wire.bytes(credential), KubeCredential.class)).isEqualTo(credential);
    }
}
