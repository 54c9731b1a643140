package dev.slipway.planner.plan.kubeadm;

import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.GoldenPlan;
import dev.slipway.planner.plan.Operation;
import dev.slipway.planner.plan.PlanFixture;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.RecordedState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What kubeadm clusters are installed and reset with, as readable text.
class GoldenPlanTest {
    private static final String PROXY = "  endpoint: {mode: local-proxy}\n";
    private static final String ALPINE = "os=alpine\nopenrc=yes\nsystemd=no\n";
    private static final String DOCKER =
            """
              containerRuntime: {type: docker}
              endpoint: {mode: local-proxy}
              artifacts:
                cri-dockerd: {url: 'https://x.example/d.tgz', sha256: abababababababababababababababababababababababababababababababab}
              images:
                - {name: kubernetes, content: cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd, size: 52428800}
              registries:
                - host: docker.io
                  mirrors:
                    - url: https://mirror.example.org:8443
                      ca: |
                        -----BEGIN CERTIFICATE-----
                        MIIBkjCCATegAwIBAgIUMaIw2u6IQ8Wh9z4TSs0KjHgNvxYwCgYIKoZIzj0EAwIw
                        HTEbMBkGA1UEAwwSRXhhbXBsZSByZWdpc3RyaWVzMCAXDTI2MTEyNzA5MDQ0MVoY
                        DzIxMjYxMTAzMDkwNDQxWjAdMRswGQYDVQQDDBJFeGFtcGxlIHJlZ2lzdHJpZXMw
                        WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQYxzou/sIDA851323kQ3bQuA6OuYz8
                        9PZg4r0lGXvXkKKTFjjQn+GIXBuVbjoVumVbYN5RRBvwzkhIFJu3ikyao1MwUTAd
                        BgNVHQ4EFgQU6BbYhkLy6lLaabg/Kfqtv6K2c84wHwYDVR0jBBgwFoAU6BbYhkLy
                        6lLaabg/Kfqtv6K2c84wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBG
                        AiEAzQ9bzNDo6C+hv79JGbFcTARmkyPteTyxnkn8MERv/wYCIQCjwQG2kGKO0pRO
                        kMfsQMt65CxQ8Lr+6WID0RtXg4OIXw==
                        -----END CERTIFICATE-----
                    - {url: "http://10.0.0.9:5000", skipVerify: true}
                - {host: registry.example.org:5000, skipVerify: true}
            ---
            apiVersion: kubeadm.k8s.io/v1beta4
            kind: ClusterConfiguration
            imageRepository: registry.example.org:5000/k8s
            """;
    private static final String REGISTRIES =
            """
              registries:
                - host: docker.io
                  mirrors:
                    - url: https://mirror.example.org/v2/hub
                      credential: mirror
                      ca: |
                        -----BEGIN CERTIFICATE-----
                        MIIBkjCCATegAwIBAgIUMaIw2u6IQ8Wh9z4TSs0KjHgNvxYwCgYIKoZIzj0EAwIw
                        HTEbMBkGA1UEAwwSRXhhbXBsZSByZWdpc3RyaWVzMCAXDTI2MTEyNzA5MDQ0MVoY
                        DzIxMjYxMTAzMDkwNDQxWjAdMRswGQYDVQQDDBJFeGFtcGxlIHJlZ2lzdHJpZXMw
                        WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQYxzou/sIDA851323kQ3bQuA6OuYz8
                        9PZg4r0lGXvXkKKTFjjQn+GIXBuVbjoVumVbYN5RRBvwzkhIFJu3ikyao1MwUTAd
                        BgNVHQ4EFgQU6BbYhkLy6lLaabg/Kfqtv6K2c84wHwYDVR0jBBgwFoAU6BbYhkLy
                        6lLaabg/Kfqtv6K2c84wDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBG
                        AiEAzQ9bzNDo6C+hv79JGbFcTARmkyPteTyxnkn8MERv/wYCIQCjwQG2kGKO0pRO
                        kMfsQMt65CxQ8Lr+6WID0RtXg4OIXw==
                        -----END CERTIFICATE-----
                    - {url: "http://10.0.0.9:5000", skipVerify: true, pullOnly: true}
                - {host: registry.example.org:5000, credential: team}
                - {host: "*", mirrors: [{url: "https://all.example.org/cache"}]}
            """;

    private static final String OWN_REGISTRY =
            """
              registry: {hosts: [%s], credential: pull, serves: [registry.k8s.io, docker.io]}
              artifacts:
                registry: {url: 'https://x.example/r.tgz', sha256: abababababababababababababababababababababababababababababababab}
              images:
                - {name: kubernetes, content: cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd, size: 52428800}
              registries:
                - {host: docker.io, mirrors: [{url: "https://mirror.example.org"}]}
            """;

