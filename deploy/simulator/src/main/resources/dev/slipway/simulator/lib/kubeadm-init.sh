# kubeadm init. Sourced.
kubeadm_init() {
    file='' ignored='' skip_phases='' mixed='' dry=''
    while [ $# -gt 0 ]; do
        flag_take "$@"
        case $flag in
        --config) file=$flag_arg ;;
        --ignore-preflight-errors) ignored=$ignored,$flag_arg ;;
        --skip-phases) skip_phases=$flag_arg ;;
        --upload-certs | --dry-run | --skip-token-print | --skip-certificate-key-print) [ "$flag" = --dry-run ] && dry=1; flag_words=1 ;;
        -v | --v | --patches | --cri-socket | --kubeconfig | --rootfs | --node-name) case $1 in -v[0-9]*) flag_words=1 ;; esac ;;
        -v=* | -v[0-9]*) flag_words=1 ;;
        --token | --token-ttl | --pod-network-cidr | --service-cidr | --kubernetes-version | --apiserver-advertise-address | --apiserver-bind-port | --apiserver-cert-extra-sans | --cert-dir | --control-plane-endpoint | --image-repository | --service-dns-domain | --feature-gates | --certificate-key) mixed="$mixed ${flag#--}" ;;
        -*) die "unknown flag: $flag" ;;
        phase) shift && kubeadm_init_phase "$@"; return ;;
        *) die "unknown command \"$1\" for \"kubeadm init\"" ;;
        esac
        shift "$([ $# -lt "$flag_words" ] && echo $# || echo "$flag_words")"
    done
    [ -z "$dry" ] || die "the simulator has no --dry-run"
    [ -n "$file" ] || die "the simulator's init needs --config"
    [ -z "$mixed" ] || die "can not mix '--config' with arguments [$(echo "${mixed# }" | tr ' ' ',')]"
    must_be_root 'error: error execution phase preflight: [preflight] user is not running as root'
    config_load "$file" lenient
    init_settings
    for skipped in $(echo "$skip_phases" | tr ',' ' '); do
        listed "$skipped" preflight,certs,kubeconfig,etcd,etcd/local,control-plane,control-plane/apiserver,control-plane/controller-manager,control-plane/scheduler,kubelet-start,wait-control-plane,upload-config,upload-config/kubeadm,upload-config/kubelet,upload-certs,mark-control-plane,bootstrap-token,kubelet-finalize,addon,addon/coredns,addon/kube-proxy,show-join-command ||
            die "invalid phase name: $skipped"
    done
    echo "[init] Using Kubernetes version: $version"
    run_phase init preflight init_preflight
    run_phase init certs init_certs
    run_phase init kubeconfig init_kubeconfig
    run_phase init etcd init_etcd
    run_phase init control-plane init_control_plane
    run_phase init kubelet-start init_kubelet_start
    run_phase init wait-control-plane init_wait
    run_phase init upload-config init_upload_config
    phase_skipped upload-certs || echo "[upload-certs] Skipping phase. Please see --upload-certs"
    run_phase init mark-control-plane init_mark
    run_phase init bootstrap-token init_token
    run_phase init kubelet-finalize init_finalize
    run_phase init addon/coredns init_coredns
    run_phase init addon/kube-proxy init_proxy
    run_phase init show-join-command init_show_join
}

# kubeadm init phase upload-config kubeadm: stores the configuration of a cluster that is up.
kubeadm_init_phase() {
    [ "${1:-} ${2:-}" = 'upload-config kubeadm' ] || die "the simulator runs init as a whole, but for \"init phase upload-config kubeadm\""
    shift 2
    kubeconfig=/etc/kubernetes/admin.conf ignored='' skip_phases=''
    while [ $# -gt 0 ]; do
        flag_take "$@"
        case $flag in
        --config) file=$flag_arg ;;
        --kubeconfig) kubeconfig=$flag_arg ;;
        *) die "unknown flag: $flag" ;;
        esac
        shift "$([ $# -lt "$flag_words" ] && echo $# || echo "$flag_words")"
    done
    [ -n "$file" ] || die "the simulator's init phase needs --config"
    config_load "$file" lenient
    init_settings
    phase=upload-config/kubeadm
    step kubeadm init/upload-config
    . "$SIM/lib/kubeadm-token.sh"
    token_cluster
    put_kubeadm_config
}

