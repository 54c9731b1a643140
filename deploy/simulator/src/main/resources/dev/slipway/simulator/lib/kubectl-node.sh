# kubectl label, annotate, taint, cordon, uncordon, drain, wait, rollout. Sourced.
. "$SIM/lib/kubectl-get.sh"

# nodes_named WORD...: splits names from changes (which hold "=", ":" or end with "-"); sets $names and $changes.
nodes_named() {
    case ${1:-} in
    */*) kind=$(kind_of "${1%%/*}") names=${1#*/} && shift ;;
    *) kind=$(kind_of "${1:-}") names='' && [ $# -gt 0 ] && shift ;;
    esac
    [ "$kind" = node ] || fail "error: the simulator's kubectl changes nodes only, no \"$kind\""
    changes=''
    for word in "$@"; do
        case $word in *=* | *:* | *-) changes="$changes $word" ;; *) names="$names $word" ;; esac
    done
    api_open
    allowed patch nodes
    [ -z "$all_nodes$selector" ] || names=$(visible_nodes)
    for name in $names; do node_visible "$name" || fail "Error from server (NotFound): nodes \"$name\" not found"; done
    [ -n "$names" ] || fail 'error: resource(s) were provided, but no name was specified'
}

change_pairs() { # FILE WORD
    for name in $names; do
        file=$cluster/node/$name/$1 word="not $2"
        touch "$file"
        for change in $changes; do
            case $change in
            *-) grep -v "^${change%-}=" "$file" >"$file.new"; cmp -s "$file" "$file.new" && echo "label \"${change%-}\" not found."; [ "$2" = labeled ] && word=unlabeled ;;
            *)
                old=$(sed -n "s#^${change%%=*}=##p" "$file")
                if grep -q "^${change%%=*}=" "$file" && [ "$old" != "${change#*=}" ] && [ -z "$overwrite" ]; then
                    fail "error: '${change%%=*}' already has a value ($old), and --overwrite is false"
                fi
                grep -qxF "$change" "$file" || word=$2
                { grep -v "^${change%%=*}=" "$file"; echo "$change"; } >"$file.new" ;;
            esac
            mv "$file.new" "$file"
        done
        echo "node/$name $word"
    done
}

kubectl_label() { nodes_named "$@"; change_pairs labels labeled; }
kubectl_annotate() { nodes_named "$@"; change_pairs annotations annotated; }

kubectl_taint() {
    nodes_named "$@"
    rc=0
    for name in $names; do
        file=$cluster/node/$name/taints
        for change in $changes; do
            case $change in
            *-)
                what=${change%-}
                key=${what%%[:=]*} effect=''
                case $what in *:*) effect=${what##*:} ;; esac
                grep -Ev "^$key(=[^:]*)?:${effect:-.*}\$" "$file" >"$file.new"
                if cmp -s "$file" "$file.new"; then echo "error: taint \"$what\" not found" >&2; rc=1; else echo "node/$name untainted"; fi ;;
            *)
                case $change in *:NoSchedule | *:NoExecute | *:PreferNoSchedule) ;; *) fail "error: invalid taint effect: ${change##*:}, unsupported taint effect" ;; esac
                key=${change%%[:=]*} effect=${change##*:}
                if grep -Eq "^$key(=[^:]*)?:$effect\$" "$file" && ! grep -qxF "$(echo "$change" | sed 's/=:/:/')" "$file" && [ -z "$overwrite" ]; then
                    fail "error: node $name already has $key taint(s) with same effect(s) and --overwrite is false"
                fi
                { grep -Ev "^$key(=[^:]*)?:$effect\$" "$file"; echo "$change" | sed 's/=:/:/'; } >"$file.new"
                echo "node/$name tainted" ;;
            esac
            mv "$file.new" "$file"
        done
    done
    exit $rc
}

kubectl_cordon() { nodes_named node "$@"; for name in $names; do if [ -e "$cluster/node/$name/unschedulable" ]; then echo "node/$name already cordoned"; else touch "$cluster/node/$name/unschedulable"; echo "node/$name cordoned"; fi; done; }
kubectl_uncordon() { nodes_named node "$@"; for name in $names; do if [ -e "$cluster/node/$name/unschedulable" ]; then rm -f "$cluster/node/$name/unschedulable"; echo "node/$name uncordoned"; else echo "node/$name already uncordoned"; fi; done; }
kubectl_drain() {
    kubectl_cordon "$@"
    allowed list pods
    [ -z "$daemonsets" ] || allowed get daemonsets
    allowed create pods/eviction
    for name in $names; do
        [ -n "$daemonsets" ] || fail "error: unable to drain node \"$name\" due to error: cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): kube-system/kube-proxy-$name, continuing command..."
    done
    step kubectl drain-pods
    pause 10
    for name in $names; do drain_pods "$name" || exit 1; done
}

