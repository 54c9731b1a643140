# What one controller does for all: applies manifests, lets learners vote, approves requests. Sourced by a controller.
. "$SIM/lib/csr.sh"

lead_begin() {
    leads='' looked_ms=0 again_ms='' known_members='' tick_ms=$(scaled_ms 10) lease_ms=$(($(by 60) - $(now_ms))) me=$(sim_host)
    put_kind controlnode autopilot.k0sproject.io/v1beta2 ControlNode "$name"
}

# put_kind KIND API-VERSION SHOWN-KIND NAME [MORE]: an object that belongs to no namespace.
put_kind() {
    mkdir -p "$cluster/object/_/$1"
    printf 'apiVersion: %s\nkind: %s\nmetadata:\n  name: %s\n%s' "$2" "$3" "$4" "${5:-}" >"$cluster/object/_/$1/$4.yaml"
}

# Holds the lease for a minute, or takes one that is over.
lead_lease() {
    holder='' held_ms=0
    [ ! -s "$cluster/leader" ] || read -r holder held_ms <"$cluster/leader"
    if [ "$holder" = "$me" ] && [ $((held_ms - pass_ms)) -gt $((lease_ms / 2)) ]; then return 0; fi
    [ "$holder" = "$me" ] || [ "$pass_ms" -ge "${held_ms:-0}" ] || return 1
    echo "$me $((pass_ms + lease_ms))" >"$cluster/leader.$me" && mv -f "$cluster/leader.$me" "$cluster/leader"
}

lead_pass() {
    etcd_answers || return 0
    pass_ms=$(now_ms)
    if ! lead_lease; then
        leads=''
        return 0
    fi
    [ -n "$leads" ] || rm -f "$RUNNING/applied"
    leads=1
    if [ "$pass_ms" -ge $((looked_ms + tick_ms)) ]; then
        looked_ms=$pass_ms
        lead_members
        disabled csr-approver || lead_approve
    fi
    disabled applier-manager || lead_apply
}

# One request a pass.
lead_approve() {
    for request in "$cluster"/csr/*; do
        [ -e "$request/state" ] && read -r state <"$request/state" && read -r signer <"$request/signer" || continue
        [ "$signer $state" = 'kubernetes.io/kubelet-serving pending' ] || continue
        echo approved >"$request/state"
        log info "approving csr ${request##*/}"
        break
    done
}

