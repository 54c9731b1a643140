# k0s worker, and the worker in a controller: bootstraps the kubelet's identity, reads its profile, registers the node. Sourced.
. "$SIM/lib/k0s-config.sh"
. "$SIM/lib/k0s-token.sh"
. "$SIM/lib/k0s-images.sh"
. "$SIM/lib/k0s-process.sh"
. "$SIM/lib/csr.sh"
. "$SIM/lib/node.sh"

k0s_worker() {
    . "$SIM/lib/k0s-controller.sh"
    command_path=worker role=worker
    flags "$common_flags $worker_flags ignore-pre-flight-checks" "$@"
    token_source
    locations
    kubelet_root=${flag_kubelet_root_dir:-$data/kubelet}
    process_begin worker "$@"
    echo true >"$RUNNING/workloads"
    echo false >"$RUNNING/single"
    worker_state='' single=false
    while ! worker_pass; do :; done
    while :; do rest 3600; done
}

# One step towards a node that is up; false as long as it is not.
worker_pass() {
    node_name=$(kubelet_flag "$flag_kubelet_extra_args " hostname-override)
    node_name=$(lower "${node_name:-$(hostname)}")
    case $worker_state in
    '')
        step k0s worker/bootstrap
        worker_bootstrap || return 1
        worker_state=profile tries=0 ;;
    profile)
        step k0s worker/profile
        if worker_profile >"$work/answer"; then worker_state=register
        else
            tries=$((tries + 1))
            log debug "failed to load worker configuration profile \"${flag_profile:-default}\": $(cat "$work/answer")"
            [ "$tries" -lt 10 ] || [ "$role" = controller ] || fails "failed to load worker configuration profile \"${flag_profile:-default}\": $(cat "$work/answer")"
            rest 5
        fi
        return 1 ;;
    register)
        step k0s worker/register
        [ -e "$RUNNING/containerd" ] || worker_runtime
        if ! worker_registers >"$work/answer"; then
            log error "Unable to register node with API server: $(cat "$work/answer")"
            rest 5
            return 1
        fi
        worker_state=images ;;
    images)
        if worker_images; then worker_state=up; else rest 5; fi ;;
    esac
    [ "$worker_state" = up ]
}

# A kubelet.conf that lies there is taken as it is, and no token is read then.
worker_bootstrap() {
    case $K0S_RELEASE,$role,$flag_token_file in v1.35.1+*,worker,?*) token_decodes ;; esac
    [ ! -s "$data/kubelet.conf" ] || return 0
    if [ "$role" = controller ]; then
        worker_signs "system:bootstrap:$(tr -dc 'a-z0-9' </dev/urandom | head -c 6)" "$(api_url)"
        return
    fi
    rm -rf "$work/token" && mkdir -p "$work/token"
    if [ -s "$data/kubelet-bootstrap.conf" ]; then
        kubeconfig_open "$data/kubelet-bootstrap.conf" "$work/token" || fails 'failed to parse kubelet bootstrap kubeconfig from file'
        printf '%s\n' "$server" >"$work/token/server"
        printf '%s\n' "$token" >"$work/token/token"
        value "$work/token/kubeconfig.flat" 0 'users|0|name' >"$work/token/user"
    elif [ -n "$token_text$flag_token_file" ]; then
        token_read
        problem=$(k0s_token_open "$token_text" "$work/token" 2>&1) || fails "failed to decode join token: ${problem#Error: }"
    else fails 'neither regular nor bootstrap kubelet kubeconfig files exist and no join token given; dunno how to make kubelet authenticate to API server'; fi
    if [ ! -e "$pki/ca.crt" ]; then
        mkdir -p "$pki" && chmod 751 "$pki"
        cp "$work/token/ca.crt" "$pki/ca.crt" && chmod 644 "$pki/ca.crt"
    fi
    user=$(cat "$work/token/user")
    [ "$user" = kubelet-bootstrap ] || fails "wrong token type $user, expected type: kubelet-bootstrap"
    log info "Bootstrapping kubelet client configuration using $node_name as node name"
    server=$(cat "$work/token/server") bearer=$(cat "$work/token/token")
    delay=1
    for attempt in 1 2 3 4 5 6 7 8 9 10; do
        if worker_asks >"$work/answer"; then
            worker_signs "system:bootstrap:${bearer%.*}" "$server"
            return
        fi
        log debug "Failed to bootstrap kubelet client configuration in attempt #$attempt, retrying after backoff: $(cat "$work/answer")"
        [ "$attempt" = 10 ] || rest $delay
        delay=$((delay * 2))
    done
    fails "failed to bootstrap kubelet client configuration: $(cat "$work/answer")"
}

