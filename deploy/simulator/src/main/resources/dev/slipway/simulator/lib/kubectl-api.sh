# The way from a kubeconfig to a cluster, with the errors a Go client gives. Sourced.
. "$SIM/lib/rbac.sh"

fail() { echo "$1" >&2; exit 1; }

# Sets $cluster and $identity, or ends kubectl.
api_open() {
    if [ ! -e "$kubeconfig" ]; then
        [ "$kubeconfig" = "$HOME/.kube/config" ] || fail "error: stat $kubeconfig: no such file or directory"
        fail "The connection to the server localhost:8080 was refused - did you specify the right host or port?"
    fi
    [ -r "$kubeconfig" ] || fail "error: error loading config file \"$kubeconfig\": open $kubeconfig: permission denied"
    kubeconfig_open "$kubeconfig" "$work" && [ -n "$server" ] || fail "error: error loading config file \"$kubeconfig\": yaml: could not parse it"
    if [ -n "${api_server:-}" ]; then
        hostport=${api_server#https://}
        server_host=${hostport%:*} server_port=${hostport##*:}
    fi
    if ! trouble=$(api_reach "$server_host" "$server_port"); then
        case $trouble in
        *refused) fail "The connection to the server $hostport was refused - did you specify the right host or port?" ;;
        *) fail "Unable to connect to the server: $trouble" ;;
        esac
    fi
    api_reach "$server_host" "$server_port" >/dev/null
    trouble=$(api_trust "$work/ca.crt" "$server_host") || fail "Unable to connect to the server: $trouble"
    [ -s "$work/client.crt" ] && same_key && identity=$(api_identity "$work/client.crt") || fail "error: You must be logged in to the server (Unauthorized)"
}

same_key() { [ "$(openssl x509 -in "$work/client.crt" -noout -pubkey 2>/dev/null)" = "$(openssl pkey -in "$work/client.key" -pubout 2>/dev/null)" ]; }

# allowed VERB RESOURCE: cluster admins may do all, nodes may look at nodes, anybody may do what a role gives.
allowed() {
    case $identity in *' system:masters') return 0 ;; *' kubeadm:cluster-admins') [ -e "$cluster/k0s" ] || return 0 ;; esac
    case "$identity $1 $2" in *' system:nodes '*' nodes') case $1 in get | list | watch) return 0 ;; esac ;; esac
    # shellcheck disable=SC2034 # rbac.sh reads it
    groups=${identity##* }
    ! granted "$1" "$2" || return 0
    fail "Error from server (Forbidden): $2 is forbidden: User \"${identity% *}\" cannot $1 resource \"$2\" in API group \"\" at the cluster scope"
}

api_raw() {
    api_open
    case $1 in
    /readyz | /readyz\?* | /healthz* | /livez*) case $1 in *verbose*) printf '[+]ping ok\n[+]etcd ok\nreadyz check passed\n' ;; *) printf ok ;; esac ;;
    /version) printf '{\n  "major": "1",\n  "minor": "%s",\n  "gitVersion": "%s"\n}' "$(minor "$(api_version)")" "$(api_version)" ;;
    *) fail "Error from server (NotFound): the server could not find the requested resource" ;;
    esac
}

# kind_of WORD: the singular kind, lower case, of what a user may write.
kind_of() {
    word=$(lower "${1%%.*}")
    case $word in
    no | nodes | node) echo node ;; cm | configmaps | configmap) echo configmap ;; po | pods | pod) echo pod ;; ns | namespaces | namespace) echo namespace ;;
    ds | daemonsets | daemonset) echo daemonset ;; deploy | deployments | deployment) echo deployment ;; sa | serviceaccounts) echo serviceaccount ;; svc | services) echo service ;;
    crd | crds | customresourcedefinitions) echo customresourcedefinition ;;
    csr | csrs | certificatesigningrequests) echo certificatesigningrequest ;; *ies) echo "${word%ies}y" ;; *sses) echo "${word%es}" ;; *ss) echo "$word" ;; *s) echo "${word%s}" ;; *) echo "$word" ;;
    esac
}

plural() { case $1 in *ss) echo "${1}es" ;; *y) echo "${1%y}ies" ;; *) echo "${1}s" ;; esac; }

cluster_wide() { case $1 in namespace | node | clusterrole | clusterrolebinding | customresourcedefinition | persistentvolume | storageclass | priorityclass | runtimeclass | certificatesigningrequest | controlnode | etcdmember | plan | updateconfig | mutatingwebhookconfiguration | validatingwebhookconfiguration | ippool | felixconfiguration | tigerastatus | installation | apiservice | ingressclass | csidriver) return 0 ;; esac; return 1; }