# Pods that were applied leave, as their disruption budgets let them; without a controller they are let go by force only.
drain_pods() {
    . "$SIM/lib/pods.sh"
    applied_pods >"$work/applied"
    while read -r place pod; do
        pod_flat "$place" "$pod" >"$work/pod"
        [ "$(flat_value "$work/pod" 'spec|nodeName')" = "$1" ] || continue
        if [ -z "$force" ] && ! grep -q '^metadata|ownerReferences|0|controller	true' "$work/pod"; then
            echo "error: unable to drain node \"$1\" due to error: cannot delete Pods that declare no controller (use --force to override): $place/$pod, continuing command..." >&2
            return 1
        fi
        echo "$place $pod"
    done <"$work/applied" >"$work/leaving" || return 1
    limit=$(($(date +%s) + $(seconds "$timeout")))
    while read -r place pod; do
        while [ -z "$disable_eviction" ] && pod_held "$place" "$pod"; do
            echo "error when evicting pods/\"$pod\" -n \"$place\" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget." >&2
            [ "$timeout" = 0s ] || [ "$(date +%s)" -lt "$limit" ] || { echo "error: unable to drain node \"$1\" due to error: error when evicting pods/\"$pod\" -n \"$place\": global timeout reached: $timeout, continuing command..." >&2; return 1; }
            pause 5
        done
        pod_remove "$place" "$pod"
        echo "pod/$pod evicted"
    done <"$work/leaving"
    echo "node/$1 drained"
}

# True if what is waited for holds of node $1.
holds() {
    case $wait_for in
    delete) ! node_visible "$1" ;;
    condition=*)
        want=${wait_for#condition=} expected=True
        case $want in *=*) expected=${want#*=} want=${want%%=*} ;; esac
        node_ready "$1"
        [ "$(lower "$want")" = ready ] && [ "$(lower "$ready")" = "$(lower "$expected")" ] ;;
    jsonpath=*)
        node_flat "$1" '' >"$work/wait"
        want=${wait_for##*=}
        path=${wait_for#jsonpath=}
        [ "$(awk -v template="$(echo "${path%=*}" | tr -d "'")" -f "$SIM/lib/jsonpath.awk" "$work/wait")" = "$want" ] ;;
    *) fail "error: unrecognized condition: \"$wait_for\"" ;;
    esac
}

# The time limit of wait is the user's own: it is not scaled.
kubectl_wait() {
    [ -n "$wait_for" ] || fail 'error: --for must be set'
    limit=$(($(date +%s) + $(seconds "$timeout")))
    if [ "$(kind_of "${1%%/*}")" != node ]; then api_open; for word in "$@"; do case $word in */*) echo "$word condition met" ;; esac; done; return; fi
    names=''
    for word in "$@"; do case $word in */*) names="$names ${word#*/}" ;; no | node | nodes) ;; *) names="$names $word" ;; esac; done
    api_open
    allowed list nodes
    allowed watch nodes
    [ -z "$all_nodes$selector" ] || names=$(visible_nodes)
    [ -n "$names" ] || fail 'error: no matching resources found'
    rc=0
    for name in $names; do
        [ "$wait_for" = delete ] || node_visible "$name" || { echo "Error from server (NotFound): nodes \"$name\" not found" >&2; rc=1; continue; }
        until holds "$name"; do
            [ "$(date +%s)" -lt "$limit" ] || { echo "error: timed out waiting for the condition on nodes/$name" >&2; rc=1; continue 2; }
            sleep 0.1
        done
        echo "node/$name condition met"
    done
    exit $rc
}

kubectl_rollout() {
    api_open
    [ "${1:-}" = status ] || fail "error: the simulator's kubectl has \"rollout status\" only"
    shift
    case ${1:-} in */*) set -- "${1%%/*}" "${1#*/}" ;; esac
    kind=$(kind_of "${1:-}")
    [ -e "$cluster/object/$namespace/$kind/${2:-}.yaml" ] || fail "Error from server (NotFound): $(plural "$kind").apps \"${2:-}\" not found"
    pause 5
    echo "$kind \"$2\" successfully rolled out"
}