# Asks for a certificate with the token; sets $cluster, or prints what is wrong.
worker_asks() {
    hostport=${server#https://} && hostport=${hostport%%/*}
    server_host=${hostport%:*} server_port=${hostport##*:}
    asked="cannot create certificate signing request: Post \"$server/apis/certificates.k8s.io/v1/certificatesigningrequests\""
    api_reach "$server_host" "$server_port" >"$work/trouble" || { echo "$asked: $(cat "$work/trouble")"; return 1; }
    trouble=$(api_trust "$work/token/ca.crt" "$server_host") || { echo "$asked: $trouble"; return 1; }
    k0s_token_known "${bearer%.*}" "${bearer#*.}" authentication || { echo 'cannot create certificate signing request: Unauthorized'; return 1; }
    [ -e "$cluster/signer.key" ] && [ "$(cat "$cluster/service-account")" = works ] || { pause 60; echo 'timed out waiting for the condition'; return 1; }
}

# worker_signs REQUESTOR SERVER: the certificate comes from the cluster's controller manager, at once and by itself.
worker_signs() {
    csr_new kubernetes.io/kube-apiserver-client-kubelet "$1" approved "system:node:$node_name"
    mkdir -p "$work/signer" "$kubelet_root/pki"
    cp "$cluster/ca.crt" "$work/signer/ca.crt" && (umask 077 && cp "$cluster/signer.key" "$work/signer/ca.key")
    algorithm=ECDSA-P256 days=365 && sign "$work/node" "$work/signer/ca" "system:node:$node_name" system:nodes clientAuth ''
    current=$kubelet_root/pki/kubelet-client-current.pem
    made=$kubelet_root/pki/kubelet-client-$(date +%Y-%m-%d-%H-%M-%S).pem
    (umask 077 && cat "$work/node.crt" "$work/node.key" >"$made")
    ln -sfn "$made" "$current"
    kubeconfig_document "$2" "$cluster/ca.crt" default-cluster default-context default-auth /dev/null /dev/null |
        sed "s#client-certificate-data:.*#client-certificate: $current#; s#client-key-data:.*#client-key: $current#" >"$work/kubelet.conf"
    (umask 077 && cat "$work/kubelet.conf" >"$data/kubelet.conf")
    rm -rf "$work/signer" "$work/node.key"
}

# Reaches the API as the kubelet; sets $cluster, $listener and $identity, or prints what is wrong.
worker_reaches() {
    mkdir -p "$work/kubelet"
    kubeconfig_open "$data/kubelet.conf" "$work/kubelet" && [ -s "$work/kubelet/client.crt" ] || { echo "error loading config file \"$data/kubelet.conf\""; return 1; }
    same_pair "$work/kubelet/client.crt" "$work/kubelet/client.key" || { echo 'tls: private key does not match public key'; return 1; }
    api_reach "$server_host" "$server_port" >"$work/trouble" || worker_remembers || { echo "Get \"$server/api\": $(cat "$work/trouble")"; return 1; }
    trouble=$(api_trust "$work/kubelet/ca.crt" "$server_host") || { echo "Get \"$server/api\": $trouble"; return 1; }
    identity=$(api_identity "$work/kubelet/client.crt") || { echo Unauthorized; return 1; }
}

# The addresses of the API that it found the last time, where the one in kubelet.conf does not answer.
worker_remembers() {
    [ -s "$data/worker-api-addresses" ] || return 1
    while read -r server_host server_port; do
        ! api_reach "$server_host" "$server_port" >/dev/null || return 0
    done <"$data/worker-api-addresses"
    return 1
}

# The profile is a ConfigMap of the worker's own minor version: there is none for a kubelet that is newer than every controller.
worker_profile() {
    worker_reaches || return 1
    map=worker-config-${flag_profile:-default}-1.$(minor "$K0S_RELEASE")
    case $identity in
    'system:node:'*' system:nodes' | *' system:masters') ;;
    *) echo "configmaps \"$map\" is forbidden: User \"${identity% *}\" cannot get resource \"configmaps\" in API group \"\" in the namespace \"kube-system\"" && return 1 ;;
    esac
    [ -e "$cluster/object/kube-system/configmap/$map.yaml" ] || { echo "configmaps \"$map\" not found"; return 1; }
    [ "$(minor "$K0S_RELEASE")" -le "$(minor "$(api_version)")" ] || { echo "kubelet $(kubernetes_of "$K0S_RELEASE") is newer than the API server, which is $(api_version)"; return 1; }
}

