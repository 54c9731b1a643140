# k0s reset: what it removes and, as much, what it leaves: the program and /etc/k0s. Sourced.
k0s_reset() {
    command_path=reset
    flags "$common_flags $config_flags cri-socket= kubelet-root-dir=" "$@"
    as_root
    step k0s reset
    ! running || fails 'k0s seems to be running! please stop k0s before reset.'
    locations
    problem=$(config_open "${flag_config:-/etc/k0s/k0s.yaml}" "$flag_config") || fails "$problem"
    kubelet_root=${flag_kubelet_root_dir:-$data/kubelet}
    for database in "$data/etcd/member/cluster" "$data/db/state.db"; do [ ! -s "$database" ] || gone=$(cat "$database"); done
    log info '* containers steps' >&2
    pause 2
    log info '* remove k0s users step:' >&2
    log info '* uninstall service step' >&2
    reset_services
    log info '* remove directories step' >&2
    # What is mounted below is unmounted first.
    awk -v d="$data/" -v k="$kubelet_root/" 'index($2, d) == 1 || index($2, k) == 1 { print $2 }' /proc/self/mounts | sort -r | while read -r mounted; do umount "$mounted" 2>/dev/null; done
    rm -rf "$data" "$kubelet_root" /run/k0s || fails 'errors received during clean-up: failed to delete data directory'
    log info '* CNI leftovers cleanup step' >&2
    rm -f /etc/cni/net.d/10-calico.conflist /etc/cni/net.d/calico-kubeconfig /etc/cni/net.d/10-kuberouter.conflist
    log info '* kube-bridge leftovers cleanup step' >&2
    off_the_wire
    # With its last controller the cluster's data is gone.
    if [ -n "${gone:-}" ] && [ -d "$WIRE/clusters/$gone" ]; then
        rm -f "$WIRE/clusters/$gone/data/$(sim_host)"
        [ -n "$(ls -A "$WIRE/clusters/$gone/data" 2>/dev/null)" ] || rm -rf "${WIRE:?}/clusters/$gone"
    fi
    log info 'k0s cleanup operations done.' >&2
    log warning 'To ensure a full reset, a node reboot is recommended.' >&2
}

reset_services() {
    . "$SIM/lib/units.sh"
    ! openrc || . "$SIM/lib/openrc.sh"
    for service in k0scontroller k0sworker; do
        file=$(unit_file "$service.service") || continue
        if openrc; then rc-update del "$service" default >/dev/null 2>&1; else systemctl --quiet disable "$service.service" 2>/dev/null; fi
        rm -f "$file"
        openrc || systemctl daemon-reload
    done
}
