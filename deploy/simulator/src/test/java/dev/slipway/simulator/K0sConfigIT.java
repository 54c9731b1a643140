package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.SshTestClient.Outcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What `k0s config validate` takes and refuses, and the small commands that need no cluster.
@Tag("soak")
class K0sConfigIT {

    @RegisterExtension static final SimulatedHosts HOSTS = new SimulatedHosts(41, 1);

    private static final String DECODING =
            "Error: failed to read config: error unmarshaling JSON: while decoding JSON: ";

    @BeforeAll
    static void bringsK0s() {
        program("k0s", "v1.36.2+k0s.0");
        program("k0s-old", "v1.29.4+k0s.0");
    }

    private static void program(String name, String release) {
        var placed =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                "cat >/usr/local/bin/%s && chmod 755 /usr/local/bin/%s"
                                        .formatted(name, name),
                                new K0sProgram(release).text());
        assertThat(placed.both()).isEmpty();
    }

    private static Outcome run(String command) {
        return HOSTS.ssh().run("cp1", command);
    }

    private static Outcome validate(String program, String spec) {
        return HOSTS.ssh()
                .run(
                        "cp1",
                        program + " config validate --config -",
                        "apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nmetadata:\n  name: k0s\nspec: {%s}\n"
                                .formatted(spec));
    }

    @Test
    void theDefaultsAreWholeAndValid() {
        var defaults =
                run(
                        "k0s config create >/root/k0s.yaml && k0s config validate -c /root/k0s.yaml && cat /root/k0s.yaml");
        assertThat(defaults.exitCode()).as(defaults.both()).isZero();
        assertThat(defaults.errors()).isEmpty();
        assertThat(defaults.output())
                .contains(
                        "kind: ClusterConfig",
                        "peerAddress: " + HOSTS.address("cp1"),
                        "provider: kuberouter",
                        "serviceCIDR: 10.96.0.0/12",
                        "konnectivityUser: konnectivity-server")
                .doesNotContain("images:");
        var images =
                run(
                        "k0s config create --include-images >/root/k0s.yaml && k0s config validate -c=/root/k0s.yaml && cat /root/k0s.yaml");
        assertThat(images.exitCode()).as(images.both()).isZero();
        assertThat(images.output())
                .contains("image: quay.io/k0sproject/kube-proxy", "version: v1.36.2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "telemetry: {}",
                "api: {address: 10.0.0.1, externalAddress: lb.example.com, sans: [a.example.com, 10.0.0.2, fd00::1], extraArgs: {v: \"2\"}, onlyBindToAddress: yes}",
                "api: {externalAddress: \"lb.example.com:443\", ca: {expiresAfter: 87600h, certificatesExpireAfter: 8760h0m0s}}",
                "storage: {type: kine, kine: {dataSource: \"postgres://db/k0s\"}}",
                "storage: {etcd: {externalCluster: {endpoints: [\"https://10.0.0.9:2379\"], etcdPrefix: k0s, caFile: /a, clientCertFile: /b, clientKeyFile: /c}}}",
                "network: {provider: calico, calico: {mode: bird}, dualStack: {enabled: true, IPv6podCIDR: \"fd00::/108\", IPv6serviceCIDR: \"fd01::/108\"}}",
                "network: {provider: custom, podCIDR: null, kubeProxy: {disabled: true, mode: none}}",
                "network: {kuberouter: {autoMTU: false, mtu: 1400, hairpin: Allowed}, nodeLocalLoadBalancing: {enabled: true, type: Traefik}}",
                "network: {controlPlaneLoadBalancing: {enabled: true, type: Keepalived, keepalived: {vrrpInstances: [{virtualIPs: [\"10.0.0.9/24\"], authPass: secret}], virtualServers: [{ipAddress: 10.0.0.9, delayLoop: 10s}]}}}",
                "workerProfiles: [{name: big, values: {maxPods: 250, evictionHard: {memory.available: 5%}}}]",
                "podSecurityPolicy: {defaultPolicy: 00-k0s-privileged}, telemetry: {interval: 10m0s, enabled: false}",
                "extensions: {helm: {repositories: [{name: a, url: \"https://a\"}], charts: [{name: a, chartname: a/b, namespace: c, timeout: 600000000000, values: \"x: 1\"}]}}",
                "images: {repository: reg.example.com, default_pull_policy: Never, pause: {image: reg/pause, version: 3.10.1}}",
                "featureGates: [{name: A, enabled: true, components: [kubelet]}], metricsServer: {patches: [{target: {kind: Deployment, name: metrics-server}, patch: {type: JSON, content: \"[]\"}}]}",
            })
    void validateTakes(String spec) {
        var outcome = validate("k0s", spec);
        assertThat(outcome.exitCode()).as(outcome.both()).isZero();
        assertThat(outcome.both()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "api: {adress: 10.0.0.1}|json: unknown field \"spec.api.adress\"",
                "network: {kuberouter: {mtuu: 1}}|json: unknown field \"spec.network.kuberouter.mtuu\"",
                "workerProfiles: [{nam: a}]|json: unknown field \"spec.workerProfiles[0].nam\"",
                "api: {port: \"6443\"}|json: cannot unmarshal string into Go struct field ClusterConfig.spec.api.port of type int",
                "api: {port: 6443.5}|json: cannot unmarshal number 6443.5 into",
                "api: {extraArgs: {v: 2}}|json: cannot unmarshal number into Go struct field ClusterConfig.spec.api.extraArgs.v of type string",
                "scheduler: {extraArgs: {profiling: false}}|json: cannot unmarshal bool into Go struct field ClusterConfig.spec.scheduler.extraArgs.profiling of type string",
                "api: {sans: lb.example.com}|json: cannot unmarshal string into Go struct field ClusterConfig.spec.api.sans",
                "api: {ca: {expiresAfter: 10y}}|time: invalid duration \"10y\"",
                "api: {ca: {expiresAfter: \"87600\"}}|time: missing unit in duration \"87600\"",
            })
    void validateDecodesStrictly(String spec, String message) {
        var outcome = validate("k0s", spec);
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors()).startsWith(DECODING + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "api: {port: 65536}|spec: api: port: Invalid value: 65536: must be between 1 and 65535, inclusive",
                "api: {k0sApiPort: -1}|spec: api: k0sApiPort: Invalid value: -1",
                "api: {address: cp1}|spec: api: address: Invalid value: \"cp1\": invalid IP address",
                "api: {address: \"::\"}|spec: api: address: Invalid value: \"::\": invalid INADDR_ANY",
                "api: {externalAddress: \"lb example\"}|spec: api: externalAddress: Invalid value",
                "api: {sans: [ok.example.com, \"no no\"]}|spec: api: sans[1]: Invalid value: \"no no\": invalid IP address / DNS name",
                "konnectivity: {agentPort: 70000}|spec: konnectivity: agentPort: Invalid value: 70000",
                "storage: {type: sqlite}|spec: storage: type: Unsupported value: \"sqlite\": supported values: \"etcd\", \"kine\"",
                "storage: {etcd: {externalCluster: {endpoints: [], etcdPrefix: a}}}|spec.storage.etcd.externalCluster.endpoints cannot be null or empty",
                "storage: {etcd: {externalCluster: {endpoints: [\"\"], etcdPrefix: a}}}|spec.storage.etcd.externalCluster.endpoints cannot contain empty strings",
                "storage: {etcd: {externalCluster: {endpoints: [a]}}}|spec.storage.etcd.externalCluster.etcdPrefix cannot be empty",
                "storage: {etcd: {externalCluster: {endpoints: [a], etcdPrefix: a, caFile: /a}}}|all TLS properties [caFile,clientCertFile,clientKeyFile] must be defined or none of those",
                "network: {provider: flannel}|spec: network: provider: Unsupported value: \"flannel\": supported values: \"kuberouter\", \"calico\", \"custom\"",
                "network: {podCIDR: 10.244.0.0}|spec: network: podCIDR: Invalid value: \"10.244.0.0\": invalid CIDR address",
                "network: {serviceCIDR: 10.96.0.0/33}|spec: network: serviceCIDR: Invalid value",
                "network: {clusterDomain: cluster_.-local-}|spec: network: clusterDomain: Invalid value",
                "network: {podCIDR: \"fd00::/108\"}|podCIDR and serviceCIDR must be both IPv4 or IPv6",
                "network: {podCIDR: \"fd00::/64\", serviceCIDR: \"fd01::/112\"}|IPv6 service CIDR prefix must be <= 108",
                "network: {podCIDR: \"fd00::/64\", serviceCIDR: \"fd01::/108\"}|feature gate IPv6SingleStack must be explicitly enabled to use IPv6 single stack",
                "network: {dualStack: {enabled: true}}|spec: network: dualStack.IPv6podCIDR: Invalid value: \"\": invalid CIDR address",
                "network: {dualStack: {enabled: true, IPv6podCIDR: \"fd00::/108\", IPv6serviceCIDR: \"fd01::/64\"}}|dualStack.IPv6serviceCIDR: Invalid value: \"fd01::/64\"",
                "network: {provider: calico, dualStack: {enabled: true, IPv6podCIDR: \"fd00::/108\", IPv6serviceCIDR: \"fd01::/108\"}}|calico.mode: Forbidden: dual-stack for calico is only supported for mode `bird`",
                "network: {provider: calico, calico: {mode: vlan}}|calico.mode: Unsupported value: \"vlan\"",
                "network: {primaryAddressFamily: IPv5}|Unsupported value: \"IPv5\": supported values: \"IPv4\", \"IPv6\"",
                "network: {kubeProxy: {mode: ebpf}}|spec: network: unsupported mode ebpf for kubeProxy config",
                "network: {kuberouter: {mtu: 1400}}|spec: network: kuberouter.mtu: Invalid value: 1400",
                "network: {kuberouter: {hairpin: Maybe}}|kuberouter.hairpin: Unsupported value: \"Maybe\"",
                "network: {nodeLocalLoadBalancing: {enabled: true}}, api: {externalAddress: lb.example.com}|nodeLocalLoadBalancing.enabled: Forbidden: node-local load balancing cannot be used in conjunction with an external Kubernetes API server address",
                "network: {nodeLocalLoadBalancing: {type: HAProxy}}|nodeLocalLoadBalancing.type: Unsupported value: \"HAProxy\"",
                "network: {controlPlaneLoadBalancing: {enabled: true, type: MetalLB}}|unsupported CPLB type: MetalLB. Only allowed value: Keepalived",
                "network: {controlPlaneLoadBalancing: {keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.9], authPass: secret}]}}}|VirtualIPs must be a CIDR. Got: 10.0.0.9",
                "network: {controlPlaneLoadBalancing: {keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.9/24]}]}}}|AuthPass must be defined",
                "network: {controlPlaneLoadBalancing: {keepalived: {vrrpInstances: [{virtualIPs: [10.0.0.9/24], authPass: muchtoolong}]}}}|AuthPass must be 8 characters or less",
                "network: {controlPlaneLoadBalancing: {keepalived: {vrrpInstances: [{authPass: a, virtualRouterID: 256}]}}}|VirtualRouterID must be in the range of 1-255",
                "network: {controlPlaneLoadBalancing: {keepalived: {virtualServers: [{ipAddress: lb, lbAlgo: best}]}}}|invalid LBAlgo: best",
                "network: {controlPlaneLoadBalancing: {keepalived: {virtualServers: [{ipAddress: 10.0.0.9}]}}}, api: {externalAddress: lb}|.spec.api.externalAddress and virtual servers cannot be used together",
                "workerProfiles: [{name: Big_One}]|workerProfiles[0].name: Invalid value: \"Big_One\"",
                "workerProfiles: [{name: a}, {name: a}]|workerProfiles[1].name: Duplicate value: \"a\"",
                "workerProfiles: [{name: a, values: {clusterDNS: [10.96.0.10]}}]|workerProfiles[0].values.clusterDNS: Forbidden",
                "images: {default_pull_policy: Sometimes}|default_pull_policy: Unsupported value: \"Sometimes\"",
                "images: {coredns: {version: \"1 2\"}}|images.coredns.version: Invalid value: \"1 2\"",
                "extensions: {helm: {charts: [{name: A, chartname: a, namespace: b}]}}|invalid release name",
                "extensions: {helm: {charts: [{name: a, chartname: a}]}}|chart must have TargetNS field not empty",
                "extensions: {helm: {repositories: [{name: a}]}}|repository must have URL field not empty",
                "featureGates: [{enabled: true}]|feature gate must have name",
                "metricsServer: {patches: [{target: {kind: Deployment}, patch: {type: Merge, content: a}}]}|must be one of JSON, StrategicMergePatch, MergePatch",
            })
    void validateKnowsTheRules(String spec, String message) {
        var outcome = validate("k0s", spec);
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors()).startsWith("Error: spec: ").contains(message);
    }

    @Test
    void allRulesThatAreBrokenAreTold() {
        var outcome = validate("k0s", "api: {port: 70000}, network: {provider: a, podCIDR: b}");
        assertThat(outcome.errors())
                .contains(
                        "spec: api: port:", "spec: network: provider:", "spec: network: podCIDR:");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "api: {rawArgs: [--v=2]}|spec.api.rawArgs",
                "network: {controlPlaneLoadBalancing: {enabled: false}}|spec.network.controlPlaneLoadBalancing",
                "network: {primaryAddressFamily: IPv4}|spec.network.primaryAddressFamily",
            })
    void aReleaseKnowsNoFieldOfLaterOnes(String spec, String field) {
        assertThat(validate("k0s", spec).exitCode()).isZero();
        assertThat(validate("k0s-old", spec).errors())
                .startsWith(DECODING + "json: unknown field \"" + field);
    }

    @Test
    void aFeatureGateLetsIpv6StandAlone() {
        var outcome =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                "k0s config validate --feature-gates IPv6SingleStack=true -c -",
                                "spec: {network: {podCIDR: 'fd00::/64', serviceCIDR: 'fd01::/108'}}");
        assertThat(outcome.exitCode()).as(outcome.both()).isZero();
        assertThat(run("k0s config validate --feature-gates Bogus=true -c /etc/fstab").errors())
                .contains("unknown feature gate: Bogus");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "k0s config validate => required flag(s) \"config\" not set",
                "k0s config validate -c '' => --config can't be empty",
                "k0s config validate -c /nowhere => open /nowhere: no such file or directory",
                "k0s config validate -c => flag needs an argument: -c",
                "printf 'a: [' | k0s config validate -c - => failed to read config: yaml: line 1",
                "echo text | k0s config validate -c - => cannot unmarshal string into Go value",
                "k0s config validate -c - --bogus => unknown flag: --bogus",
                "k0s config bogus => unknown command \"bogus\" for \"k0s config\"",
                "k0s config status => pki/admin.conf: no such file or directory",
                "k0s token list => pki/admin.conf: no such file or directory",
                "k0s token create => failed to get k0s status",
                "k0s token create --role boss => unsupported role \"boss\"; supported roles are \"controller\" and \"worker\"",
                "k0s token invalidate => requires at least 1 arg(s), only received 0",
                "k0s backup --save-path /nowhere => the save-path directory (/nowhere) does not exist",
                "k0s backup --save-path /tmp => cannot find data-dir (/var/lib/k0s)",
                "k0s restore => accepts 1 arg(s), received 0",
                "k0s restore /nowhere => given file /nowhere does not exist",
                "k0s airgap list-images -c /nowhere => open /nowhere: no such file or directory",
                "k0s airgap bundle-artifacts registry.invalid/a:1 => failed to bundle registry.invalid/a:1",
            })
    void badCallsEndWithOne(String command, String message) {
        var outcome = run(command);
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.errors()).startsWith("Error: ").contains(message);
    }

    @Test
    void sysinfoTellsWhatAHostLacks() {
        var fine = run("k0s sysinfo");
        assertThat(fine.exitCode()).as(fine.both()).isZero();
        assertThat(fine.output())
                .contains(
                        "Total memory: ",
                        "Name resolution: localhost: [127.0.0.1] (pass)",
                        "Control Groups: version 2 (pass)");
        assertThat(run("k0s sysinfo --worker=false").output()).doesNotContain("CONFIG_CGROUPS");
        var lacking =
                run(
                        "cp /etc/hosts /root/hosts; sed -i s/localhost/elsewhere/ /etc/hosts; k0s sysinfo; code=$?; cat /root/hosts >/etc/hosts; exit $code");
        assertThat(lacking.exitCode()).isEqualTo(1);
        assertThat(lacking.output())
                .contains("Name resolution: localhost: (rejected: lookup localhost: no such host)");
        assertThat(lacking.errors()).isEqualTo("Error: sysinfo failed\n");
    }

    @Test
    void bundlesAreMadeOfTheImagesThatAConfigurationNeeds() {
        var listed =
                HOSTS.ssh()
                        .run(
                                "cp1",
                                "k0s airgap list-images -c -",
                                "spec: {network: {provider: calico}, images: {repository: reg.example.com}}");
        assertThat(listed.output())
                .contains(
                        "reg.example.com/k0sproject/calico-cni:", "reg.example.com/pause:3.10.1\n")
                .doesNotContain("kube-router", "quay.io");
        assertThat(run("k0s airgap list-images --all").output())
                .contains("calico", "kube-router", "envoy");
        var bundle =
                run(
                        "k0s airgap list-images | k0s airgap bundle-artifacts -o /root/bundle.tar && tar -tf /root/bundle.tar && tar -xOf /root/bundle.tar index.json");
        assertThat(bundle.exitCode()).as(bundle.both()).isZero();
        assertThat(bundle.output())
                .contains(
                        "oci-layout",
                        "\"io.containerd.image.name\":\"quay.io/k0sproject/kube-proxy:v1.36.2\"");
    }
}
