# k0s controller: configuration, certificates, etcd, API server, and what the one that leads does for all. Sourced.
. "$SIM/lib/k0s-config.sh"
. "$SIM/lib/k0s-token.sh"
. "$SIM/lib/k0s-process.sh"
. "$SIM/lib/k0s-pki.sh"
. "$SIM/lib/k0s-etcd.sh"
. "$SIM/lib/k0s-lead.sh"
. "$SIM/lib/k0s-worker.sh"

k0s_controller() {
    command_path=controller role=controller
    flags "$common_flags $config_flags $controller_flags $worker_flags ignore-pre-flight-checks" "$@"
    single=${flag_single:-false} workloads=${flag_enable_worker:-false}
    [ "$single" != true ] || workloads=true
    token_source
    disabled_components=$(printf '%s' "$flag_disable_components" | tr '\n' ',')
    for component in $(echo "$disabled_components" | tr ',' ' '); do
        case $component in
        applier-manager | autopilot | control-api | coredns | csr-approver | endpoint-reconciler | helm | konnectivity-server | kube-controller-manager | kube-proxy | kube-scheduler | metrics-server | network-provider | node-role | system-rbac | update-prober | windows-node | worker-config) ;;
        *) fails "unknown component $component" ;;
        esac
    done
    locations
    kubelet_root=${flag_kubelet_root_dir:-$data/kubelet}
    process_begin controller "$@"
    step k0s controller/config
    controller_configuration
    echo "$workloads" >"$RUNNING/workloads"
    echo "$single" >"$RUNNING/single"
    cp "$work/config" "$RUNNING/config"
    mkdir -p "$pki"
    step k0s controller/join
    join_client=''
    if [ -n "$token_text$flag_token_file" ] && needs_to_join; then join_ca; fi
    log info "using api address: $api_address"
    log info "using storage backend $storage"
    step k0s controller/certificates
    pki_start
    process_listens
    step k0s controller/storage
    storage_start
    step k0s controller/api
    api_start
    process_serves
    stack_write
    lead_begin
    worker_state=''
    [ "$workloads" = true ] || worker_state=none
    while :; do
        rest_a_pass
        if ! storage_holds; then continue; fi
        lead_pass
        case $worker_state in none | up) ;; *) worker_pass || : ;; esac
    done
}

disabled() { case ",$disabled_components," in *",$1,"*) return 0 ;; esac; return 1; }

# More than one is an error; sets $token_text to what was given otherwise than by file.
token_source() {
    token_text=${words%% *}
    environment=${K0S_JOIN_TOKEN:-${K0S_TOKEN:-}}
    sources=0
    for source in "$token_text" "$flag_token_file" "$environment"; do [ -z "$source" ] || sources=$((sources + 1)); done
    [ "$sources" -lt 2 ] || fails "you can only pass one token source: either as a CLI argument, via '--token-file [path]', or via the K0S_JOIN_TOKEN / K0S_TOKEN environment variables"
    token_text=${token_text:-$environment}
}

# Sets $token_text, or ends k0s.
token_read() {
    [ -z "$token_text" ] || return 0
    problem=''
    if [ ! -e "$flag_token_file" ]; then problem='not found'; elif [ ! -s "$flag_token_file" ]; then problem='is empty'; fi
    [ -z "$problem" ] || fails "token file \"$flag_token_file\" $problem: obtain a new token via \"k0s token create ...\" and store it in the file or reinstall this node via \"k0s install --force ...\" or \"k0sctl apply --force ...\""
    token_text=$(cat "$flag_token_file")
}

# A word that can be opened, whatever it leads to.
token_decodes() {
    token_read
    mkdir -p "$work/token"
    problem=$(k0s_token_open "$token_text" "$work/token" 2>&1) || fails "failed to decode join token: ${problem#Error: }"
}