setting() { value_of "$work/flat" "$1" "$2" "${3:-}"; }

# args KIND PATH NAME: an extra argument, in the form of either API version.
extra_arg() {
    v=$(setting "$1" "$2|$3")
    [ -n "$v" ] || v=$(awk -F '\t' -v p="$2" -v n="$3" 'index($2, p "|") == 1 && $2 ~ /\|name$/ && $3 == n { k = $2; sub(/name$/, "value", k); want = k } want != "" && $2 == want { print $3; exit }' "$work/flat")
    echo "$v"
}

init_settings() {
    version=$(setting ClusterConfiguration kubernetesVersion "$(kubernetes_version)")
    version=v${version#v}
    pki=$(setting ClusterConfiguration certificatesDir /etc/kubernetes/pki)
    repository=$(setting ClusterConfiguration imageRepository registry.k8s.io)
    domain=$(setting ClusterConfiguration 'networking|dnsDomain' cluster.local)
    service_subnet=$(setting ClusterConfiguration 'networking|serviceSubnet' 10.96.0.0/12)
    service_ip=$(echo "${service_subnet%%,*}" | awk -F '[./]' '{ printf "%d.%d.%d.%d", $1, $2, $3, $4 + 1 }')
    algorithm=$(setting ClusterConfiguration encryptionAlgorithm RSA-2048)
    days=$(($(seconds "$(setting ClusterConfiguration certificateValidityPeriod 8760h)") / 86400))
    sans=$(values_of "$work/flat" ClusterConfiguration 'apiServer|certSANs' | grep -v '^\[\]$' | paste -s -d ,)
    etcd_dir=$(setting ClusterConfiguration 'etcd|local|dataDir' /var/lib/etcd)
    name=$(lower "$(setting InitConfiguration 'nodeRegistration|name' "$(hostname)")")
    cri_socket=$(setting InitConfiguration 'nodeRegistration|criSocket' unix:///var/run/containerd/containerd.sock)
    advertise=$(setting InitConfiguration 'localAPIEndpoint|advertiseAddress' "$(host_address)")
    bind_port=$(setting InitConfiguration 'localAPIEndpoint|bindPort' 6443)
    endpoint=$(setting ClusterConfiguration controlPlaneEndpoint "$advertise:$bind_port")
    case $endpoint in *:*) ;; *) endpoint=$endpoint:$bind_port ;; esac
    ignored=$ignored,$(values_of "$work/flat" InitConfiguration 'nodeRegistration|ignorePreflightErrors' | paste -s -d ,)
    skip_phases=${skip_phases:-$(values_of "$work/flat" InitConfiguration skipPhases | grep -v '^\[\]$' | paste -s -d ,)}
    api_call=$(seconds "$(setting InitConfiguration 'timeouts|kubernetesAPICall' 1m0s)")
    kubelet_wait=$(seconds "$(setting InitConfiguration 'timeouts|kubeletHealthCheck' 4m0s)")
    case $advertise in *[!0-9.]* | '') die "couldn't use \"$advertise\" as \"apiserver-advertise-address\", must be ipv4 or ipv6 address" ;; esac
}

init_preflight() {
    echo "[preflight] Running pre-flight checks"
    [ "$(minor "$version")" -le "$(minor "$(kubernetes_version)")" ] || warning KubernetesVersion "Kubernetes version is greater than kubeadm version. Please consider to upgrade kubeadm. Kubernetes version: ${version#v}. Kubeadm version: $(kubernetes_version | sed 's/^v//; s/\.[0-9]*$/.x/')"
    pause 0.3
    preflight_host
    preflight_control_plane
    must_be_free 10250
    preflight_etcd
    if preflight_runtime && [ "$(setting InitConfiguration 'nodeRegistration|imagePullPolicy')" != Never ]; then preflight_images; fi
    preflight_verdict
}

