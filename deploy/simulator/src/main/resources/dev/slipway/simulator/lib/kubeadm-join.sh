# kubeadm join: workers, and control planes whose eight CA files are there already. Sourced.
. "$SIM/lib/kubeadm-init.sh"

kubeadm_join() {
    file='' ignored='' skip_phases='' mixed=''
    while [ $# -gt 0 ]; do
        flag_take "$@"
        case $flag in
        --config) file=$flag_arg ;;
        --ignore-preflight-errors) ignored=$ignored,$flag_arg ;;
        --skip-phases) skip_phases=$flag_arg ;;
        -v=* | -v[0-9]*) verbose=1 flag_words=1 ;;
        -v | --v) verbose=1 ;;
        --patches | --cri-socket | --node-name) ;;
        --dry-run) die "the simulator has no --dry-run" ;;
        --token | --discovery-token | --discovery-token-ca-cert-hash | --tls-bootstrap-token | --discovery-file | --apiserver-advertise-address | --apiserver-bind-port | --certificate-key | --control-plane) mixed="$mixed ${flag#--}" ;;
        -*) die "unknown flag: $flag" ;;
        phase) die "the simulator runs join as a whole, not \"join phase\"" ;;
        *) mixed="$mixed api-server-endpoint" flag_words=1 ;;
        esac
        shift "$([ $# -lt "$flag_words" ] && echo $# || echo "$flag_words")"
    done
    [ -n "$file" ] || die "the simulator's join needs --config"
    [ -z "$mixed" ] || die "can not mix '--config' with arguments [$(echo "${mixed# }" | tr ' ' ',')]"
    must_be_root 'error: error execution phase preflight: [preflight] user is not running as root'
    config_load "$file" lenient
    [ -n "$(documents "$work/flat" JoinConfiguration)" ] || die "no JoinConfiguration found in the supplied config"
    join_settings
    run_phase join preflight join_preflight
    join_discover
    if [ -n "$controls" ]; then
        run_phase join preflight join_control_plane_preflight
        run_phase join control-plane-prepare join_prepare
        run_phase join check-etcd join_check_etcd
    fi
    run_phase join kubelet-start join_kubelet_start
    [ -z "$controls" ] || run_phase join etcd-join join_etcd
    run_phase join kubelet-wait-bootstrap join_wait_bootstrap
    if [ -n "$controls" ]; then
        run_phase join control-plane-join join_control_plane
    else
        cat <<END

This node has joined the cluster:
* Certificate signing request was sent to apiserver and a response was received.
* The Kubelet was informed of the new secure connection details.

Run 'kubectl get nodes' on the control-plane to see this node join the cluster.

END
    fi
}

