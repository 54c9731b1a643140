# kubectl get. Sourced.
age() { s=$(($(date +%s) - $(date -d "$1" +%s))); if [ "$s" -lt 120 ]; then echo "${s}s"; elif [ "$s" -lt 7200 ]; then echo "$((s / 60))m"; else echo "$((s / 3600))h"; fi; }

# heartbeat NAME: sets $beat to when its kubelet last told its state: every ten seconds from its start on, or long ago.
heartbeat() {
    take owner "$cluster/node/$1/host"
    take began "$WIRE/kubelets/$owner"
    if [ -z "$began" ]; then
        take beat "$cluster/node/$1/created"
        return
    fi
    now=${instant:-$(now_ms)}
    told=$(((now - (now - began) % ${heartbeats:=$(scaled_ms 10)}) / 1000))
    # Most of them have told theirs in the same second.
    [ "$told" = "${told_before:-}" ] || { told_before=$told && told_text=$(date -u -d "@$told" +%Y-%m-%dT%H:%M:%SZ); }
    beat=$told_text
}

# node_flat NAME PREFIX: the Node object, as lines of PATH<TAB>VALUE. Lists ask for a thousand of them: hence no process for any line.
node_flat() {
    directory=$cluster/node/$1
    node_ready "$1"
    heartbeat "$1"
    for what in uid created address version; do take "node_$what" "$directory/$what"; done
    # shellcheck disable=SC2154 # just taken
    flat "$2" apiVersion v1 kind Node 'metadata|name' "$1" 'metadata|uid' "$node_uid" 'metadata|creationTimestamp' "$node_created"
    for what in labels annotations; do
        [ ! -s "$directory/$what" ] || while IFS= read -r line; do flat "$2" "metadata|$what|${line%%=*}" "${line#*=}"; done <"$directory/$what"
    done
    number=0
    flat_taints "$1" "$2"
    [ ! -e "$directory/unschedulable" ] || flat "$2" 'spec|unschedulable' true
    # shellcheck disable=SC2154 # just taken
    flat "$2" 'status|addresses|0|address' "$node_address" 'status|addresses|0|type' InternalIP 'status|addresses|1|address' "$1" 'status|addresses|1|type' Hostname
    for what in allocatable capacity; do flat "$2" "status|$what|cpu" 2 "status|$what|memory" 4Gi "status|$what|pods" 110; done
    case $ready in True) reason=KubeletReady ;; False) reason=KubeletNotReady ;; *) reason=NodeStatusUnknown ;; esac
    flat "$2" 'status|conditions|0|type' Ready 'status|conditions|0|status' "$ready" 'status|conditions|0|reason' "$reason" 'status|conditions|0|message' "$ready_message" 'status|conditions|0|lastHeartbeatTime' "$beat"
    # shellcheck disable=SC2154 # just taken
    flat "$2" 'status|nodeInfo|kubeletVersion' "$node_version" 'status|nodeInfo|containerRuntimeVersion' containerd://2.1.4 'status|nodeInfo|osImage' 'Simulated Linux' 'status|nodeInfo|architecture' amd64 'status|nodeInfo|operatingSystem' linux
}

# flat PREFIX PATH VALUE [PATH VALUE]...
flat() {
    prefix=$1 && shift
    while [ $# -gt 0 ]; do
        printf '%s%s\t%s\n' "$prefix" "$1" "$2"
        shift 2
    done
}

# flat_taints NAME PREFIX: taints of a node, those of its condition included.
flat_taints() {
    while IFS= read -r line; do flat_taint "$2" "$line"; done <"$cluster/node/$1/taints"
    [ ! -e "$cluster/node/$1/unschedulable" ] || flat_taint "$2" node.kubernetes.io/unschedulable:NoSchedule
    case $ready in False) flat_taint "$2" node.kubernetes.io/not-ready:NoSchedule ;; Unknown) flat_taint "$2" node.kubernetes.io/unreachable:NoSchedule ;; esac
}

# flat_taint PREFIX KEY[=VALUE]:EFFECT: the one of $number.
flat_taint() {
    [ -n "$2" ] || return 0
    pair=${2%:*}
    flat "$1" "spec|taints|$number|key" "${pair%%=*}"
    case $pair in *=?*) flat "$1" "spec|taints|$number|value" "${pair#*=}" ;; esac
    flat "$1" "spec|taints|$number|effect" "${2##*:}"
    number=$((number + 1))
}

# matches SELECTOR FILE-OF-LABELS
matches() {
    for want in $(echo "$1" | tr ',' ' '); do
        case $want in
        !*) ! grep -q "^${want#!}=" "$2" || return 1 ;;
        *!=*) ! grep -qxF "${want%%!=*}=${want#*!=}" "$2" || return 1 ;;
        *=*) grep -qxF "${want%%=*}=${want##*=}" "$2" || return 1 ;;
        *) grep -q "^$want=" "$2" || return 1 ;;
        esac
    done
}