init_certs() {
    mkdir -p "$pki"
    echo "[certs] Using certificateDir folder \"$pki\""
    ca_ready ca kubernetes ca
    ca_ready front-proxy-ca front-proxy-ca front-proxy-ca
    mkdir -p "$pki/etcd"
    ca_ready etcd/ca etcd-ca etcd/ca
    pki_leaves
    service_account_ready
}

init_kubeconfig() {
    echo '[kubeconfig] Using kubeconfig folder "/etc/kubernetes"'
    admins=kubeadm:cluster-admins
    [ "$(minor "$version")" -ge 29 ] || admins=system:masters
    if [ ! -e "$pki/ca.key" ]; then
        for given in admin super-admin kubelet controller-manager scheduler; do
            [ -s "/etc/kubernetes/$given.conf" ] || phase_failed "the $given.conf file does not exists or it is not valid: open /etc/kubernetes/$given.conf: no such file or directory"
            echo "[kubeconfig] External CA mode: Using user provided $given.conf"
        done
        return
    fi
    kubeconfig_write admin.conf "https://$endpoint" kubernetes-admin "$admins"
    [ "$(minor "$version")" -lt 29 ] || kubeconfig_write super-admin.conf "https://$endpoint" kubernetes-super-admin system:masters
    kubeconfig_write kubelet.conf "https://$endpoint" "system:node:$name" system:nodes
    kubeconfig_write controller-manager.conf "https://$advertise:$bind_port" system:kube-controller-manager ''
    kubeconfig_write scheduler.conf "https://$advertise:$bind_port" system:kube-scheduler ''
}

# static_pod NAME FLAG...: a manifest with the flags that others read back.
static_pod() {
    mkdir -p -m 700 /etc/kubernetes/manifests
    made=/etc/kubernetes/manifests/$1.yaml
    case $1 in etcd) image=$(kubernetes_images "$version" "$repository" | grep /etcd:) ;; *) image=$repository/$1:$version ;; esac
    (
        umask 077
        printf 'apiVersion: v1\nkind: Pod\nmetadata:\n  labels:\n    component: %s\n    tier: control-plane\n  name: %s\n  namespace: kube-system\nspec:\n  containers:\n  - command:\n    - %s\n' "$1" "$1" "$1"
        component=$1 && shift
        for flag in "$@"; do printf '    - --%s\n' "$flag"; done
        printf '    image: %s\n    name: %s\n  hostNetwork: true\n  priorityClassName: system-node-critical\n' "$image" "$component"
    ) >"$work/pod.yaml"
    (umask 077 && cat "$work/pod.yaml" >"$made")
}

init_etcd() {
    mkdir -p -m 700 "$etcd_dir"
    echo '[etcd] Creating static Pod manifest for local etcd in "/etc/kubernetes/manifests"'
    static_pod etcd "advertise-client-urls=https://$advertise:2379" "data-dir=$etcd_dir" "name=$name" "listen-client-urls=https://127.0.0.1:2379,https://$advertise:2379"
}

init_control_plane() {
    echo '[control-plane] Using manifest folder "/etc/kubernetes/manifests"'
    echo '[control-plane] Creating static Pod manifest for "kube-apiserver"'
    static_pod kube-apiserver "advertise-address=$advertise" "client-ca-file=$pki/ca.crt" "secure-port=$bind_port" "service-account-key-file=$pki/sa.pub" "service-account-signing-key-file=$pki/sa.key" "service-cluster-ip-range=$service_subnet"
    echo '[control-plane] Creating static Pod manifest for "kube-controller-manager"'
    static_pod kube-controller-manager "cluster-signing-cert-file=$pki/ca.crt" "service-account-private-key-file=$pki/sa.key"
    echo '[control-plane] Creating static Pod manifest for "kube-scheduler"'
    static_pod kube-scheduler "kubeconfig=/etc/kubernetes/scheduler.conf"
}

