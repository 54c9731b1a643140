# The HTTP API of a cluster: nodes, namespaces, pods, services are read; nodes are patched and deleted, pods deleted and evicted. Run by the simulator as root of the host whose API server was asked.
# arguments: ADDRESS:PORT METHOD PATH USER GROUPS (a line each) FIELD-SELECTOR; a body comes on standard input, flat: PATH<TAB>VALUE<TAB>null|text|other.
# The method watch is a list that is only for who may watch. Prints the HTTP status in a line, then the JSON.
. /.simulator/lib/lib.sh
. "$SIM/lib/yaml.sh"
. "$SIM/lib/cluster.sh"
. "$SIM/lib/rbac.sh"
. "$SIM/lib/kubectl-get.sh"
. "$SIM/lib/pods.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/api.XXXXXX")
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2034 # kubectl-get.sh reads it
listener=$WIRE/listen/$1 method=$2 path=$3 user=$4 groups=$5 fields=${6:-} selector=''
take cluster "$listener/cluster"
cluster=$WIRE/clusters/$cluster

# refuse CODE REASON MESSAGE [DETAILS]
refuse() {
    printf '%s\n{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"%s","reason":"%s"%s,"code":%s}\n' "$1" "$(printf '%s' "$3" | sed 's/["\\]/\\&/g')" "$2" "${4:+,\"details\":$4}" "$1"
    exit 0
}

succeed() { printf '%s\n{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","code":%s}\n' "$1" "$1"; }

# admitted VERB RESOURCE
admitted() {
    case "
$groups
" in *'
system:masters
'*) return ;; *'
kubeadm:cluster-admins
'*) [ ! -e "$cluster/admins" ] || return ;; esac
    granted "$1" "$2" || refuse 403 Forbidden "$2 is forbidden: User \"$user\" cannot $1 resource \"$2\" in API group \"\" at the cluster scope"
}

# Prints what is flat on standard input as JSON objects, a line each; empty lines stand between them.
object_json() { awk -f "$SIM/lib/json.awk"; }

# items KIND: a list of the objects that come on standard input, a line each.
items() { paste -s -d , | sed "s/^/{\"kind\":\"$1List\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"$(now_ms)\"},\"items\":[/; s/\$/]}/"; }

# in_place NAMESPACE: whether things of the namespace are asked for.
in_place() { [ -z "$place" ] || [ "$place" = "$1" ]; }

# node_versions NAME...: NAME<TAB>VERSION of each, which changes with what of a node can be patched.
node_versions() {
    for name in "$@"; do for part in labels taints annotations unschedulable; do printf '%s\n' "$cluster/node/$name/$part"; done; done |
        { xargs cksum 2>/dev/null || :; } |
        awk '{ n = split($3, path, "/"); version[path[n - 1]] = version[path[n - 1]] "." $1 } END { for (name in version) print name "\tv" version[name] }'
}

# nodes_json NAME...: the objects, a line each, all of one moment.
nodes_json() {
    [ $# -gt 0 ] || return 0
    instant=$(now_ms)
    node_versions "$@" >"$work/versions"
    for name in "$@"; do node_flat "$name" '' && echo; done |
        awk -F '\t' 'NR == FNR { version[$1] = $2; next } { print } $1 == "metadata|name" { name = $2 } $1 == "metadata|uid" { print "metadata|resourceVersion\t" version[name] }' "$work/versions" - |
        object_json
    instant=''
}

# shellcheck disable=SC2046 # names
list_nodes() { nodes_json $(visible_nodes) | items Node; }

# body PATH: the value there, if there is one.
body() { awk -F '\t' -v path="$1" '$1 == path && $3 != "null" { print $2; exit }' "$work/body"; }

# patch_pairs FILE FIELD: labels or annotations, which null takes away.
patch_pairs() {
    [ -e "$1" ] || : >"$1"
    awk -F '\t' -v prefix="metadata|$2|" 'NR == FNR { if (index($1, prefix) == 1) { key = substr($1, length(prefix) + 1); changed[key] = 1; if ($3 != "null") now[++n] = key "=" $2 } next }
        { key = substr($0, 1, index($0, "=") - 1); if (!(key in changed)) print } END { for (i = 1; i <= n; i++) print now[i] }' "$work/body" "$1" >"$1.new" && mv "$1.new" "$1"
}

# The whole list; those that the node's condition makes come and go with it.
patch_taints() {
    awk -F '\t' '{ n = split($1, p, "|") } p[1] == "spec" && p[2] == "taints" && n == 4 { if (!(p[3] in seen)) { seen[p[3]] = 1; order[++count] = p[3] } field[p[3], p[4]] = $2 }
        END { for (i = 1; i <= count; i++) { t = order[i]; if (field[t, "key"] ~ /^node\.kubernetes\.io\/(unschedulable|not-ready|unreachable)$/) continue; print field[t, "key"] (field[t, "value"] == "" ? "" : "=" field[t, "value"]) ":" field[t, "effect"] } }' "$work/body" >"$1.new" && mv "$1.new" "$1"
}

patch_node() {
    given=$(body 'metadata|resourceVersion')
    [ -z "$given" ] || [ "$given" = "$(node_versions "$1" | cut -f 2)" ] || refuse 409 Conflict "Operation cannot be fulfilled on nodes \"$1\": the object has been modified; please apply your changes to the latest version and try again"
    for part in $(awk '{ split($1, p, "|") } !seen[p[2]]++ { print p[2] }' "$work/body"); do
        case $part in
        labels | annotations) patch_pairs "$cluster/node/$1/$part" "$part" ;;
        taints) patch_taints "$cluster/node/$1/taints" ;;
        unschedulable) if [ "$(body 'spec|unschedulable')" = true ]; then touch "$cluster/node/$1/unschedulable"; else rm -f "$cluster/node/$1/unschedulable"; fi ;;
        esac
    done
    echo 200
    nodes_json "$1"
}