visible_nodes() (
    instant=$(now_ms)
    for entry in "$cluster"/node/*; do
        node_visible "${entry##*/}" && { [ -z "$selector" ] || matches "$selector" "$entry/labels"; } && echo "${entry##*/}"
    done
)

print_flat() { # FILE
    case $output in
    json) awk -f "$SIM/lib/json.awk" "$1" ;;
    yaml) awk -f "$SIM/lib/json.awk" "$1" ;;
    jsonpath=*) awk -v template="$(printf '%s' "${output#jsonpath=}" | sed 's/\\/\\\\/g')" -f "$SIM/lib/jsonpath.awk" "$1" ;;
    *) fail "error: unable to match a printer suitable for the output format \"$output\", allowed formats are: json,jsonpath,name,wide,yaml" ;;
    esac
}

get_nodes() {
    allowed "$([ $# -gt 0 ] && echo get || echo list)" nodes
    missing=''
    if [ $# -gt 0 ]; then
        found=''
        for name in "$@"; do
            if node_visible "$name"; then found="$found $name"; else missing="$missing $name"; fi
        done
    else found=$(visible_nodes); fi
    # shellcheck disable=SC2086 # names on purpose
    set -- "$#" $found
    asked=$1 && shift
    case $output in
    name) for name in "$@"; do echo "node/$name"; done ;;
    '' | wide)
        if [ $# -gt 0 ]; then table_nodes "$@"; elif [ -z "$missing" ]; then echo 'No resources found' >&2; fi ;;
    *)
        if [ "$asked" = 1 ] && [ -z "$selector" ]; then
            [ -n "$missing" ] || { node_flat "$1" '' >"$work/flat"; print_flat "$work/flat"; }
        else
            printf 'apiVersion\tv1\nkind\tList\n' >"$work/flat"
            i=0
            for name in "$@"; do node_flat "$name" "items|$i|" >>"$work/flat"; i=$((i + 1)); done
            [ $i -gt 0 ] || printf 'items\t[]\n' >>"$work/flat"
            print_flat "$work/flat"
        fi ;;
    esac
    [ -z "$missing" ] || [ -n "$ignore_missing" ] || { for name in $missing; do echo "Error from server (NotFound): nodes \"$name\" not found" >&2; done; exit 1; }
}

table_nodes() {
    width=$(for name in NAME "$@"; do echo ${#name}; done | sort -n | tail -n 1)
    [ -z "$headers" ] || printf "%-${width}s   %-24s   %-15s   %-5s   %-8s%s\n" NAME STATUS ROLES AGE VERSION "$([ "$output" != wide ] || echo '   INTERNAL-IP   EXTERNAL-IP   OS-IMAGE          KERNEL-VERSION   CONTAINER-RUNTIME')"
    for name in "$@"; do
        node_ready "$name"
        case $ready in True) status=Ready ;; *) status=NotReady ;; esac
        [ ! -e "$cluster/node/$name/unschedulable" ] || status=$status,SchedulingDisabled
        roles=$(sed -n 's#^node-role.kubernetes.io/\([^=]*\)=.*#\1#p' "$cluster/node/$name/labels" | sort | paste -s -d ,)
        printf "%-${width}s   %-24s   %-15s   %-5s   %-8s%s\n" "$name" "$status" "${roles:-<none>}" "$(age "$(cat "$cluster/node/$name/created")")" "$(cat "$cluster/node/$name/version")" "$([ "$output" != wide ] || printf '   %s   <none>   Simulated Linux   %s   containerd://2.1.4' "$(cat "$cluster/node/$name/address")" "$(uname -r)")"
    done
}

# Static and add-on pods, a line each: name, ready, status, restarts, node, since. Enough to see a controller manager that crashes.
pod_lines() {
    for name in $(visible_nodes); do
        pods="kube-proxy-$name"
        if [ -e "$cluster/k0s" ]; then pods="konnectivity-agent-$name kube-proxy-$name kube-router-$name"
        else ! grep -q '^node-role.kubernetes.io/control-plane=' "$cluster/node/$name/labels" || pods="$pods etcd-$name kube-apiserver-$name kube-controller-manager-$name kube-scheduler-$name"; fi
        for pod in $pods; do
            full=1/1 status=Running restarts=0
            case $pod in kube-controller-manager-*) [ "$(cat "$cluster/service-account")" = works ] || { full=0/1 status=CrashLoopBackOff restarts=5; } ;; esac
            echo "$pod $full $status $restarts $name $(cat "$cluster/node/$name/created")"
        done
    done
}

get_pods() {
    allowed list pods
    [ "$namespace" = kube-system ] || [ -n "$all" ] || { echo "No resources found in $namespace namespace." >&2; return; }
    [ "$output" = name ] || [ -z "$headers" ] || printf '%s%-40s %-8s %-18s %-8s %s\n' "${all:+NAMESPACE   }" NAME READY STATUS RESTARTS AGE
    pod_lines | while read -r pod full status restarts _ created; do
        if [ "$output" = name ]; then echo "pod/$pod"; else printf '%s%-40s %-8s %-18s %-8s %s\n' "${all:+kube-system }" "$pod" "$full" "$status" "$restarts" "$(age "$created")"; fi
    done
}