    @Test
    void installsWithARegistryOfItsOwn() throws IOException {
        GoldenPlan.matches(
                "apply-own-registry",
                PlanFixture.plan(
                        PlanFixture.install(
                                PlanFixture.clusterfile(
                                        1,
                                        "v1.36.2",
                                        OWN_REGISTRY.formatted("10.0.1.1, 10.0.0.1")))));
    }

    @Test
    void installsWithARegistryOfItsOwnOnAlpine() throws IOException {
        Clusterfile clusterfile =
                PlanFixture.clusterfile(
                        0, "v1.36.2", "  registry: {hosts: [10.0.0.1], port: 443}\n");
        GoldenPlan.matches(
                "apply-own-registry-alpine",
                PlanFixture.plan(
                        PlanFixture.apply(
                                clusterfile,
                                PlanFixture.fresh(clusterfile, ALPINE),
                                RecordedState.NONE)));
    }

    @Test
    void movesTheRegistryOfARunningCluster() throws IOException {
        GoldenPlan.matches(
                "move-own-registry",
                PlanFixture.plan(
                        PlanFixture.change(
                                PlanFixture.clusterfile(
                                        1, "v1.36.2", OWN_REGISTRY.formatted("10.0.0.1")),
                                PlanFixture.clusterfile(
                                        1, "v1.36.2", OWN_REGISTRY.formatted("10.0.1.1")))));
    }

    @Test
    void resetsAClusterWithARegistryOfItsOwn() throws IOException {
        GoldenPlan.matches(
                "reset-own-registry",
                PlanFixture.plan(
                        PlanFixture.reset(
                                PlanFixture.clusterfile(
                                        1, "v1.36.2", OWN_REGISTRY.formatted("10.0.1.1")))));
    }