# same_uid KIND NAME UID: refuses where the one that is meant is another.
same_uid() {
    wanted=$(body "${4:-}preconditions|uid")
    [ -z "$wanted" ] || [ "$wanted" = "$3" ] || refuse 409 Conflict "Operation cannot be fulfilled on $1 \"$2\": Precondition failed: UID in precondition: $wanted, UID in object meta: $3"
}

delete_node() {
    same_uid nodes "$1" "$(cat "$cluster/node/$1/uid")"
    rm -rf "$cluster/node/$1"
    succeed 200
}

# What of a pod can be done: get, delete, evict it.
one_pod() { # NAMESPACE NAME [SUBRESOURCE]
    case $method/${3:-} in
    get/) admitted get pods ;;
    delete/) admitted delete pods ;;
    post/eviction) admitted create pods/eviction ;;
    *) refuse 405 MethodNotAllowed 'the server does not allow this method on the requested resource' ;;
    esac
    pod_exists "$1" "$2" || refuse 404 NotFound "pods \"$2\" not found" "{\"name\":\"$2\",\"kind\":\"pods\"}"
    case $method in
    get) echo 200; pod_flat "$1" "$2" | object_json ;;
    delete) same_uid pods "$2" "$(pod_uid "$1" "$2")"; pod_remove "$1" "$2"; succeed 200 ;;
    post)
        same_uid pods "$2" "$(pod_uid "$1" "$2")" 'deleteOptions|'
        if pod_held "$1" "$2"; then
            [ "$held" != several ] || refuse 500 InternalError 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'
            refuse 429 TooManyRequests "Cannot evict pod as it would violate the pod's disruption budget." "{\"causes\":[{\"reason\":\"DisruptionBudget\",\"message\":\"$held\"}]}"
        fi
        pod_remove "$1" "$2"
        succeed 201 ;;
    esac
}