# What is behind the services: the API server, CoreDNS once a node is Ready, and nothing behind those that were applied, for no pod of theirs runs.
get_endpoints() {
    allowed list endpoints
    dns='<none>'
    for name in $(visible_nodes); do
        node_ready "$name"
        [ "$ready" != True ] || dns=10.244.0.2:53,10.244.0.3:53
    done
    [ -z "$headers" ] || printf '%s%-20s %-40s %s\n' "${all:+NAMESPACE     }" NAME ENDPOINTS AGE
    for line in "default kubernetes $(cat "$cluster/endpoint")" "kube-system kube-dns $dns" $(for object in "$cluster/object"/*/service/*.yaml; do [ -e "$object" ] && echo "$object"; done); do
        case $line in
        /*) place=${line%/service/*} && line="${place##*/} $(basename "$line" .yaml) <none>" ;;
        esac
        [ -n "$all" ] || [ "${line%% *}" = "$namespace" ] || continue
        # shellcheck disable=SC2086 # three words
        set -- $line
        printf '%s%-20s %-40s %s\n' "${all:+$(printf '%-13s ' "$1")}" "$2" "$3" 1m
    done
}

# The cluster-info ConfigMap with the signatures of the moment: HS256 over an empty payload, as a detached JWS.
cluster_info() {
    object=$work/cluster-info.yaml
    [ -e "$cluster/cluster-info" ] || return 0
    {
        printf 'apiVersion: v1\ndata:\n'
        for entry in "$cluster"/token/*; do
            [ -e "$entry/secret" ] && token_signed "${entry##*/}" || continue
            header=$(printf '{"alg":"HS256","kid":"%s"}' "${entry##*/}" | base64 -w 0 | tr -d '=' | tr '/+' '_-')
            printf '  jws-kubeconfig-%s: %s..%s\n' "${entry##*/}" "$header" "$(printf '%s.' "$header" | openssl dgst -sha256 -mac HMAC -macopt "key:$(cat "$entry/secret")" -binary | base64 -w 0 | tr -d '=' | tr '/+' '_-')"
        done
        printf '  kubeconfig: |\n    apiVersion: v1\n    clusters:\n    - cluster:\n        certificate-authority-data: %s\n        server: https://%s\n      name: ""\n    kind: Config\n' "$(base64 -w 0 "$cluster/ca.crt")" "$(cat "$cluster/endpoint")"
        printf 'kind: ConfigMap\nmetadata:\n  name: cluster-info\n  namespace: kube-public\n'
    } >"$object"
}

get_objects() { # KIND [NAME]
    kind=$1 && shift
    place=$namespace
    ! cluster_wide "$kind" || place=_
    allowed "$([ $# -gt 0 ] && echo get || echo list)" "$(plural "$kind")"
    if [ $# -eq 0 ]; then
        for object in "$cluster/object"/$([ -n "$all" ] && echo '*' || echo "$place")/"$kind"/*.yaml; do
            [ -e "$object" ] || continue
            base=$(basename "$object" .yaml)
            if [ "$output" = name ]; then echo "$kind/$base"; else echo "$base"; fi
        done
        return
    fi
    [ "$kind" != namespace ] || case $1 in default | kube-system | kube-public | kube-node-lease) [ "$output" = name ] && echo "namespace/$1" || echo "$1"; return ;; esac
    for name in "$@"; do
        object=$cluster/object/$place/$kind/$name.yaml
        [ "$place/$kind/$name" != kube-public/configmap/cluster-info ] || cluster_info
        if [ ! -e "$object" ]; then
            [ -n "$ignore_missing" ] && continue
            fail "Error from server (NotFound): $(plural "$kind") \"$name\" not found"
        fi
        case $output in
        name) echo "$kind/$name" ;;
        yaml) cat "$object" ;;
        '' | wide) echo "$name" ;;
        *) flatten "$object" | cut -f 2- >"$work/flat" && print_flat "$work/flat" ;;
        esac
    done
}

kubectl_get() {
    [ $# -gt 0 ] || fail 'error: Required resource not specified.'
    api_open
    case $1 in */*) set -- "${1%%/*}" "${1#*/}" ;; esac
    kind=$(kind_of "$1") && shift
    case $kind in
    node) get_nodes "$@" ;;
    pod) get_pods ;;
    endpoint) get_endpoints ;;
    certificatesigningrequest) . "$SIM/lib/kubectl-csr.sh" && get_requests "$@" ;;
    event) allowed list events && . "$SIM/lib/k0s-config.sh" && k0s_events "$output" ;;
    *) get_objects "$kind" "$@" ;;
    esac
}