join_settings() {
    name=$(lower "$(setting JoinConfiguration 'nodeRegistration|name' "$(hostname)")")
    cri_socket=$(setting JoinConfiguration 'nodeRegistration|criSocket' unix:///var/run/containerd/containerd.sock)
    ignored=$ignored,$(values_of "$work/flat" JoinConfiguration 'nodeRegistration|ignorePreflightErrors' | paste -s -d ,)
    ca_path=$(setting JoinConfiguration caCertPath /etc/kubernetes/pki/ca.crt)
    pki=/etc/kubernetes/pki
    endpoint=$(setting JoinConfiguration 'discovery|bootstrapToken|apiServerEndpoint')
    token=$(setting JoinConfiguration 'discovery|bootstrapToken|token')
    discovery_file=$(setting JoinConfiguration 'discovery|file|kubeConfigPath')
    discovery_wait=$(seconds "$(setting JoinConfiguration 'timeouts|discovery' "$(setting JoinConfiguration 'discovery|timeout' 5m0s)")")
    bootstrap_wait=$(seconds "$(setting JoinConfiguration 'timeouts|tlsBootstrap' 5m0s)")
    kubelet_wait=$(seconds "$(setting JoinConfiguration 'timeouts|kubeletHealthCheck' 4m0s)")
    api_call=$(seconds "$(setting JoinConfiguration 'timeouts|kubernetesAPICall' 1m0s)")
    etcd_call=$(seconds "$(setting JoinConfiguration 'timeouts|etcdAPICall' 2m0s)")
    controls=$(awk -F '\t' '$2 ~ /^controlPlane(\||$)/ && $3 != "null" { print 1; exit }' "$work/flat")
    advertise=$(setting JoinConfiguration 'controlPlane|localAPIEndpoint|advertiseAddress' "$(host_address)")
    bind_port=$(setting JoinConfiguration 'controlPlane|localAPIEndpoint|bindPort' 6443)
    etcd_dir=/var/lib/etcd
}

join_preflight() {
    echo "[preflight] Running pre-flight checks"
    pause 0.3
    preflight_host
    must_be_free 10250
    must_not_exist /etc/kubernetes/kubelet.conf
    must_not_exist /etc/kubernetes/bootstrap-kubelet.conf
    [ -n "$controls" ] || must_not_exist "$ca_path"
    preflight_runtime
    preflight_verdict
}

# Once the cluster is known, what is looked at on a new control plane besides.
join_control_plane_preflight() {
    missing=''
    for pair in ca front-proxy-ca etcd/ca; do
        [ -e "$pki/$pair.crt" ] || missing="$missing failure loading certificate for $pair: couldn't load the certificate file $pki/$pair.crt: open $pki/$pair.crt: no such file or directory,"
    done
    [ -e "$pki/sa.key" ] || missing="$missing failure loading key for service account: couldn't load the private key file $pki/sa.key: open $pki/sa.key: no such file or directory,"
    [ -e "$pki/sa.pub" ] || missing="$missing failure loading key for service account: couldn't load the public key file $pki/sa.pub: open $pki/sa.pub: no such file or directory,"
    [ -z "$missing" ] || { phase=preflight; phase_failed "one or more conditions for hosting a new control plane instance is not satisfied. [$missing]"; }
    echo '[preflight] Running pre-flight checks before initializing the new control plane instance'
    preflight_control_plane
    preflight_etcd
    preflight_images
    preflight_verdict
}

retrying() { [ -z "${verbose:-}" ] || echo "I$(date '+%m%d %H:%M:%S.%6N')    1234 token.go:1] [discovery] Retrying due to error: $1" >&2; }

# Waits for a cluster-info that the token signed, as long as timeouts.discovery; what never changes fails at once.
join_discover() {
    phase=preflight
    step kubeadm join/discovery
    limit=$(($(now_ms) + $(scaled_ms "$discovery_wait")))
    if [ -n "$discovery_file" ]; then
        mkdir -p "$work/discovery" && kubeconfig_open "$discovery_file" "$work/discovery" || phase_failed "couldn't validate the identity of the API Server: couldn't load \"$discovery_file\""
        endpoint=$server_host:$server_port
        discovered_by=$work/discovery
        token=$(setting JoinConfiguration 'discovery|tlsBootstrapToken' "$token")
        until api_reach "${endpoint%:*}" "${endpoint##*:}" >"$work/dial"; do
            [ "$(now_ms)" -lt "$limit" ] || phase_failed "couldn't validate the identity of the API Server: $(cat "$work/dial")"
            pause 5
        done
        trouble=$(api_trust "$work/discovery/ca.crt" "$server_host") || phase_failed "couldn't validate the identity of the API Server: $trouble"
        id=${token%.*}
        # The file's own credentials come before a token.
        if [ -s "$discovered_by/client.crt" ]; then join_as_node; else [ -e "$cluster/token/$id/secret" ] && ! token_expired "$id" && grep -q authentication "$cluster/token/$id/usages" && [ "$(cat "$cluster/token/$id/secret")" = "${token#*.}" ] ||
            phase_failed "unable to fetch the kubeadm-config ConfigMap: failed to get config map: Unauthorized"; fi
    else
        id=${token%.*} secret=${token#*.}
        while :; do
            join_cluster_info && break
            retrying "$reason"
            [ "$(now_ms)" -lt "$limit" ] || phase_failed "couldn't validate the identity of the API Server: $reason"
            pause 5
        done
        [ "$(cat "$cluster/token/$id/secret")" = "$secret" ] || phase_failed "couldn't validate the identity of the API Server: failed to verify JWS signature of received cluster info object, can't trust this API Server"
        actual=$(pin "$cluster/ca.crt")
        pinned=$(values_of "$work/flat" JoinConfiguration 'discovery|bootstrapToken|caCertHashes')
        if [ "$(setting JoinConfiguration 'discovery|bootstrapToken|unsafeSkipCAVerification')" != true ]; then
            echo "$pinned" | tr '[:upper:]' '[:lower:]' | grep -qxF "$actual" || phase_failed "couldn't validate the identity of the API Server: cluster CA found in cluster-info ConfigMap is invalid: none of the public keys \"$actual\" are pinned"
        fi
        trouble=$(api_trust "$cluster/ca.crt" "${endpoint%:*}") || phase_failed "couldn't validate the identity of the API Server: failed to request the cluster-info ConfigMap: Get \"https://$endpoint/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s\": $trouble"
    fi
    # The address that the cluster itself tells, or that the file does, is the one the kubelet joins by.
    discovered=$endpoint
    echo '[preflight] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...'
    echo "[preflight] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it."
    flatten "$cluster/object/kube-system/configmap/kubeadm-config.yaml" >"$work/kubeadm-config.flat"
    value "$work/kubeadm-config.flat" 0 'data|ClusterConfiguration' | awk '{ gsub(/\\n/, "\n"); print }' >"$work/cluster.yaml"
    version=$(sed -n 's/^kubernetesVersion: //p' "$work/cluster.yaml")
    repository=$(sed -n 's/^imageRepository: //p' "$work/cluster.yaml")
    endpoint=$(sed -n 's/^controlPlaneEndpoint: //p' "$work/cluster.yaml")
    [ -n "$discovery_file" ] || discovered=$endpoint
    trouble=$(api_reach "${discovered%:*}" "${discovered##*:}") || phase_failed "unable to fetch the kubeadm-config ConfigMap: failed to get config map: Get \"https://$discovered/api/v1/namespaces/kube-system/configmaps/kubeadm-config?timeout=10s\": $trouble"
    [ "$(minor "$(kubernetes_version)")" -ge $(($(minor "$version") - 3)) ] && [ "$(minor "$(kubernetes_version)")" -le $(($(minor "$version") + 1)) ] ||
        phase_failed "this version of kubeadm only supports deploying clusters with the control plane version >= 1.$(($(minor "$(kubernetes_version)") - 1)).0. Current version: $version"
}

# Whoever comes with a certificate must be a node, and may look at no node but its own; cluster-info, which anybody may read, must be there.
join_as_node() {
    [ -e "$cluster/cluster-info" ] || { pause "$discovery_wait"; phase_failed "couldn't validate the identity of the API Server: Abort reading the cluster-info ConfigMap after timeout of ${discovery_wait}s: configmaps \"cluster-info\" not found"; }
    same_pair "$discovered_by/client.crt" "$discovered_by/client.key" || phase_failed "couldn't validate the identity of the API Server: tls: private key does not match public key"
    identity=$(api_identity "$discovered_by/client.crt") || phase_failed 'unable to fetch the kubeadm-config ConfigMap: failed to get config map: Unauthorized'
    case $identity in
    'system:node:'*' system:nodes') ;;
    *) phase_failed "unable to fetch the kubeadm-config ConfigMap: failed to get config map: configmaps \"kubeadm-config\" is forbidden: User \"${identity% *}\" cannot get resource \"configmaps\" in API group \"\" in the namespace \"kube-system\"" ;;
    esac
    [ "$identity" = "system:node:$name system:nodes" ] || { phase=kubelet-start; phase_failed "cannot get Node \"$name\": nodes \"$name\" is forbidden: User \"${identity% *}\" cannot get resource \"nodes\" in API group \"\" at the cluster scope: node '${identity#system:node:}' cannot read '$name', only its own Node object"; }
}