# kubelet_files KIND: what kubeadm writes for the kubelet, from the kubelet's document or its defaults.
kubelet_files() {
    mkdir -p -m 700 /var/lib/kubelet
    echo '[kubelet-start] Writing kubelet environment file with flags to file "/var/lib/kubelet/kubeadm-flags.env"'
    flags=''
    [ "$name" = "$(lower "$(hostname)")" ] || flags="--hostname-override=$name"
    for arg in node-ip node-labels cgroup-driver; do
        given=$(extra_arg "$1" 'nodeRegistration|kubeletExtraArgs' $arg)
        [ -z "$given" ] || flags="$flags --$arg=$given"
    done
    taints=$(awk -F '\t' '$2 ~ /^nodeRegistration\|taints\|[0-9]+\|/ { split($2, p, "|"); t[p[3], p[4]] = $3; if (p[3] + 1 > n) n = p[3] + 1 } END { for (i = 0; i < n; i++) printf "%s%s=%s:%s", (i ? "," : ""), t[i, "key"], t[i, "value"], t[i, "effect"] }' "$work/flat")
    [ "$1" = InitConfiguration ] || [ -z "$taints" ] || flags="$flags --register-with-taints=$taints"
    echo "KUBELET_KUBEADM_ARGS=\"${flags# }\"" >/var/lib/kubelet/kubeadm-flags.env
    echo '[kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/instance-config.yaml"'
    printf 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncontainerRuntimeEndpoint: %s\n' "$cri_socket" >/var/lib/kubelet/instance-config.yaml
    echo '[kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"'
    cat "$2" >/var/lib/kubelet/config.yaml
    chmod 644 /var/lib/kubelet/config.yaml /var/lib/kubelet/instance-config.yaml /var/lib/kubelet/kubeadm-flags.env
}

# The user's KubeletConfiguration with what kubeadm always adds.
kubelet_configuration() {
    printf 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication:\n  x509:\n    clientCAFile: %s/ca.crt\nclusterDNS:\n- %s\nclusterDomain: %s\nstaticPodPath: /etc/kubernetes/manifests\nrotateCertificates: true\n' \
        "$pki" "$(echo "${service_subnet%%,*}" | awk -F '[./]' '{ printf "%d.%d.%d.%d", $1, $2, $3, $4 + 10 }')" "$domain"
    driver=$(setting KubeletConfiguration cgroupDriver systemd)
    printf 'cgroupDriver: %s\n' "$driver"
    awk -F '\t' '$2 == "kind" && $3 == "KubeletConfiguration" { doc[$1] = 1 } { line[NR] = $0 }
        END { for (i = 1; i <= NR; i++) { split(line[i], f, "\t"); if ((f[1] in doc) && f[2] !~ /\|/ && f[2] !~ /^(kind|apiVersion|cgroupDriver|clusterDomain|staticPodPath|rotateCertificates)$/) print f[2] ": " f[3] } }' "$work/flat"
}

init_kubelet_start() {
    kubelet_service stop 2>/dev/null
    kubelet_configuration >"$work/kubelet.yaml"
    kubelet_files InitConfiguration "$work/kubelet.yaml"
    openssl version >/dev/null
    mkdir -p "$work/kubelet" && kubeconfig_open /etc/kubernetes/kubelet.conf "$work/kubelet"
    kubelet_certificate "$work/kubelet/client.crt" "$work/kubelet/client.key"
    echo '[kubelet-start] Starting the kubelet'
    kubelet_service start 2>"$work/start" || phase_failed "couldn't start the kubelet: $(cat "$work/start")"
}

kubelet_check() {
    echo "[kubelet-check] Waiting for a healthy kubelet at http://127.0.0.1:10248/healthz. This can take up to $((kubelet_wait / 60))m0s"
    if [ "$(kubelet_state)" != active ]; then
        pause "$kubelet_wait"
        kubelet_sync
        if [ "$(kubelet_state)" != active ]; then
            echo "[kubelet-check] The kubelet is not healthy after $((kubelet_wait / 60))m0.00s"
            printf '\nUnfortunately, an error has occurred, likely caused by:\n\t- The kubelet is not running\n\t- The kubelet is unhealthy due to a misconfiguration of the node in some way (required cgroups disabled)\n\nIf you are on a systemd-powered system, you can try to troubleshoot the error with the following commands:\n\t- '"'systemctl status kubelet'"'\n\t- '"'journalctl -xeu kubelet'"'\n\n'
            phase_failed 'failed while waiting for the kubelet to start: The HTTP call equal to '"'curl -sSL http://127.0.0.1:10248/healthz'"' returned error: Get "http://127.0.0.1:10248/healthz": dial tcp 127.0.0.1:10248: connect: connection refused'
        fi
    fi
    pause 0.5
    echo "[kubelet-check] The kubelet is healthy after 500.$(date +%3N)ms"
}