controller_configuration() {
    config_file=${flag_config:-/etc/k0s/k0s.yaml}
    problem=$(config_open "$config_file" "$flag_config") || fails "failed to load node config: $problem"
    [ ! -s "$work/config" ] || problem=$(k0s_config_check "$config_file" 2>&1) || fails "invalid node config: ${problem#Error: }"
    name=$(hostname)
    api_address=$(configured 'spec|api|address' "$(host_address)")
    api_port=$(configured 'spec|api|port' 6443)
    join_port=$(configured 'spec|api|k0sApiPort' 9443)
    external=$(configured 'spec|api|externalAddress')
    external=${external%:*}
    storage=$(configured 'spec|storage|type' "$([ "$single" = true ] && echo kine || echo etcd)")
    peer_address=$(configured 'spec|storage|etcd|peerAddress' "$(host_address)")
    domain=$(configured 'spec|network|clusterDomain' cluster.local)
    service_cidr=$(configured 'spec|network|serviceCIDR' 10.96.0.0/12)
    provider=$(configured 'spec|network|provider' kuberouter)
    days=$(($(seconds "$(configured 'spec|api|ca|certificatesExpireAfter' 8760h)") / 86400))
    virtual=''
    if [ "$(configured 'spec|network|controlPlaneLoadBalancing|enabled')" = true ]; then
        [ "$single" != true ] || fails 'control plane load balancing cannot be used in a single-node cluster'
        virtual=$(awk -F '\t' '$1 == 0 && $2 ~ /^spec\|network\|controlPlaneLoadBalancing\|keepalived\|vrrpInstances\|[0-9]+\|virtualIPs\|[0-9]+$/ { sub(/\/.*/, "", $3); print $3 }' "$work/config")
    fi
    balances=$(configured 'spec|network|nodeLocalLoadBalancing|enabled' false)
    [ "$single$balances" != truetrue ] || fails 'node-local load balancing cannot be used in a single-node cluster'
    if [ -e "$data/db/state.db" ] || [ -e "$data/etcd/member/snap/db" ]; then release_follows; fi
}

# A controller goes up one minor at a time and never down.
release_follows() {
    [ -s "$data/.release" ] || return 0
    before=$(cat "$data/.release")
    [ "$(minor "$K0S_RELEASE")" -ge "$(minor "$before")" ] || fails "failed to start controller node components: etcd: cluster cannot be downgraded (current version: $K0S_RELEASE is lower than determined cluster version: $before)"
    [ "$(minor "$K0S_RELEASE")" -le $(($(minor "$before") + 1)) ] || fails "failed to start controller node components: $K0S_RELEASE skips a minor version after $before"
}

# The other controllers that run may be one minor away.
release_fits() {
    for heard in "$WIRE"/listen/*; do
        [ "$(cat "$heard/cluster" 2>/dev/null)" = "${cluster##*/}" ] || continue
        distance=$(($(minor "$K0S_RELEASE") - $(minor "$(cat "$heard/version")")))
        [ "$distance" -le 1 ] && [ "$distance" -ge -1 ] || fails "failed to start controller node components: kube-apiserver $(kubernetes_of "$K0S_RELEASE") does not run beside $(cat "$heard/version")"
    done
}

# With etcd of its own a token is read until there is a database; else until there is a CA. One release wants to read it always.
needs_to_join() {
    case $K0S_RELEASE in v1.35.1+*) token_decodes ;; esac
    if embedded_etcd; then [ ! -e "$data/etcd/member/snap/db" ]; else [ ! -e "$pki/ca.key" ] || [ ! -e "$pki/ca.crt" ]; fi
}

embedded_etcd() { [ "$storage" = etcd ] && [ -z "$(configured 'spec|storage|etcd|externalCluster|endpoints|0')" ]; }

# Fetches the CA and the service-account pair from the controller that the token names; they replace what lies there.
join_ca() {
    token_read
    rm -rf "$work/token" && mkdir -p "$work/token"
    problem=$(k0s_token_open "$token_text" "$work/token" 2>&1) || fails "failed to join controller: failed to create join client: failed to decode token: ${problem#Error: }"
    user=$(cat "$work/token/user")
    [ "$user" = controller-bootstrap ] || fails "failed to join controller: wrong token type $user, expected type: controller-bootstrap"
    join_server=$(cat "$work/token/server")
    join_client=1
    attempt=1 delay=0.1
    until join_asks ca >"$work/answer"; do
        [ "$attempt" -lt 10 ] || fails "failed to join controller: failed to sync CA: $(cat "$work/answer")"
        log debug "Failed to sync CA in attempt #$attempt: $(cat "$work/answer")"
        rest "$delay"
        attempt=$((attempt + 1)) delay=$(awk -v d="$delay" 'BEGIN { print d * 2 }')
    done
    cp "$cluster/ca.crt" "$cluster/join/sa.pub" "$pki/"
    (umask 077 && cp "$cluster/signer.key" "$pki/ca.key" && cp "$cluster/join/sa.key" "$pki/sa.key")
    log info 'got valid CA response'
}

