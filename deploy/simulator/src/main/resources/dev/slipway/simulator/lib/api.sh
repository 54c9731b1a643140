# The HTTP API of a cluster, as far as it is read: nodes, namespaces, pods, services. Run by the simulator as root of the host whose API server was asked.
# arguments: ADDRESS:PORT METHOD PATH USER GROUPS (a line each); prints the HTTP status in a line, then the JSON.
. /.simulator/lib/lib.sh
. "$SIM/lib/yaml.sh"
. "$SIM/lib/cluster.sh"
. "$SIM/lib/rbac.sh"
. "$SIM/lib/kubectl-get.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/api.XXXXXX")
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2034 # kubectl-get.sh reads it
listener=$WIRE/listen/$1 method=$2 path=$3 user=$4 groups=$5 selector=''
cluster=$WIRE/clusters/$(cat "$listener/cluster")

# refuse CODE REASON MESSAGE
refuse() {
    printf '%s\n{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"%s","reason":"%s","code":%s}\n' "$1" "$(printf '%s' "$3" | sed 's/["\\]/\\&/g')" "$2" "$1"
    exit 0
}

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

# Prints what is flat on standard input as one JSON object in a line.
object_json() { awk -f "$SIM/lib/json.awk"; }

# items KIND: a list of the objects that come on standard input, a line each.
items() { paste -s -d , | sed "s/^/{\"kind\":\"$1List\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"$(now_ms)\"},\"items\":[/; s/\$/]}/"; }

# in_place NAMESPACE: whether things of the namespace are asked for.
in_place() { [ -z "$place" ] || [ "$place" = "$1" ]; }

list_nodes() { for name in $(visible_nodes); do node_flat "$name" '' | object_json; done | items Node; }

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
    { ! in_place kube-system || pod_lines; } | while read -r name full status restarts node created; do
        {
            printf 'metadata|name\t%s\nmetadata|namespace\tkube-system\nmetadata|creationTimestamp\t%s\n' "$name" "$created"
            printf 'spec|nodeName\t%s\nspec|containers|0|name\tmain\n' "$node"
            requests "$name"
            printf 'status|phase\tRunning\nstatus|containerStatuses|0|name\tmain\nstatus|containerStatuses|0|ready\t%s\nstatus|containerStatuses|0|restartCount\t%s\n' "$([ "$full" = 1/1 ] && echo true || echo false)" "$restarts"
            if [ "$status" = Running ]; then echo "status|containerStatuses|0|state|running|startedAt	$created"; else echo "status|containerStatuses|0|state|waiting|reason	$status"; fi
        } | object_json
    done | items Pod
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
[ "$method" = get ] || refuse 405 MethodNotAllowed "the simulator's API server is read only"
step api "$path"
place=''
case $path in
/version)
    printf '200\n{"major":"1","minor":"%s","gitVersion":"%s"}\n' "$(minor "$(api_version)")" "$(api_version)"
    exit ;;
/api/v1/namespaces/*/*) place=${path#/api/v1/namespaces/} resource=${path##*/} && place=${place%/*} ;;
/api/v1/*) resource=${path#/api/v1/} ;;
*) resource='' ;;
esac
case $resource in
nodes | namespaces | pods | services)
    admitted list "$resource"
    echo 200
    "list_$resource" ;;
*) refuse 404 NotFound 'the server could not find the requested resource' ;;
esac