init_wait() {
    echo '[wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "/etc/kubernetes/manifests"'
    kubelet_check
    limit=$(($(now_ms) + $(scaled_ms "$api_call")))
    until api_reach "${endpoint%:*}" "${endpoint##*:}" >"$work/dial"; do
        [ "$(now_ms)" -lt "$limit" ] || phase_failed "cannot obtain client without bootstrap: could not bootstrap the admin user in file admin.conf: unable to create ClusterRoleBinding: Post \"https://$endpoint/apis/rbac.authorization.k8s.io/v1/clusterrolebindings?timeout=10s\": $(cat "$work/dial")"
        pause 0.5
    done
    trouble=$(api_trust "$pki/ca.crt" "${endpoint%:*}") || phase_failed "cannot obtain client without bootstrap: could not bootstrap the admin user in file admin.conf: unable to create ClusterRoleBinding: Post \"https://$endpoint/apis/rbac.authorization.k8s.io/v1/clusterrolebindings?timeout=10s\": $trouble"
    echo "[control-plane-check] Waiting for healthy control plane components. This can take up to 4m0s"
    pause 1.5
    for component in kube-apiserver kube-controller-manager kube-scheduler; do echo "[control-plane-check] $component is healthy after 1.50${#component}s"; done
    echo "$endpoint" >"$cluster/endpoint"
    # The admin's group is bound to its role with the super-admin's kubeconfig.
    : >"$cluster/admins"
    # The node that the kubelet registered while the API came up.
    kubelet_sync
}