# One look at the API server; sets $reason when there is nothing to go on with.
join_cluster_info() {
    if ! reason=$(api_reach "${endpoint%:*}" "${endpoint##*:}"); then
        reason="failed to request the cluster-info ConfigMap: Get \"https://$endpoint/api/v1/namespaces/kube-public/configmaps/cluster-info?timeout=10s\": $reason"
        return 1
    fi
    api_reach "${endpoint%:*}" "${endpoint##*:}" >/dev/null || return 1
    if [ ! -e "$cluster/cluster-info" ]; then
        reason='failed to request the cluster-info ConfigMap: configmaps "cluster-info" is forbidden: User "system:anonymous" cannot get resource "configmaps" in API group "" in the namespace "kube-public"'
        return 1
    fi
    token_signed "$id" && return 0
    reason="could not find a JWS signature in the cluster-info ConfigMap for token ID \"$id\""
    return 1
}

# A control plane's certificates come from the CA files that lie there, whatever cluster they are of.
join_prepare() {
    algorithm=$(sed -n 's/^encryptionAlgorithm: //p' "$work/cluster.yaml")
    domain=$(sed -n 's/^  dnsDomain: //p' "$work/cluster.yaml")
    service_subnet=$(sed -n 's/^  serviceSubnet: //p' "$work/cluster.yaml")
    service_ip=$(echo "${service_subnet%%,*}" | awk -F '[./]' '{ printf "%d.%d.%d.%d", $1, $2, $3, $4 + 1 }')
    sans=$(awk '/^  certSANs:/ { names = 1; next } names && /^  - / { sub(/^  - /, ""); print; next } { names = 0 }' "$work/cluster.yaml" | paste -s -d ,)
    days=$(($(seconds "$(sed -n 's/^certificateValidityPeriod: //p' "$work/cluster.yaml")") / 86400)) phase=control-plane-prepare/certs
    [ -e "$pki/ca.key" ] || { warn 'assuming external key for CA'; phase_failed 'could not load expected certificate "apiserver" or validate the existence of key "ca" for it'; }
    pki_leaves
    echo "[certs] Valid certificates and keys now exist in \"$pki\""
    echo '[certs] Using the existing "sa" key'
    phase=control-plane-prepare/kubeconfig
    echo '[kubeconfig] Generating kubeconfig files'
    kubeconfig_write admin.conf "https://$endpoint" kubernetes-admin kubeadm:cluster-admins
    kubeconfig_write controller-manager.conf "https://$advertise:$bind_port" system:kube-controller-manager ''
    kubeconfig_write scheduler.conf "https://$advertise:$bind_port" system:kube-scheduler ''
    init_control_plane
}

