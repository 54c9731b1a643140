# kubectl exec: etcdctl in an etcd pod, which is what installers use it for. Sourced.

kubectl_exec() {
    api_open
    case $identity in *' system:masters' | *' kubeadm:cluster-admins') ;; *) fail "Error from server (Forbidden): pods \"${1:-}\" is forbidden: User \"${identity% *}\" cannot create resource \"pods/exec\" in API group \"\" in the namespace \"$namespace\"" ;; esac
    pod=${1:-}
    node=${pod#etcd-}
    [ "$namespace" = kube-system ] && [ "$node" != "$pod" ] && [ -e "$cluster/etcd/$node/state" ] && node_visible "$node" || fail "Error from server (NotFound): pods \"$pod\" not found"
    etcd_runs "$node" || fail "Error from server: error dialing backend: dial tcp $(cat "$cluster/etcd/$node/address"):10250: connect: no route to host"
    # shellcheck disable=SC2086 # words on purpose
    set -- $command_words
    [ "${1:-}" = etcdctl ] || fail "OCI runtime exec failed: exec failed: unable to start container process: exec: \"${1:-}\": executable file not found in \$PATH"
    shift
    given='' arguments='' whole=''
    while [ $# -gt 0 ]; do
        case $1 in
        --endpoints | --cacert | --cert | --key) given="$given $1=$2" && shift ;;
        --endpoints=* | --cacert=* | --cert=* | --key=*) given="$given $1" ;;
        --cluster) whole=1 ;;
        -*) fail "Error: unknown flag: $1" ;;
        *) arguments="$arguments $1" ;;
        esac
        shift
    done
    case " $given " in *' --endpoints=https://127.0.0.1:2379 '*) ;; *) fail 'Error: context deadline exceeded' ;; esac
    pki=/etc/kubernetes/pki/etcd
    for wanted in "--cacert=$pki/ca.crt" "--cert=$pki/healthcheck-client.crt" "--key=$pki/healthcheck-client.key"; do
        case " $given " in *" $wanted "* | *" ${wanted%healthcheck-client.*}server.${wanted##*.} "*) ;; *) fail 'Error: context deadline exceeded (authentication handshake failed: tls: failed to verify certificate)' ;; esac
    done
    step etcdctl "$(echo "${arguments# }" | cut -d ' ' -f 1,2 | tr ' ' '/')"
    # shellcheck disable=SC2086 # words on purpose
    set -- $arguments
    case "${1:-} ${2:-}" in
    'member list') etcd_list ;;
    'endpoint health') etcd_health ;;
    'member remove') etcd_take_out "${3:-}" ;;
    *) fail "Error: unknown command \"${1:-} ${2:-}\" for \"etcdctl\"" ;;
    esac
}

etcd_list() {
    for member in $(etcd_members); do
        address=$(cat "$cluster/etcd/$member/address")
        learner=false
        [ "$(cat "$cluster/etcd/$member/state")" = voter ] || learner=true
        echo "$(cat "$cluster/etcd/$member/id"), started, $member, https://$address:2380, https://$address:2379, $learner"
    done
}

etcd_health() {
    sick=''
    for member in $(etcd_members); do
        [ -n "$whole" ] || [ "$member" = "$node" ] || continue
        address=$(cat "$cluster/etcd/$member/address")
        if etcd_runs "$member"; then echo "https://$address:2379 is healthy: successfully committed proposal: took = 9.1ms"
        else
            pause 5
            sick=1
            echo "https://$address:2379 is unhealthy: failed to commit proposal: context deadline exceeded" >&2
        fi
    done
    [ -z "$sick" ] || fail 'Error: unhealthy cluster'
}

etcd_take_out() {
    for member in $(etcd_members); do
        [ "$(cat "$cluster/etcd/$member/id")" = "$1" ] || continue
        etcd_spares "$member" || fail "Error: etcdserver: re-configuration failed due to not enough started members"
        etcd_remove "$member"
        printf 'Member %16s removed from cluster cdf818194e3a8c32\n' "$1"
        return
    done
    fail "Error: etcdserver: member not found"
}