# containerd, what the kernel is told, and the images that lie ready.
worker_runtime() {
    echo 1 >/proc/sys/net/ipv4/ip_forward
    [ "$role" = controller ] || process_listens
    rest 1
    cp -dR "$STATE/socket" /run/k0s/containerd.sock
    : >"$RUNNING/containerd"
    [ "$role" = controller ] || process_serves
    k0s_images_import "$data"
}

worker_registers() {
    worker_reaches || return 1
    own="system:node:$node_name system:nodes"
    [ "$identity" = "$own" ] || { echo "nodes \"$node_name\" is forbidden: User \"${identity% *}\" is not allowed to modify node \"$node_name\""; return 1; }
    kubelet_flags="$flag_kubelet_extra_args"
    labels=$(kubelet_flag "$kubelet_flags" node-labels) taints=$(kubelet_flag "$kubelet_flags" register-with-taints)
    labels=$labels,$flag_labels taints=$taints,$(printf '%s\n' "$flag_taints" | paste -s -d ,)
    if [ "$role" = controller ]; then
        labels=$labels,node.k0sproject.io/role=control-plane,node-role.kubernetes.io/control-plane=true
        [ "$single" = true ] || [ "$flag_no_taints" = true ] || taints=$taints,node-role.kubernetes.io/control-plane:NoSchedule
    fi
    mkdir -p -m 700 "$kubelet_root" "$WIRE/routes/$(sim_host)"
    address=$(resolve "$server_host") && echo "$address $server_port" >"$WIRE/routes/$(sim_host)/server"
    rm -f "$WIRE/routes/$(sim_host)/balances"
    [ "$(cat "$cluster/balances" 2>/dev/null)" != true ] || echo "${cluster##*/}" >"$WIRE/routes/$(sim_host)/balances"
    for heard in "$WIRE"/listen/*; do
        [ "$(cat "$heard/cluster" 2>/dev/null)" != "${cluster##*/}" ] || basename "$heard" | tr ':' ' '
    done >"$data/worker-api-addresses"
    now_ms >"$WIRE/kubelets/$(sim_host)"
    # Images come before the network: until then the node is not ready.
    mkdir -p "$cluster/node/$node_name" && echo pending >"$cluster/node/$node_name/pods"
    put_node "$node_name" "$(cat "$listener/ready-ms")" "$(kubernetes_of "$K0S_RELEASE")" "--node-ip=$(kubelet_flag "$kubelet_flags" node-ip) --node-labels=$(echo "$labels" | sed 's/^,*//; s/,,*/,/g; s/,$//') --register-with-taints=$(echo "$taints" | sed 's/^,*//; s/,,*/,/g; s/,$//; s/=:/:/g')"
    csr_of kubernetes.io/kubelet-serving "system:node:$node_name" approved || csr_new kubernetes.io/kubelet-serving "system:node:$node_name" pending "system:node:$node_name"
}

# The pods of k0s on a node: without their images there is no network.
worker_images() {
    k0s_images_import "$data"
    k0s_images_ready "$cluster/k0s.yaml" >"$work/pulled" || { log error "$(cat "$work/pulled")"; return 1; }
    echo up >"$cluster/node/$node_name/pods"
}
