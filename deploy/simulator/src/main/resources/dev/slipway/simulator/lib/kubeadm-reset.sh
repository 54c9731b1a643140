# kubeadm reset: what it removes and, as much, what it leaves. Sourced.
kubeadm_reset() {
    force='' file=''
    while [ $# -gt 0 ]; do
        flag_take "$@"
        case $flag in
        -f | --force) force=1 flag_words=1 ;;
        --cleanup-tmp-dir) cleanup=1 flag_words=1 ;;
        --config) file=$flag_arg ;;
        --cri-socket | --ignore-preflight-errors | --skip-phases | --cert-dir | --kubeconfig | -v | --v) ;;
        -v=* | -v[0-9]*) flag_words=1 ;;
        -*) die "unknown flag: $flag" ;;
        *) die "unknown command \"$1\" for \"kubeadm reset\"" ;;
        esac
        shift "$([ $# -lt "$flag_words" ] && echo $# || echo "$flag_words")"
    done
    must_be_root 'error: error execution phase preflight: [preflight] user is not running as root'
    if [ -n "$file" ]; then
        . "$SIM/lib/kubeadm-config.sh"
        config_load "$file" lenient
        [ "$(value_of "$work/flat" ResetConfiguration force)" != true ] || force=1
    fi
    if [ -z "$force" ]; then
        echo 'W reset.go:1] [preflight] WARNING: Changes made to this host by '"'kubeadm init' or 'kubeadm join'"' will be reverted.' >&2
        printf '[reset] Are you sure you want to proceed? [y/N]: '
        read -r answer || answer=''
        case $answer in y | Y) ;; *) phase=preflight; die "error execution phase preflight: won't proceed; the user didn't answer (Y|y) in order to continue" ;; esac
    fi
    step kubeadm reset/preflight
    echo '[preflight] Running pre-flight checks'
    control=''
    if [ -e /etc/kubernetes/manifests/etcd.yaml ]; then control=1; else warn '[reset] No kubeadm config, using etcd pod spec to get data directory'; fi
    step kubeadm reset/remove-etcd-member
    if [ -n "$control" ]; then
        [ ! -e /var/lib/etcd/member/cluster ] || gone=$(cat /var/lib/etcd/member/cluster)
        reset_member
        echo '[reset] Deleted contents of the etcd data directory: /var/lib/etcd'
        rm -rf /var/lib/etcd/member
        pause 1
    fi
    step kubeadm reset/cleanup-node
    echo '[reset] Stopping the kubelet service'
    kubelet_service stop 2>/dev/null
    off_the_wire
    echo '[reset] Unmounting mounted directories in "/var/lib/kubelet"'
    if ! containerd_up; then warn '[reset] Failed to remove containers: could not connect to the container runtime'; fi
    pause 0.5
    echo '[reset] Deleting contents of directories: [/etc/kubernetes/manifests /var/lib/kubelet /etc/kubernetes/pki]'
    for directory in /etc/kubernetes/manifests /var/lib/kubelet /etc/kubernetes/pki; do
        [ ! -d "$directory" ] || find "$directory" -mindepth 1 -delete
    done
    echo '[reset] Deleting files: [/etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf /etc/kubernetes/kubelet.conf /etc/kubernetes/bootstrap-kubelet.conf /etc/kubernetes/controller-manager.conf /etc/kubernetes/scheduler.conf]'
    for conf in admin super-admin kubelet bootstrap-kubelet controller-manager scheduler; do rm -f "/etc/kubernetes/$conf.conf"; done
    [ -z "${cleanup:-}" ] || rm -rf /etc/kubernetes/tmp
    # With its last control plane the cluster's data is gone.
    if [ -n "${gone:-}" ] && ! grep -qsx "$gone" "$WIRE"/listen/*/cluster; then rm -rf "${WIRE:?}/clusters/$gone"; fi
    cat <<'END'

The reset process does not perform cleanup of CNI plugin configuration,
network filtering rules and kubeconfig files.

For information on how to perform this cleanup manually, please see:
    https://k8s.io/docs/reference/setup-tools/kubeadm/kubeadm-reset/

END
}

# Takes the node's own member out of etcd, unless it is the last one. Where etcd does not answer it is tried for two minutes and then left to the user.
reset_member() {
    cluster=$WIRE/clusters/${gone:-none}
    mine=$(manifest_flag etcd name)
    [ -e "$cluster/etcd/$mine/state" ] && [ "$(etcd_members | wc -l)" -gt 1 ] || return 0
    if [ -s /etc/kubernetes/admin.conf ] && etcd_answers; then
        etcd_remove "$mine"
        return 0
    fi
    pause 120
    warn "[reset] Failed to remove etcd member: error syncing endpoints with etcd: context deadline exceeded, please manually remove this etcd member using etcdctl"
}
