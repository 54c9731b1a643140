# Pods that were applied, and the disruption budgets that hold them. They run because they are there: no container does, and nothing starts one again that is gone. Sourced after cluster.sh.

# applied_pods: NAMESPACE NAME of each, a line each.
applied_pods() {
    for object in "$cluster"/object/*/pod/*.yaml; do
        [ -e "$object" ] || continue
        where=${object%/pod/*}
        echo "${where##*/} $(basename "$object" .yaml)"
    done
}

pod_file() { echo "$cluster/object/$1/pod/$2.yaml"; }
pod_exists() { [ -e "$(pod_file "$1" "$2")" ]; }
pod_uid() { stat -c 'pod-%i-%Y' "$(pod_file "$1" "$2")"; }
pod_remove() { rm -f "$(pod_file "$1" "$2")"; }

# flat_value FILE PATH
flat_value() { awk -F '\t' -v path="$2" '$1 == path { print $2; exit }' "$1"; }

# pod_flat NAMESPACE NAME: the object, flat.
pod_flat() {
    flatten "$(pod_file "$1" "$2")" | cut -f 2- | awk -F '\t' -v where="$1" -v uid="$(pod_uid "$1" "$2")" -v created="$(date -u -d "@$(stat -c %Y "$(pod_file "$1" "$2")")" +%Y-%m-%dT%H:%M:%SZ)" '
        $1 == "metadata|namespace" { next } { print } $1 ~ /^status\|/ { status = 1 }
        $1 == "metadata|name" { print "metadata|namespace\t" where; print "metadata|uid\t" uid; print "metadata|creationTimestamp\t" created }
        END { if (!status) print "status|phase\tRunning" }'
}

# Whether a budget in FILE (flat) is of the pod in FILE (flat): all of its labels are the pod's.
budget_is_of() {
    awk -F '\t' 'NR == FNR { has[$1 "\t" $2] = 1; next } { n = index($1, "spec|selector|matchLabels|") } n == 1 { asked = 1; if (!(("metadata|labels|" substr($1, 27) "\t" $2) in has)) wrong = 1 } END { exit !asked || wrong }' "$2" "$1"
}

# pod_held NAMESPACE NAME: whether a disruption budget forbids that it goes; sets $held to the server's words, or to "several".
pod_held() {
    held=''
    pod_flat "$1" "$2" >"$work/held"
    case $(flat_value "$work/held" 'status|phase') in Succeeded | Failed | Pending) return 1 ;; esac
    for budget in "$cluster/object/$1/poddisruptionbudget"/*.yaml; do
        [ -e "$budget" ] || continue
        flatten "$budget" | cut -f 2- >"$work/budget"
        budget_is_of "$work/budget" "$work/held" || continue
        [ -z "$held" ] || { held=several; return 0; }
        healthy=0
        for other in "$cluster/object/$1/pod"/*.yaml; do
            pod_flat "$1" "$(basename "$other" .yaml)" >"$work/other"
            budget_is_of "$work/budget" "$work/other" && [ "$(flat_value "$work/other" 'status|phase')" = Running ] && healthy=$((healthy + 1))
        done
        desired=$(flat_value "$work/budget" 'spec|minAvailable')
        [ -n "$desired" ] || desired=$((healthy - $(flat_value "$work/budget" 'spec|maxUnavailable')))
        held="The disruption budget $(basename "$budget" .yaml) needs $desired healthy pods and has $healthy currently"
        allowed_to_go=$((healthy - desired))
    done
    [ -n "$held" ] && [ "$allowed_to_go" -lt 1 ]
}
