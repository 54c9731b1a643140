package dev.slipway.cert;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.MaterialName;
import dev.slipway.contracts.id.PhaseName;
import dev.slipway.contracts.id.PoolName;
import dev.slipway.contracts.id.RunId;
import dev.slipway.contracts.id.TaskId;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.contracts.order.AttemptKind;
import dev.slipway.contracts.order.HostTarget;
import dev.slipway.contracts.order.KubeRequest;
import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.Order;
import dev.slipway.contracts.order.OrderKeys;
import dev.slipway.contracts.order.OrderSigner;
import dev.slipway.contracts.order.OrderTimes;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import dev.slipway.testkit.TestOrders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// An order in the making, signed by the planner's key of the test stack.
///
/// @param materials put on the host by a step each
/// @param issuedAt settled by an hour later
public record TestOrder(
        TenantId tenant,
        ClusterName cluster,
        int generation,
        RunId run,
        PoolName pool,
        AttemptKind kind,
        Instant issuedAt,
        List<MaterialName> materials) {
    /// The name of the credential every order signs in with.
    public static final String CREDENTIAL = "ops";

    public static TestOrder of(String tenant, String cluster) {
        return new TestOrder(
                new TenantId(tenant),
                new ClusterName(cluster),
                1,
                RunId.next(),
                new PoolName("default"),
                AttemptKind.FRESH,
                Instant.now(),
                authorityAndToken());
    }

    public static List<MaterialName> authorityAndToken() {
        var names = new ArrayList<MaterialName>();
        Materials.AUTHORITY_FILES.forEach(file -> names.add(Materials.authority(file)));
        names.add(Materials.BOOTSTRAP_TOKEN);
        return names;
    }

    public TestOrder withMaterials(MaterialName... names) {
        return new TestOrder(
                tenant, cluster, generation, run, pool, kind, issuedAt, List.of(names));
    }

    public TestOrder withIssuedAt(Instant time) {
        return new TestOrder(tenant, cluster, generation, run, pool, kind, time, materials);
    }

    public TestOrder withKind(AttemptKind other) {
        return new TestOrder(tenant, cluster, generation, run, pool, other, issuedAt, materials);
    }

    public TestOrder withPool(String other) {
        return new TestOrder(
                tenant, cluster, generation, run, new PoolName(other), kind, issuedAt, materials);
    }

    public TestOrder withCluster(String other) {
        return new TestOrder(
                tenant, new ClusterName(other), generation, run, pool, kind, issuedAt, materials);
    }

    public TestOrder withTenant(String other) {
        return new TestOrder(
                new TenantId(other), cluster, generation, run, pool, kind, issuedAt, materials);
    }

    public TestOrder withGeneration(int other) {
        return new TestOrder(tenant, cluster, other, run, pool, kind, issuedAt, materials);
    }

    public TestOrder withRun(RunId other) {
        return new TestOrder(tenant, cluster, generation, other, pool, kind, issuedAt, materials);
    }

    public Order order() {
        List<Step> steps = new ArrayList<>();
        for (MaterialName material : materials) {
            steps.add(
                    Step.Put.material(
                            "put-" + steps.size(),
                            RemotePath.of("/etc/kubernetes/" + material),
                            material,
                            0600));
        }
        return order(steps);
    }

    /// The same for the cluster's API server.
    public Order orderForApi() {
        return order(
                List.of(
                        new Step.Kube(
                                "ask",
                                new HostAddress("10.0.0.1", 6443),
                                new KubeRequest.Usage(),
                                Duration.ofMinutes(1))));
    }

    /// The same to deposit the cluster's authority.
    ///
    /// @param caDigest of its ca.crt
    public Order orderToDeposit(ContentDigest caDigest) {
        return order(
                List.of(
                        new Step.Deposit(
                                "take-authority",
                                RemotePath.of("/etc/kubernetes/pki"),
                                caDigest,
                                Optional.of("https://10.0.0.1:6443"),
                                Duration.ofDays(365),
                                Duration.ofMinutes(5))));
    }

    private Order order(List<Step> steps) {
        var host = new HostAddress("10.0.0.1", 22);
        var phase = new PhaseName("authority");
        return new Order(
                TaskId.of(run, phase, host),
                1,
                kind,
                OptionalInt.of(1),
                tenant,
                cluster,
                generation,
                run,
                phase,
                pool,
                new HostTarget(
                        "node-1",
                        host,
                        "ops",
                        Materials.credential(CREDENTIAL),
                        Optional.of(Materials.sudoPassword(CREDENTIAL)),
                        List.of(),
                        false),
                true,
                steps,
                new OrderTimes(
                        issuedAt,
                        issuedAt.plus(Duration.ofMinutes(10)),
                        Duration.ofMinutes(10),
                        issuedAt.plus(Duration.ofHours(1))));
    }

    public String signed() {
        return signed(order());
    }

    public static String signed(Order order) {
        return new OrderSigner(
                        OrderKeys.id(OrderKeys.publicKey(TestOrders.verifyingKey())),
                        OrderKeys.privateKey(TestOrders.signingKey()))
                .sign(order);
    }
}