# By the cluster's endpoint, with the certificates made just now. Every member must answer.
join_check_etcd() {
    if [ "$(pin "$pki/ca.crt")" != "$(pin "$cluster/ca.crt")" ]; then
        pause 60
        phase_failed 'could not retrieve the list of etcd endpoints: tls: failed to verify certificate: x509: certificate signed by unknown authority'
    fi
    down=$(etcd_down) && { pause 20; phase_failed "etcd cluster is not healthy: failed to dial endpoint https://$down:2379 with maintenance client: context deadline exceeded"; }
    :
}

# The API by the cluster's endpoint, as the admin's kubeconfig of this node has it.
join_admin_api() {
    limit=$(($(now_ms) + $(scaled_ms "$api_call")))
    until trouble=$(api_reach "${endpoint%:*}" "${endpoint##*:}"); do
        [ "$(now_ms)" -lt "$limit" ] || phase_failed "could not retrieve the list of etcd endpoints: Get \"https://$endpoint/api/v1/namespaces/kube-system/pods?labelSelector=component%3Detcd%2Ctier%3Dcontrol-plane\": $trouble"
        pause 0.5
    done
    trouble=$(api_trust "$pki/ca.crt" "${endpoint%:*}") || phase_failed "could not retrieve the list of etcd endpoints: $trouble"
}

# One learner at a time: the next one waits until it votes, but no longer than timeouts.etcdAPICall.
join_etcd() {
    join_admin_api
    limit=$(($(now_ms) + $(scaled_ms "$etcd_call")))
    until etcd_learner "$name"; do
        printf '{"level":"warn","logger":"etcd-client","msg":"retrying of unary invoker failed","error":"rpc error: code = FailedPrecondition desc = etcdserver: too many learner members in cluster"}\n' >&2
        [ "$(now_ms)" -lt "$limit" ] || phase_failed 'error creating local etcd static pod manifest file: etcdserver: too many learner members in cluster'
        pause 0.5
    done
    etcd_answers || phase_failed 'error creating local etcd static pod manifest file: etcdserver: unhealthy cluster'
    [ -e "$cluster/etcd/$name/state" ] || etcd_add "$name" "$advertise" learner
    step kubeadm join/etcd-learner
    echo '[etcd] Announced new etcd member joining to the existing etcd cluster'
    echo '[etcd] Creating static Pod manifest for "etcd"'
    mkdir -p -m 700 "$etcd_dir/member"
    basename "$cluster" >"$etcd_dir/member/cluster"
    static_pod etcd "advertise-client-urls=https://$advertise:2379" "data-dir=$etcd_dir" "name=$name" "listen-client-urls=https://127.0.0.1:2379,https://$advertise:2379"
    kubelet_sync
    echo '[etcd] Waiting for the new etcd member to join the cluster. This can take up to 40s'
    pause 5
    [ -e "$cluster/etcd/$name/state" ] || phase_failed 'etcdserver: member not found'
    etcd_promote "$name"
}