# One learner a pass may vote from now on. EtcdMember objects tell who is in.
lead_members() {
    [ ! -d "$cluster/learner" ] || for member in $(etcd_members); do
        if [ "$(cat "$cluster/etcd/$member/state")" = learner ] && etcd_runs "$member"; then
            etcd_promote "$member"
            log info "promoted etcd member $member"
            break
        fi
    done
    set -- "$cluster"/etcd/*
    [ "$*" != "$known_members" ] || return 0
    known_members=$*
    for member in $(etcd_members) $(ls "$cluster/object/_/etcdmember" 2>/dev/null); do
        member=${member%.yaml}
        if [ -e "$cluster/etcd/$member/state" ]; then joined=True; else joined=False; fi
        address=$(cat "$cluster/etcd/$member/address" 2>/dev/null || sed -n 's/^  peerAddress: //p' "$cluster/object/_/etcdmember/$member.yaml")
        put_kind etcdmember etcd.k0sproject.io/v1beta1 EtcdMember "$member" "spec:
  leave: false
status:
  peerAddress: $address
  conditions:
  - type: Joined
    status: \"$joined\"
"
    done
}

# What k0s itself brings lies where users put theirs.
stack_write() {
    manifests=$data/manifests
    mkdir -p "$manifests"
    disabled network-provider || case $provider in
    kuberouter) stack_file kuberouter kube-router DaemonSet true ;;
    calico) stack_file calico calico-node DaemonSet true ;;
    esac
    disabled kube-proxy || [ "$(configured 'spec|network|kubeProxy|disabled')" = true ] || stack_file kubeproxy kube-proxy DaemonSet true
    disabled coredns || stack_file coredns coredns Deployment false
    disabled metrics-server || stack_file metricserver metrics-server Deployment false
    disabled konnectivity-server || [ "$single" = true ] || stack_file konnectivity konnectivity-agent DaemonSet false
    disabled worker-config || stack_profiles
    [ "$flag_enable_dynamic_config" != true ] || stack_configuration
}

stack_file() { # FOLDER NAME KIND HOST-NETWORK
    mkdir -p "$manifests/$1"
    printf 'apiVersion: apps/v1\nkind: %s\nmetadata:\n  name: %s\n  namespace: kube-system\nspec:\n  template:\n    spec:\n      hostNetwork: %s\n' "$3" "$2" "$4" >"$manifests/$1/$2.yaml"
}

# Workers read the profile of their own minor version: those of an older one stay.
stack_profiles() {
    mkdir -p "$cluster/object/kube-system/configmap"
    for profile in default $(awk -F '\t' '$1 == 0 && $2 ~ /^spec\|workerProfiles\|[0-9]+\|name$/ { print $3 }' "$work/config"); do
        printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: worker-config-%s-1.%s\n  namespace: kube-system\ndata:\n  kubeletConfiguration: "{}"\n' "$profile" "$(minor "$K0S_RELEASE")" >"$cluster/object/kube-system/configmap/worker-config-$profile-1.$(minor "$K0S_RELEASE").yaml"
    done
    echo "$balances" >"$cluster/balances"
    # What workers take their images by.
    cp "$config_file" "$cluster/k0s.yaml" 2>/dev/null || : >"$cluster/k0s.yaml"
}

# The cluster's configuration is an object from the first start on; what is a node's own stays in the file.
stack_configuration() {
    stored=$cluster/object/kube-system/clusterconfig/k0s.yaml
    [ ! -e "$stored" ] || { k0s_reconcile || :; return 0; }
    mkdir -p "${stored%/*}"
    {
        printf 'apiVersion\tk0s.k0sproject.io/v1beta1\nkind\tClusterConfig\nmetadata|name\tk0s\nmetadata|namespace\tkube-system\n'
        awk -F '\t' '$1 == 0 && $2 ~ /^spec\|/ && $2 !~ /^spec\|(api|storage|installConfig|network\|(serviceCIDR|clusterDomain|controlPlaneLoadBalancing|primaryAddressFamily))(\||$)/ { print $2 "\t" $3 }' "$work/config"
    } | awk -f "$SIM/lib/json.awk" >"$stored"
    k0s_reconcile || :
}

# Every folder of manifests is a stack: what vanishes from it, or with it, is deleted. One who begins to lead applies all of them.
# What could not be applied is tried again at the next tick.
lead_apply() {
    if [ -n "$again_ms" ] && [ "$pass_ms" -ge "$again_ms" ]; then rm -f "$RUNNING/applied"; fi
    if [ -e "$RUNNING/applied" ] && [ -z "$(find "$manifests" -newer "$RUNNING/applied" -print -quit)" ]; then return 0; fi
    : >"$RUNNING/applied"
    again_ms=''
    mkdir -p "$cluster/stack"
    for stack in "$manifests"/*/; do
        [ -d "$stack" ] || continue
        stack=$(basename "$stack")
        : >"$work/stack"
        for manifest in "$manifests/$stack"/*.yaml; do
            [ ! -e "$manifest" ] || (stack_apply "$manifest") >>"$work/applied" 2>&1 || {
                log error "failed to apply manifest $manifest: $(tail -n 1 "$work/applied")"
                again_ms=$((pass_ms + tick_ms))
            }
        done
        stack_prune "$stack"
        sort -u "$work/stack" >"$cluster/stack/$stack"
    done
    for stack in "$cluster/stack"/*; do
        [ -e "$stack" ] && [ -e "$RUNNING/stack-${stack##*/}" ] && [ ! -d "$manifests/${stack##*/}" ] || continue
        : >"$work/stack"
        stack_prune "${stack##*/}"
        rm -f "$stack" "$RUNNING/stack-${stack##*/}"
    done
}

# Deletes what the stack held before and holds no more.
stack_prune() {
    : >"$RUNNING/stack-$1"
    [ ! -e "$cluster/stack/$1" ] || grep -vxFf "$work/stack" "$cluster/stack/$1" | while read -r gone; do
        rm -f "$cluster/object/$gone.yaml"
        case $gone in kube-system/secret/bootstrap-token-*) rm -rf "${cluster:?}/token/${gone##*-}" ;; esac
        log info "pruned $gone"
    done
}

# With the administrator's rights, as kubectl would; remembers what it applied in $work/stack.
stack_apply() {
    listed=$work/stack
    work=$(mktemp -d "$work/apply.XXXXXX")
    # shellcheck disable=SC2034 # kubectl's files read them
    kubeconfig=$pki/admin.conf namespace=default output='' dry_run='' server_side=1 api_server='' files=$1
    . "$SIM/lib/kubectl-api.sh"
    . "$SIM/lib/kubectl-apply.sh"
    object_put() { echo "$place/$kind/$name" >>"$listed"; }
    kubectl_apply
}
