# k0s's own etcd, and k0s etcd member-list and leave, which ask the member on this host. Sourced.

# Starts the member: the one that was, one that joins as a learner, or the first of a new cluster.
etcd_start() {
    database=$data/etcd/member/snap/db
    mkdir -p -m 700 "$data/etcd"
    if [ -e "$database" ]; then
        [ -z "$join_client" ] || log warning 'etcd db file(s) already exist, not gonna run join process'
        cluster=$WIRE/clusters/$(cat "$data/etcd/member/cluster")
    elif [ -n "$join_client" ]; then etcd_join
    else cluster=$WIRE/clusters/$(cat /proc/sys/kernel/random/uuid); fi
    pki_etcd
    if [ ! -e "$database" ]; then
        mkdir -p -m 700 "$data/etcd/member/snap"
        (umask 077 && : >"$database" && echo "${cluster##*/}" >"$data/etcd/member/cluster")
    fi
    if [ -z "$(etcd_members)" ]; then
        cluster_begin
        : >"$cluster/joinable"
        etcd_add "$name" "$peer_address" voter
        cp "$pki/etcd/ca.crt" "$cluster/join/etcd-ca.crt"
        (umask 077 && cp "$pki/etcd/ca.key" "$cluster/join/etcd-ca.key")
    fi
    etcd_ready
}

# Ten attempts, with more and more time in between.
etcd_join() {
    delay=1
    for attempt in 1 2 3 4 5 6 7 8 9 10; do
        if join_asks etcd/members >"$work/answer" && etcd_takes >"$work/answer"; then
            if ! { [ -e "$pki/etcd/ca.crt" ] && [ -e "$pki/etcd/ca.key" ]; }; then
                cp "$cluster/join/etcd-ca.crt" "$pki/etcd/ca.crt"
                (umask 077 && cp "$cluster/join/etcd-ca.key" "$pki/etcd/ca.key")
            fi
            return
        fi
        log debug "Failed to synchronize etcd config in attempt #$attempt, retrying after backoff: $(cat "$work/answer")"
        [ "$attempt" = 10 ] || rest $delay
        delay=$((delay * 2)) && [ $delay -lt 60 ] || delay=60
    done
    fails "failed to start controller node components: failed to sync etcd config: failed to synchronize etcd config with existing cluster via $join_server: $(cat "$work/answer")"
}

# Adds this host as a learner, or prints why the cluster does not take it.
etcd_takes() {
    etcd_down >/dev/null && { etcd_error 'etcdserver: unhealthy cluster'; return 1; }
    for member in $(etcd_members); do
        [ "$(cat "$cluster/etcd/$member/address")" != "$peer_address" ] || { etcd_error 'etcdserver: Peer URLs already exists'; return 1; }
    done
    etcd_learner "$name" || { etcd_error 'etcdserver: too many learner members in cluster'; return 1; }
    etcd_add "$name" "$peer_address" learner
}

etcd_error() { echo "an error on the server (\"$1\") has prevented the request from succeeding"; }

# A member is ready once it votes; one with another CA than the others' never is.
etcd_ready() {
    step k0s controller/etcd-learner
    if [ "$(pin "$pki/etcd/ca.crt")" = "$(pin "$cluster/join/etcd-ca.crt")" ]; then
        trouble='context deadline exceeded'
        [ -e "$cluster/etcd/$name/state" ] || trouble='the member has been permanently removed from the cluster'
        [ ! -e "$cluster/etcd/$name/state" ] || sim_host >"$WIRE/etcd/$peer_address"
    else trouble='tls: failed to verify certificate: x509: certificate signed by unknown authority'; fi
    limit=$(by 120)
    until [ -e "$WIRE/etcd/$peer_address" ] && [ "$(cat "$cluster/etcd/$name/state" 2>/dev/null)" = voter ] && etcd_answers; do
        [ "$(now_ms)" -lt "$limit" ] || fails "failed to start controller node components: etcd health check failed: $trouble"
        rest 0.5
    done
}

k0s_etcd() {
    sub=${1:-}
    [ $# -gt 0 ] && shift
    command_path="etcd $sub"
    case $sub in
    member-list) flags "$common_flags" "$@" && no_words ;;
    leave) flags "$common_flags peer-address=" "$@" ;;
    '' | -h | --help) k0s_help && return ;;
    *) fails "unknown command \"$sub\" for \"k0s etcd\"" ;;
    esac
    locations
    problem=$(config_open /etc/k0s/k0s.yaml '') || fails "$problem"
    storage=$(configured 'spec|storage|type' etcd)
    [ "$storage" = etcd ] || fails "wrong storage type: $storage"
    [ -z "$(configured 'spec|storage|etcd|externalCluster|endpoints|0')" ] || fails "command 'k0s etcd' does not support external etcd cluster"
    step k0s "etcd/$sub"
    case $sub in member-list) etcd_list ;; *) etcd_leave ;; esac
}

# The member of this host, which must run; sets $cluster or ends k0s.
etcd_client() { # WHAT-FAILED
    [ -r "$pki/apiserver-etcd-client.crt" ] || fails "$1: open $pki/apiserver-etcd-client.crt: no such file or directory"
    cluster=$WIRE/clusters/$(cat "$data/etcd/member/cluster" 2>/dev/null)
    grep -qsx "$(sim_host)" "$WIRE"/etcd/* && running && [ -d "$cluster/etcd" ] || fails "$2: rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused\""
    etcd_answers || { pause 5; fails "$2: etcdserver: request timed out"; }
}

etcd_list() {
    etcd_client "can't list etcd cluster members" "can't list etcd cluster members"
    for member in $(etcd_members); do printf '"%s":"https://%s:2380"\n' "$member" "$(cat "$cluster/etcd/$member/address")"; done | sort | paste -s -d , | sed 's/^/{"members":{/; s/$/}}/'
}

etcd_leave() {
    address=${flag_peer_address:-$(configured 'spec|storage|etcd|peerAddress' "$(host_address)")}
    etcd_client "can't connect to the etcd" 'etcd member list failed'
    for member in $(etcd_members); do
        [ "$(cat "$cluster/etcd/$member/address")" = "$address" ] || continue
        id=$(cat "$cluster/etcd/$member/id")
        if ! etcd_spares "$member"; then
            log error 'Failed to delete node from cluster' >&2
            fails 'etcdserver: re-configuration failed due to not enough started members'
        fi
        etcd_remove "$member"
        log info "Successfully deleted peerID=$id" >&2
        return
    done
    log error 'Failed to get peer name' >&2
    fails "etcd member list failed: peer not found: https://$address:2380"
}