    @Test
    void installsPackagesOfTheDistribution() throws IOException {
        Clusterfile clusterfile =
                PlanFixture.clusterfile(
                        1,
                        "v1.36.2",
                        """
                          host:
                            packages:
                              - socat
                              - {name: nfs-common, version: "1:2.6.2-4", families: [debian], roles: [worker]}
                              - {name: nfs-utils, families: [rhel, alpine]}
                        """);
        GoldenPlan.matches("apply-packages", PlanFixture.plan(PlanFixture.install(clusterfile)));
        GoldenPlan.matches(
                "apply-packages-alpine",
                PlanFixture.plan(
                        PlanFixture.apply(
                                clusterfile,
                                PlanFixture.fresh(clusterfile, ALPINE),
                                RecordedState.NONE)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 100})
    void installsAControlPlaneAndWorkers(int workers) throws IOException {
        GoldenPlan.matches(
                "apply-1-" + workers,
                PlanFixture.plan(PlanFixture.install(PlanFixture.clusterfile(workers))));
    }

    @Test
    void installsAnOlderRelease() throws IOException {
        GoldenPlan.matches(
                "apply-v1beta3",
                PlanFixture.plan(
                        PlanFixture.install(
                                PlanFixture.clusterfile(
                                        1,
                                        "v1.28.4",
                                        """
                                        ---
                                        apiVersion: kubeadm.k8s.io/v1beta3
                                        kind: ClusterConfiguration
                                        apiServer: {extraArgs: {v: 2}}
                                        """))));
    }

    @Test
    void installsWithFilesOfTheContentStore() throws IOException {
        GoldenPlan.matches(
                "apply-contents",
                PlanFixture.plan(
                        PlanFixture.install(
                                PlanFixture.clusterfile(
                                        2,
                                        "v1.36.2",
                                        """
                                          artifacts:
                                            cni: {content: %s, size: 52428800}
                                          files:
                                            - {path: /opt/model.bin, content: %s, size: 5, mode: "0600", roles: [worker]}
                                        """
                                                .formatted("ab".repeat(32), "cd".repeat(32))))));
    }

    @Test
    void installsWithRegistries() throws IOException {
        GoldenPlan.matches(
                "apply-registries",
                PlanFixture.plan(
                        PlanFixture.install(PlanFixture.clusterfile(1, "v1.36.2", REGISTRIES))));
    }

    @Test
    void changesTheRegistriesOfARunningCluster() throws IOException {
        Clusterfile before = PlanFixture.clusterfile(1, "v1.36.2", REGISTRIES);
        Clusterfile now =
                PlanFixture.clusterfile(
                        1,
                        "v1.36.2",
                        """
                          registries:
                            - {host: registry.example.org:5000, skipVerify: true}
                        """);

        GoldenPlan.matches("change-registries", PlanFixture.plan(PlanFixture.change(before, now)));
    }

    @Test
    void installsWithArchivesOfImages() throws IOException {
        GoldenPlan.matches(
                "apply-images",
                PlanFixture.plan(
                        PlanFixture.install(
                                PlanFixture.clusterfile(
                                        0,
                                        "v1.36.2",
                                        """
                                          images:
                                            - {name: kubernetes, url: 'https://x.example/k.tar', sha256: %s}
                                            - {name: network, content: %s, size: 52428800}
                                        """
                                                .formatted("ab".repeat(32), "cd".repeat(32))))));
    }

    @Test
    void installsOnAlpine() throws IOException {
        GoldenPlan.matches("apply-alpine", PlanFixture.plan(on(ALPINE, "")));
    }

    @Test
    void resetsOnAlpine() throws IOException {
        PlanInput install = on(ALPINE, "");
        GoldenPlan.matches(
                "reset-alpine",
                PlanFixture.plan(
                        new PlanInput(
                                Operation.RESET,
                                PlanFixture.OWNERSHIP,
                                install.clusterfile(),
                                install.facts(),
                                new RecordedState(Optional.of(install.clusterfile())),
                                PlanFixture.AUTHORITY,
                                Optional.empty())));
    }

    @Test
    void installsOnFlatcar() throws IOException {
        GoldenPlan.matches(
                "apply-flatcar",
                PlanFixture.plan(
                        on(
                                "os=flatcar\n",
                                """
                                  artifacts:
                                    kubernetes: {url: 'https://x.example/k.tgz', sha256: %1$s}
                                    runc: {url: 'https://x.example/runc', sha256: %1$s}
                                """
                                        .formatted("ab".repeat(32)))));
    }

    private static PlanInput on(String system, String more) {
        Clusterfile clusterfile = PlanFixture.clusterfile(1, "v1.36.2", more);
        return PlanFixture.apply(
                clusterfile, PlanFixture.fresh(clusterfile, system), RecordedState.NONE);
    }

    @Test
    void installsWithDocker() throws IOException {
        GoldenPlan.matches("apply-docker", PlanFixture.plan(withDocker("", "", "", DOCKER)));
    }

    @Test
    void installsWithDockerAndPackagesOfCriDockerd() throws IOException {
        GoldenPlan.matches(
                "apply-docker-packages",
                PlanFixture.plan(
                        withDocker(
                                "os=rocky\nselinux=enforcing\ncontainer-policy=yes\n",
                                "cri-docker-unit=foreign\ndocker-config=foreign\n",
                                "path.cri-dockerd=/usr/bin/cri-dockerd\n",
                                "  containerRuntime: {type: docker}\n")));
    }

    @Test
    void installsWithDockerOnAlpine() throws IOException {
        GoldenPlan.matches(
                "apply-docker-alpine",
                PlanFixture.plan(
                        withDocker(
                                ALPINE,
                                "kubelet-unit=none\n",
                                "path.cri-dockerd=/usr/bin/cri-dockerd\n",
                                "  containerRuntime: {type: docker}\n")));
    }

    @Test
    void resetsWithDocker() throws IOException {
        PlanInput install = withDocker("", "", "", DOCKER);
        GoldenPlan.matches(
                "reset-docker",
                PlanFixture.plan(
                        new PlanInput(
                                Operation.RESET,
                                PlanFixture.OWNERSHIP,
                                install.clusterfile(),
                                install.facts(),
                                new RecordedState(Optional.of(install.clusterfile())),
                                PlanFixture.AUTHORITY,
                                Optional.empty())));
    }

    private static PlanInput withDocker(String system, String node, String tools, String more) {
        Clusterfile clusterfile = PlanFixture.clusterfile(1, "v1.36.2", more);
        return PlanFixture.apply(
                clusterfile,
                PlanFixture.freshWithDocker(clusterfile, system, node, tools),
                RecordedState.NONE);
    }

    @Test
    void addsOneWorkerWithoutTouchingTheOthers() throws IOException {
        Clusterfile before = PlanFixture.clusterfile(2);
        Clusterfile now = PlanFixture.clusterfile(3);
        var facts = PlanFixture.fresh(now);
        facts.putAll(PlanFixture.installed(before));

        GoldenPlan.matches(
                "apply-scale-up",
                PlanFixture.plan(
                        PlanFixture.apply(now, facts, new RecordedState(Optional.of(before)))));
    }

    @Test
    void installsAnIpv6Cluster() throws IOException {
        String hosts =
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata: {name: demo}
                spec:
                  runtime: {version: v1.36.2}
                  ssh: {credential: team}
                  hosts:
                    - {ips: ["fd12::1-fd12::3"], roles: [control-plane]}
                    - {ips: ["fd12::11"], roles: [worker]}
                """;

        GoldenPlan.matches(
                "ipv6-apply-3-1", PlanFixture.plan(PlanFixture.install(PlanFixture.read(hosts))));
    }

    @Test
    void installsADualStackCluster() throws IOException {
        GoldenPlan.matches(
                "dual-stack-apply-3-1",
                PlanFixture.plan(
                        PlanFixture.install(
                                PlanFixture.several(
                                        3,
                                        1,
                                        """
                                        ---
                                        apiVersion: kubeadm.k8s.io/v1beta4
                                        kind: ClusterConfiguration
                                        networking: {podSubnet: "10.244.0.0/16,fd00:10:244::/48"}
                                        ---
                                        apiVersion: kubeadm.k8s.io/v1beta4
                                        kind: JoinConfiguration
                                        nodeRegistration: {kubeletExtraArgs: [{name: v, value: "2"}]}
                                        """))));
    }

    /// Growing by workers alone touches no control plane before they join.
    @Test
    void joinsWorkersByCertificate() throws IOException {
        String certificate = "  join: certificate\n";
        Clusterfile now = PlanFixture.several(3, 2, PROXY + certificate);

        GoldenPlan.matches("certificate-apply-3-2", PlanFixture.plan(PlanFixture.install(now)));
        GoldenPlan.matches(
                "certificate-scale-up",
                PlanFixture.plan(
                        PlanFixture.change(
                                PlanFixture.several(1, 1, certificate),
                                PlanFixture.several(1, 2, certificate))));
        GoldenPlan.matchesInShort(
                "certificate-apply-1-100",
                PlanFixture.plan(PlanFixture.install(PlanFixture.several(1, 100, certificate))));
    }

    /// As many control planes and workers; with them a change, if they are many, in short.
    @ParameterizedTest
    @CsvSource({"1,0", "1,3", "1,100", "3,0", "3,3", "3,100", "5,0", "5,3", "5,100"})
    void installsGrowsShrinksAndResets(int controlPlanes, int workers) throws IOException {
        String size = "-%d-%d".formatted(controlPlanes, workers);
        Clusterfile now = PlanFixture.several(controlPlanes, workers, PROXY);

        matches("proxy-apply" + size, PlanFixture.install(now));
        matches(
                "proxy-scale-up" + size,
                PlanFixture.change(
                        now, PlanFixture.several(controlPlanes + 2, workers + 1, PROXY)));
        matches("proxy-scale-down" + size, PlanFixture.change(now, shrunk(controlPlanes, workers)));
        matches("proxy-reset" + size, PlanFixture.reset(now));
    }

    /// Without the first control plane and the first worker; two control planes less, and where
    /// there was but one, another one in its place.
    private static Clusterfile shrunk(int controlPlanes, int workers) {
        List<Integer> kept =
                controlPlanes == 1
                        ? List.of(2)
                        : IntStream.rangeClosed(3, controlPlanes).boxed().toList();
        return PlanFixture.several(kept, IntStream.rangeClosed(2, workers).boxed().toList(), PROXY);
    }

    private static void matches(String name, PlanInput input) throws IOException {
        if (name.endsWith("-3-3")) {
            GoldenPlan.matches(name, PlanFixture.plan(input));
        } else {
            GoldenPlan.matchesInShort(name, PlanFixture.plan(input));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "external|{mode: external, address: api.example.org, port: 443}",
                "nginx|{mode: local-proxy, proxy: nginx}",
                "local-vip|{mode: local-vip}",
                "kube-vip|{mode: kube-vip, address: 10.0.0.100, interface: eth0}"
            })
    void reachesTheApiInEveryMode(String name, String endpoint) throws IOException {
        GoldenPlan.matches(
                "endpoint-" + name,
                PlanFixture.plan(
                        PlanFixture.install(
                                PlanFixture.several(3, 1, "  endpoint: " + endpoint + "\n"))));
    }

    @Test
    void replacesADeadControlPlane() throws IOException {
        Clusterfile before = PlanFixture.several(3, 1, PROXY);
        Clusterfile now =
                PlanFixture.read(
                        PlanFixture.several(List.of(2, 3, 4), List.of(1), PROXY)
                                .source()
                                .replace(
                                        "  hosts:\n",
                                        "  hosts:\n    - {ips: [10.0.0.1], roles: [control-plane], absent: true}\n"));

        GoldenPlan.matches("apply-absent", PlanFixture.plan(PlanFixture.change(before, now)));
    }

    @Test
    void installsWithHooks() throws IOException {
        GoldenPlan.matches(
                "apply-hooks", PlanFixture.plan(PlanFixture.install(HookPhaseTest.CLUSTERFILE)));
    }

    @Test
    void resetsWithHooks() throws IOException {
        GoldenPlan.matches(
                "reset-hooks", PlanFixture.plan(PlanFixture.reset(HookPhaseTest.CLUSTERFILE)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 100})
    void resetsAControlPlaneAndWorkers(int workers) throws IOException {
        GoldenPlan.matches(
                "reset-1-" + workers,
                PlanFixture.plan(PlanFixture.reset(PlanFixture.clusterfile(workers))));
    }
}