join_kubelet_start() {
    mkdir -p /etc/kubernetes/manifests "$pki"
    [ -n "$controls" ] || [ -e "$ca_path" ] || { cp "$cluster/ca.crt" "$ca_path" && chmod 644 "$ca_path"; }
    if [ -n "${discovered_by:-}" ] && [ -s "$discovered_by/client.crt" ]; then
        (umask 077 && kubeconfig_text "https://$discovered" "system:node:$name" "$discovered_by/client.crt" "$discovered_by/client.key" >/etc/kubernetes/bootstrap-kubelet.conf)
    else (umask 077 && kubeconfig_text "https://$discovered" tls-bootstrap-token-user /dev/null /dev/null | sed "s/client-certificate-data:.*/token: $token/; /client-key-data/d" >/etc/kubernetes/bootstrap-kubelet.conf); fi
    kubelet_service stop 2>/dev/null
    kubelet_files JoinConfiguration "$cluster/kubelet.yaml"
    echo '[kubelet-start] Starting the kubelet'
    kubelet_service start 2>"$work/start" || phase_failed "couldn't start the kubelet: $(cat "$work/start")"
    pause 0.2
}

# The certificate is issued by the cluster's controller manager: the key of its CA lies on the host of the first control plane only,
# so the wire keeps a copy of what a real one would answer.
join_wait_bootstrap() {
    kubelet_check
    echo '[kubelet-start] Waiting for the kubelet to perform the TLS Bootstrap'
    if join_has_identity; then
        rm -f /etc/kubernetes/bootstrap-kubelet.conf
        kubelet_serving
        [ -n "$controls" ] || kubelet_sync
        return 0
    fi
    echo "$name" >>"$cluster/signing-requests"
    if [ ! -e "$cluster/signer.key" ] || [ "$(cat "$cluster/service-account")" != works ]; then
        pause "$bootstrap_wait"
        phase_failed 'failed while waiting for TLS bootstrap: context deadline exceeded'
    fi
    cp "$cluster/ca.crt" "$work/signer.crt" && (umask 077 && cp "$cluster/signer.key" "$work/signer.key")
    algorithm=ECDSA-P256 days=365
    sign "$work/node" "$work/signer" "system:node:$name" system:nodes clientAuth ''
    kubelet_certificate "$work/node.crt" "$work/node.key"
    if [ -n "$controls" ]; then kubelet_conf_rotatable "https://$advertise:$bind_port"; else kubelet_conf_rotatable "https://$discovered"; fi
    rm -f /etc/kubernetes/bootstrap-kubelet.conf "$work/signer.key" "$work/node.key"
    pause 0.5
    [ -n "$controls" ] || kubelet_sync
}

# A kubelet.conf that lies there already is used as it is, unless its certificate is over or another one's: then the kubelet bootstraps.
join_has_identity() {
    [ -s /etc/kubernetes/kubelet.conf ] || return 1
    rm -rf "$work/identity" && mkdir -p "$work/identity"
    kubeconfig_open /etc/kubernetes/kubelet.conf "$work/identity" && [ -s "$work/identity/client.crt" ] || return 1
    same_pair "$work/identity/client.crt" "$work/identity/client.key" && [ "$(api_identity "$work/identity/client.crt")" = "system:node:$name system:nodes" ]
}

join_control_plane() {
    kubelet_sync
    limit=$(($(now_ms) + $(scaled_ms 240)))
    until [ -e "$cluster/node/$name/labels" ]; do
        [ "$(now_ms)" -lt "$limit" ] || phase_failed 'timed out waiting for the node to register'
        pause 0.5
        kubelet_sync
    done
    printf '' >"$work/flat"
    init_mark
    printf '\nThis node has joined the cluster and a new control plane instance was created:\n\n* Certificate signing request was sent to apiserver and approval was received.\n* The Kubelet was informed of the new secure connection details.\n* Control plane label and taint were applied to the new node.\n* The Kubernetes control plane instances scaled up.\n* A new etcd member was added to the local/stacked etcd cluster.\n\n'
}