# join_asks PATH: one request to the join API; sets $cluster, or prints what is wrong.
join_asks() {
    hostport=${join_server#https://} && hostport=${hostport%%/*}
    server_host=${hostport%:*} server_port=${hostport##*:}
    asked="\"$join_server/v1beta1/$1\""
    join_reach "$server_host" "$server_port" || { echo "Get $asked: $trouble"; return 1; }
    trouble=$(api_trust "$work/token/ca.crt" "$server_host") || { echo "Get $asked: $trouble"; return 1; }
    [ -e "$cluster/joinable" ] || { echo 'the server could not find the requested resource'; return 1; }
    etcd_answers || { echo "Get $asked: context deadline exceeded (Client.Timeout exceeded while awaiting headers)"; return 1; }
    bearer=$(cat "$work/token/token")
    k0s_token_known "${bearer%.*}" "${bearer#*.}" controller-join || { echo 'the server has asked for the client to provide credentials'; return 1; }
}

# join_reach HOST PORT: sets $cluster and $listener, or $trouble.
join_reach() {
    address=$(resolve "$1") || { trouble="dial tcp: lookup $1 on 127.0.0.53:53: no such host"; return 1; }
    trouble="dial tcp $address:$2: connect: connection refused"
    for listener in "$WIRE/listen/$address":* $(for holder in "$WIRE/vip/$address"/*; do [ -e "$holder" ] && read -r _ behind <"$holder" && echo "$WIRE/listen/$behind":*; done); do
        [ "$(cat "$listener/join-port" 2>/dev/null)" = "$2" ] && [ "$(now_ms)" -ge "$(cat "$listener/ready-ms")" ] || continue
        cluster=$WIRE/clusters/$(cat "$listener/cluster")
        return 0
    done
    return 1
}

storage_start() {
    if embedded_etcd; then etcd_start; else kine_start; fi
    mkdir -p "$cluster/data" && : >"$cluster/data/$(sim_host)"
    release_fits
    echo "$K0S_RELEASE" >"$data/.release"
}

# A database of one's own, or one that others share: external etcd too is one that is somewhere else.
kine_start() {
    place=$(awk -F '\t' '$1 == 0 && $2 ~ /^spec\|storage\|(kine\|dataSource|etcd\|externalCluster\|(endpoints\|[0-9]+|etcdPrefix))$/ { print $3 }' "$work/config")
    case $place in
    '' | sqlite* | nats*)
        if [ ! -s "$data/db/state.db" ]; then
            mkdir -p -m 700 "$data/db"
            (umask 077 && cat /proc/sys/kernel/random/uuid >"$data/db/state.db")
        fi
        cluster=$WIRE/clusters/$(cat "$data/db/state.db") ;;
    *) cluster=$WIRE/clusters/$(printf '%s' "$place" | sha256sum | cut -c 1-32) ;;
    esac
    cluster_begin
    case $place in '' | sqlite* | nats*) ;; *) : >"$cluster/joinable" ;; esac
}

# cluster_begin: what a cluster consists of from its first moment on.
cluster_begin() {
    mkdir -p "$cluster/token" "$cluster/node" "$cluster/object" "$cluster/csr" "$cluster/join"
    : >"$cluster/k0s"
}

# Whether what the API stores is still there: a member that was taken out ends, and the API server with it.
storage_holds() {
    embedded_etcd || return 0
    [ ! -e "$cluster/etcd/$name/state" ] || return 0
    [ -e "$RUNNING/member-gone" ] || log error 'component etcd: the member has been permanently removed from the cluster'
    : >"$RUNNING/member-gone"
    off_the_wire
    return 1
}

api_start() {
    limit=$(by 120)
    until etcd_answers; do
        [ "$(now_ms)" -lt "$limit" ] || fails 'failed to start controller node components: kube-apiserver health check failed: etcdserver: request timed out'
        rest 1
    done
    cp "$pki/ca.crt" "$cluster/ca.crt"
    cp "$pki/sa.pub" "$cluster/join/"
    (umask 077 && cp "$pki/ca.key" "$cluster/signer.key" && cp "$pki/sa.key" "$cluster/join/")
    if [ "$(openssl pkey -in "$pki/sa.key" -pubout 2>/dev/null)" = "$(openssl pkey -pubin -in "$pki/sa.pub" 2>/dev/null)" ]; then echo works; else echo broken; fi >"$cluster/service-account"
    kubernetes_of "$K0S_RELEASE" >"$cluster/version"
    echo "${external:-$api_address}:$api_port" >"$cluster/endpoint"
    mkdir -p "$WIRE/routes/$(sim_host)"
    echo "$api_address" >"$WIRE/routes/$(sim_host)/address"
    heard=$WIRE/listen/$api_address:$api_port
    [ ! -e "$heard/cluster" ] || fails "failed to start controller node components: kube-apiserver: listen tcp $api_address:$api_port: bind: address already in use"
    mkdir -p "$heard"
    cp "$pki/server.crt" "$heard/apiserver.crt"
    echo "$pki/server.key" >"$heard/key"
    sim_host >"$heard/host"
    kubernetes_of "$K0S_RELEASE" >"$heard/version"
    echo "$join_port" >"$heard/join-port"
    echo $(($(now_ms) + $(scaled_ms 4))) >"$heard/ready-ms"
    echo "${cluster##*/}" >"$heard/cluster"
    for address in $virtual; do
        mkdir -p "$WIRE/vip/$address"
        echo "super-admin $api_address" >"$WIRE/vip/$address/$(sim_host)"
    done
    rest 4
}
