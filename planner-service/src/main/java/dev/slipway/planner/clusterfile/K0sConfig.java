package dev.slipway.planner.clusterfile;

import dev.slipway.planner.clusterfile.Schema.Default;
import dev.slipway.planner.clusterfile.Schema.Gone;
import dev.slipway.planner.clusterfile.Schema.Is;
import dev.slipway.planner.clusterfile.Schema.Named;
import dev.slipway.planner.clusterfile.Schema.Needed;
import dev.slipway.planner.clusterfile.Schema.OneOf;
import dev.slipway.planner.clusterfile.Schema.Range;
import dev.slipway.planner.clusterfile.Schema.Secret;
import dev.slipway.planner.clusterfile.Schema.Since;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// k0s's configuration, `k0s.k0sproject.io/v1beta1` `ClusterConfig`, of all its releases (k0s
/// documentation, "Configuration options"; types of the package `pkg/apis/k0s/v1beta1`). A release
/// in `Since` is the first that may know a field, by the date of the change that brought it.
///
/// @param metadata `k0s` in `kube-system` unless said otherwise
/// @param status k0s itself never writes anything into it
public record K0sConfig(
        @Default Optional<ObjectMeta> metadata,
        @Default Optional<Spec> spec,
        Optional<Status> status) {
    static final String API_VERSION = "k0s.k0sproject.io/v1beta1";
    static final String KIND = "ClusterConfig";

    /// One that says nothing.
    static final K0sConfig EMPTY =
            new K0sConfig(Optional.empty(), Optional.empty(), Optional.empty());

    /// Whether each controller has a member of etcd: k0s's default.
    boolean hasMembers() {
        Optional<Storage> storage = spec.flatMap(Spec::storage);
        return storage.flatMap(Storage::type).filter("kine"::equals).isEmpty()
                && storage.flatMap(Storage::etcd).flatMap(Etcd::externalCluster).isEmpty();
    }

    /// As `k0s config create` and a cluster's own object have it.
    public record ObjectMeta(
            @Default("k0s") Optional<String> name,
            @Default("kube-system") Optional<String> namespace,
            Map<String, String> labels,
            Map<String, String> annotations,
            Optional<String> creationTimestamp,
            Optional<String> resourceVersion,
            Optional<Integer> generation,
            Optional<String> uid) {}

    public record Status() {}

    public record Spec(
            @Default Optional<Api> api,
            @Default Optional<Component> controllerManager,
            @Default Optional<Component> scheduler,
            @Default Optional<Storage> storage,
            @Default Optional<K0sNetwork> network,
            @Gone(
                            value = 25,
                            instead =
                                    "Kubernetes has no pod security policies any more, say pod security standards with api.extraArgs")
                    Optional<PodSecurityPolicy> podSecurityPolicy,
            List<WorkerProfile> workerProfiles,
            @Default Optional<Telemetry> telemetry,
            @Default Optional<InstallConfig> installConfig,
            @Default Optional<K0sImages> images,
            @Default Optional<Extensions> extensions,
            @Default Optional<Konnectivity> konnectivity,
            List<FeatureGate> featureGates,
            @Since(36) Optional<Patched> metricsServer) {}

    /// @param address of the API; the host's first one that is not on the loopback if absent
    /// @param externalAddress a balancer's, in tokens and kubeconfigs
    /// @param k0sApiPort where controllers join
    /// @param sans more names of the API's certificate; the addresses of the host if absent
    public record Api(
            @Is(Form.IP) Optional<String> address,
            @Since(29) Optional<Boolean> onlyBindToAddress,
            @Is(Form.HOST_PORT) Optional<String> externalAddress,
            @Since(23) @Gone(value = 28, instead = "tunneled networking was removed, take it out")
                    Optional<Boolean> tunneledNetworkingMode,
            @Range(most = 65535) @Default("6443") Optional<Integer> port,
            @Range(most = 65535) @Default("9443") Optional<Integer> k0sApiPort,
            @Is(Form.HOST) List<String> sans,
            Map<String, String> extraArgs,
            @Since(34) List<String> rawArgs,
            @Since(33) @Default Optional<Ca> ca) {
        /// Without a port, which k0s takes from `port` alone.
        Optional<String> externalHost() {
            return externalAddress.filter(a -> !a.isEmpty()).map(Api::hostOf);
        }

        private static String hostOf(String address) {
            if (address.startsWith("[")) {
                return address.substring(1, address.indexOf(']'));
            }
            int colon = address.indexOf(':');
            return colon < 0 || colon != address.lastIndexOf(':')
                    ? address
                    : address.substring(0, colon);
        }
    }

    /// How long an authority and what it issues are good for.
    public record Ca(
            @Is(Form.DURATION) @Default("87600h") Optional<String> expiresAfter,
            @Is(Form.DURATION) @Default("8760h") Optional<String> certificatesExpireAfter) {}

    /// A program of the control plane.
    public record Component(Map<String, String> extraArgs, @Since(34) List<String> rawArgs) {}

    public record Storage(
            @OneOf({"etcd", "kine"}) @Default("etcd") Optional<String> type,
            @Default Optional<Etcd> etcd,
            Optional<Kine> kine) {}

    /// @param peerAddress of this node; its first one that is not on the loopback if absent
    public record Etcd(
            @Is(Form.IP) Optional<String> peerAddress,
            Optional<ExternalCluster> externalCluster,
            Map<String, String> extraArgs,
            @Since(34) List<String> rawArgs,
            @Since(33) @Default Optional<Ca> ca) {}

    /// @param caFile with the other two, or none of them
    public record ExternalCluster(
            @Is(Form.ANY) @Needed List<String> endpoints,
            @Is(Form.ANY) @Needed Optional<String> etcdPrefix,
            Optional<String> caFile,
            Optional<String> clientCertFile,
            Optional<String> clientKeyFile) {}

    /// @param dataSource a URL; a SQLite file in the data directory if absent
    public record Kine(
            @Secret(
                            value = "let the database know controllers by a client certificate",
                            where = Schema.WITH_PASSWORD)
                    Optional<String> dataSource,
            Map<String, String> extraArgs,
            @Since(34) List<String> rawArgs) {}

    public record PodSecurityPolicy(
            @OneOf({"00-k0s-privileged", "99-k0s-restricted"}) Optional<String> defaultPolicy) {}

    /// @param values of a KubeletConfiguration, as plain maps, lists and scalars
    public record WorkerProfile(
            @Is(Form.LABEL) @Needed Optional<String> name, Map<String, Object> values) {}

    public record Telemetry(
            Optional<Boolean> enabled,
            @Gone(value = 22, instead = "the interval is k0s's own, take it out")
                    Optional<String> interval) {}

    public record InstallConfig(@Default Optional<Users> users) {}

    /// Of the host's, one for each program.
    public record Users(
            @Is(Form.ANY) @Default("etcd") Optional<String> etcdUser,
            @Is(Form.ANY) @Default("kube-apiserver") Optional<String> kineUser,
            @Is(Form.ANY) @Default("konnectivity-server") Optional<String> konnectivityUser,
            @Is(Form.ANY) @Default("kube-apiserver") Optional<String> kubeAPIserverUser,
            @Is(Form.ANY) @Default("kube-scheduler") Optional<String> kubeSchedulerUser) {}

    public record Extensions(
            @Gone(
                            value = 31,
                            instead =
                                    "k0s brings no OpenEBS any more, say a chart in extensions.helm")
                    Optional<StorageExtension> storage,
            @Default Optional<Helm> helm) {}

    public record StorageExtension(
            @OneOf({"external_storage", "openebs_local_storage"}) @Default("external_storage")
                    Optional<String> type,
            @Named("create_default_storage_class") Optional<Boolean> createDefaultStorageClass) {}

    public record Helm(
            @Range(most = 1000) @Default("5") Optional<Integer> concurrencyLevel,
            List<Repository> repositories,
            List<Chart> charts) {}

    public record Repository(
            @Is(Form.ANY) @Needed Optional<String> name,
            @Secret(value = "use a repository that needs no password", where = Schema.WITH_PASSWORD)
                    @Is(Form.ANY)
                    @Needed
                    Optional<String> url,
            Optional<Boolean> insecure,
            Optional<String> caFile,
            Optional<String> certFile,
            Optional<String> keyfile,
            Optional<String> username,
            @Secret("use a repository that needs none, or a client certificate on the hosts")
                    Optional<String> password) {}

    /// @param values YAML as text
    /// @param timeout to wait for it to be installed
    public record Chart(
            @Is(Form.RELEASE) @Needed Optional<String> name,
            @Is(Form.ANY) @Needed Optional<String> chartname,
            Optional<String> version,
            Optional<String> values,
            @Is(Form.ANY) @Needed Optional<String> namespace,
            @Is(Form.DURATION_OR_NANOSECONDS) Optional<String> timeout,
            @Default("true") Optional<Boolean> forceUpgrade,
            @Range(least = -1_000_000, most = 1_000_000) Optional<Integer> order) {}

    public record Konnectivity(
            @Range(most = 65535) @Default("8133") Optional<Integer> adminPort,
            @Range(most = 65535) @Default("8132") Optional<Integer> agentPort,
            @Since(31) @Is(Form.HOST_PORT) Optional<String> externalAddress) {}

    /// @param components all of them if none is named
    public record FeatureGate(
            @Is(Form.ANY) @Needed Optional<String> name,
            @Needed Optional<Boolean> enabled,
            @OneOf({
                        "kube-apiserver",
                        "kube-controller-manager",
                        "kubelet",
                        "kube-scheduler",
                        "kube-proxy"
                    })
                    List<String> components) {}

    /// What k0s deploys, with changes.
    public record Patched(List<Patch> patches) {}

    public record Patch(@Needed Optional<PatchTarget> target, @Needed Optional<PatchSpec> patch) {}

    public record PatchTarget(
            @Is(Form.ANY) @Needed Optional<String> kind,
            @Is(Form.ANY) @Needed Optional<String> name,
            Optional<String> namespace) {}

    /// @param content of RFC 6902, a strategic merge patch or RFC 7386, as YAML or JSON
    public record PatchSpec(
            @OneOf({"JSON", "StrategicMergePatch", "MergePatch"}) @Needed Optional<String> type,
            @Is(Form.ANY) @Needed Optional<String> content) {}
}