init_upload_config() {
    echo '[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace'
    echo '[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster'
    put_kubeadm_config
    { printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kubelet-config\n  namespace: kube-system\ndata:\n  kubelet: |\n'; sed 's/^/    /' "$work/kubelet.yaml"; } >"$cluster/object/kube-system/configmap/kubelet-config.yaml"
    cp "$work/kubelet.yaml" "$cluster/kubelet.yaml"
}

put_kubeadm_config() {
    mkdir -p "$cluster/object/kube-system/configmap"
    {
        printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kubeadm-config\n  namespace: kube-system\ndata:\n  ClusterConfiguration: |\n    apiVersion: kubeadm.k8s.io/v1beta4\n    kind: ClusterConfiguration\n    clusterName: %s\n    controlPlaneEndpoint: %s\n    kubernetesVersion: %s\n    imageRepository: %s\n    encryptionAlgorithm: %s\n    certificateValidityPeriod: %dh0m0s\n    certificatesDir: %s\n    networking:\n      dnsDomain: %s\n      podSubnet: %s\n      serviceSubnet: %s\n' \
            "$(setting ClusterConfiguration clusterName kubernetes)" "$endpoint" "$version" "$repository" "$algorithm" "$((days * 24))" "$pki" "$domain" "$(setting ClusterConfiguration 'networking|podSubnet' '""')" "$service_subnet"
        [ -z "$sans" ] || { printf '    apiServer:\n      certSANs:\n'; echo "$sans" | tr ',' '\n' | sed 's/^/      - /'; }
    } >"$cluster/object/kube-system/configmap/kubeadm-config.yaml"
}

init_mark() {
    labels='node-role.kubernetes.io/control-plane node.kubernetes.io/exclude-from-external-load-balancers'
    echo "[mark-control-plane] Marking the node $name as control-plane by adding the labels: [$labels]"
    until [ -e "$cluster/node/$name/labels" ]; do pause 0.5; done
    for label in $labels; do grep -qx "$label=" "$cluster/node/$name/labels" || echo "$label=" >>"$cluster/node/$name/labels"; done
    wanted='node-role.kubernetes.io/control-plane:NoSchedule'
    if grep -q "	nodeRegistration|taints" "$work/flat"; then
        wanted=$(awk -F '\t' '$2 ~ /^nodeRegistration\|taints\|[0-9]+\|/ { split($2, p, "|"); t[p[3], p[4]] = $3; if (p[3] + 1 > n) n = p[3] + 1 } END { for (i = 0; i < n; i++) print t[i, "key"] (t[i, "value"] == "" ? "" : "=" t[i, "value"]) ":" t[i, "effect"] }' "$work/flat")
    fi
    [ -z "$wanted" ] || { echo "[mark-control-plane] Marking the node $name as control-plane by adding the taints [$(echo "$wanted" | paste -s -d ' ')]"; echo "$wanted" >"$cluster/node/$name/taints"; }
}

init_token() {
    given=$(awk -F '\t' '$2 ~ /^bootstrapTokens\|[0-9]+\|token$/ { print $3 }' "$work/flat")
    [ -n "$given" ] || given=$(tr -dc 'a-z0-9' </dev/urandom | head -c 6).$(tr -dc 'a-z0-9' </dev/urandom | head -c 16)
    i=0
    for token in $given; do
        ttl=$(setting InitConfiguration "bootstrapTokens|$i|ttl" 24h0m0s)
        ttl=$(seconds "$ttl")
        usages=$(values_of "$work/flat" InitConfiguration "bootstrapTokens|$i|usages" | paste -s -d ,)
        [ "$ttl" = 0 ] && expires=0 || expires=$(($(date +%s) + ttl))
        token_put "${token%.*}" "${token#*.}" "$expires" "${usages:-signing,authentication}" "$(setting InitConfiguration "bootstrapTokens|$i|description" 'The default bootstrap token generated by '"'kubeadm init'"'.')"
        echo "[bootstrap-token] Using token: $token"
        i=$((i + 1))
    done
    echo '[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles'
    echo '[bootstrap-token] Configured RBAC rules to allow Node Bootstrap tokens to get nodes'
    echo '[bootstrap-token] Configured RBAC rules to allow Node Bootstrap tokens to post CSRs in order for nodes to get long term certificate credentials'
    echo '[bootstrap-token] Configured RBAC rules to allow the csrapprover controller automatically approve CSRs from a Node Bootstrap Token'
    echo '[bootstrap-token] Configured RBAC rules to allow certificate rotation for all node client certificates in the cluster'
    echo '[bootstrap-token] Creating the "cluster-info" ConfigMap in the "kube-public" namespace'
    pause 0.4
    touch "$cluster/cluster-info"
}

init_finalize() {
    echo '[kubelet-finalize] Updating "/etc/kubernetes/kubelet.conf" to point to a rotatable kubelet client certificate and key'
    kubelet_conf_rotatable "https://$endpoint"
}

init_coredns() { pause 0.4; echo '[addons] Applied essential addon: CoreDNS'; }
init_proxy() { pause 0.5; echo '[addons] Applied essential addon: kube-proxy'; }

init_show_join() {
    cat <<END

Your Kubernetes control-plane has initialized successfully!

To start using your cluster, you need to run the following as a regular user:

  mkdir -p \$HOME/.kube
  sudo cp -i /etc/kubernetes/admin.conf \$HOME/.kube/config
  sudo chown \$(id -u):\$(id -g) \$HOME/.kube/config

Alternatively, if you are the root user, you can run:

  export KUBECONFIG=/etc/kubernetes/admin.conf

You should now deploy a pod network to the cluster.
Run "kubectl apply -f [podnetwork].yaml" with one of the options listed at:
  https://kubernetes.io/docs/concepts/cluster-administration/addons/

Then you can join any number of worker nodes by running the following on each as root:

kubeadm join $endpoint --token ${given%%[[:space:]]*} \\
	--discovery-token-ca-cert-hash $(pin "$pki/ca.crt")
END
}