list_namespaces() {
    {
        for name in default kube-node-lease kube-public kube-system; do echo "$name"; done
        for object in "$cluster"/object/_/namespace/*.yaml; do [ ! -e "$object" ] || basename "$object" .yaml; done
    } | sort -u | while read -r name; do
        printf 'metadata|name\t%s\nstatus|phase\tActive\n' "$name" | object_json
    done | items Namespace
}

# What kubeadm's manifests ask for, flat.
requests() {
    case $1 in
    kube-apiserver-*) set -- 250m ;;
    kube-controller-manager-*) set -- 200m ;;
    kube-scheduler-*) set -- 100m ;;
    etcd-*) set -- 100m 100Mi ;;
    *) return ;;
    esac
    printf 'spec|containers|0|resources|requests|cpu\t%s\n' "$1"
    [ $# -lt 2 ] || printf 'spec|containers|0|resources|requests|memory\t%s\n' "$2"
}

list_pods() {
    case $fields in spec.nodeName=*) on=${fields#spec.nodeName=} ;; *) on='' ;; esac
    {
        ! in_place kube-system || pod_lines | while read -r name full status restarts node created; do
            [ -z "$on" ] || [ "$on" = "$node" ] || continue
            system_pod | object_json
        done
        applied_pods | while read -r where name; do
            in_place "$where" || continue
            pod_flat "$where" "$name" >"$work/pod"
            [ -z "$on" ] || [ "$on" = "$(flat_value "$work/pod" 'spec|nodeName')" ] || continue
            object_json <"$work/pod"
        done
    } | items Pod
}

# The line that was read last as an object: static pods are mirrors of files, the others a DaemonSet's.
system_pod() {
    printf 'metadata|name\t%s\nmetadata|namespace\tkube-system\nmetadata|uid\tof-%s\nmetadata|creationTimestamp\t%s\n' "$name" "$name" "$created"
    case $name in
    etcd-* | kube-apiserver-* | kube-controller-manager-* | kube-scheduler-*) printf 'metadata|annotations|kubernetes.io/config.mirror\t%s\n' "$name" ;;
    *) printf 'metadata|ownerReferences|0|apiVersion\tapps/v1\nmetadata|ownerReferences|0|kind\tDaemonSet\nmetadata|ownerReferences|0|name\t%s\nmetadata|ownerReferences|0|uid\tof-%s\nmetadata|ownerReferences|0|controller\ttrue\n' "${name%-"$node"}" "${name%-"$node"}" ;;
    esac
    printf 'spec|nodeName\t%s\nspec|containers|0|name\tmain\n' "$node"
    requests "$name"
    printf 'status|phase\tRunning\nstatus|containerStatuses|0|name\tmain\nstatus|containerStatuses|0|ready\t%s\nstatus|containerStatuses|0|restartCount\t%s\n' "$([ "$full" = 1/1 ] && echo true || echo false)" "$restarts"
    if [ "$status" = Running ]; then echo "status|containerStatuses|0|state|running|startedAt	$created"; else echo "status|containerStatuses|0|state|waiting|reason	$status"; fi
}

service_json() { # NAMESPACE NAME ADDRESS PORT/PROTOCOL...
    printf 'metadata|name\t%s\nmetadata|namespace\t%s\nspec|type\tClusterIP\nspec|clusterIP\t%s\n' "$2" "$1" "$3"
    shift 3
    i=0
    for port in "$@"; do printf 'spec|ports|%s|port\t%s\nspec|ports|%s|protocol\t%s\n' $i "${port%/*}" $i "${port#*/}"; i=$((i + 1)); done
}

list_services() {
    {
        ! in_place default || service_json default kubernetes 10.96.0.1 443/TCP | object_json
        ! in_place kube-system || service_json kube-system kube-dns 10.96.0.10 53/UDP 53/TCP 9153/TCP | object_json
        for object in "$cluster"/object/*/service/*.yaml; do
            [ -e "$object" ] || continue
            where=${object%/service/*} where=${where##*/}
            in_place "$where" || continue
            flatten "$object" | cut -f 2- | awk -F '\t' -v where="$where" '{ print } $1 == "metadata|name" { print "metadata|namespace\t" where }' | awk '!seen[$0]++' | object_json
        done
    } | items Service
}

etcd_answers || refuse 500 InternalError 'etcdserver: request timed out'
cat >"$work/body"
step api "$path"
place=''
case $path in
/version)
    printf '200\n{"major":"1","minor":"%s","gitVersion":"%s"}\n' "$(minor "$(api_version)")" "$(api_version)"
    exit ;;
/api/v1/nodes/*)
    name=${path#/api/v1/nodes/}
    case $method in get | patch | delete) admitted "$method" nodes ;; *) refuse 405 MethodNotAllowed 'the server does not allow this method on the requested resource' ;; esac
    node_visible "$name" || refuse 404 NotFound "nodes \"$name\" not found" "{\"name\":\"$name\",\"kind\":\"nodes\"}"
    case $method in get) echo 200; nodes_json "$name" ;; *) "${method}_node" "$name" ;; esac
    exit ;;
/api/v1/namespaces/*/pods/*)
    place=${path#/api/v1/namespaces/} name=${path#*/pods/} && place=${place%%/*}
    case $name in */*) one_pod "$place" "${name%%/*}" "${name#*/}" ;; *) one_pod "$place" "$name" ;; esac
    exit ;;
/api/v1/namespaces/*/*) place=${path#/api/v1/namespaces/} resource=${path##*/} && place=${place%/*} ;;
/api/v1/*) resource=${path#/api/v1/} ;;
*) resource='' ;;
esac
case $method/$resource in
watch/nodes | get/nodes | get/namespaces | get/pods | get/services)
    case $method in watch) admitted watch "$resource" ;; *) admitted list "$resource" ;; esac
    echo 200
    "list_$resource" ;;
*/nodes | */namespaces | */pods | */services) refuse 405 MethodNotAllowed "the simulator's API server does not know that of $resource" ;;
*) refuse 404 NotFound 'the server could not find the requested resource' ;;
esac
