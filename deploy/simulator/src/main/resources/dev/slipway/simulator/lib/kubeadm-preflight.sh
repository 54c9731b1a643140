# Pre-flight checks: all problems at once, each with its id. Sourced.
problem() { # ID MESSAGE
    if listed all "$(lower "$ignored")" || listed "$(lower "$1")" "$(lower "$ignored")"; then
        printf '\t[WARNING %s]: %s\n' "$1" "$2" >&2
    else
        printf '\t[ERROR %s]: %s\n' "$1" "$2" >>"$work/errors"
    fi
}
warning() { printf '\t[WARNING %s]: %s\n' "$1" "$2" >&2; }

file_id() { echo "$1" | tr '/.' '-.' ; }
must_not_exist() { [ ! -e "$1" ] || problem "FileAvailable-$(file_id "$1")" "$1 already exists"; }
must_be_free() {
    case $1 in
    10250) [ ! -e "$WIRE/kubelets/$(sim_host)" ] || problem "Port-$1" "Port $1 is in use" ;;
    *) for heard in "$WIRE"/listen/*; do
        [ -e "$heard/host" ] && [ "$(cat "$heard/host")" = "$(sim_host)" ] && { problem "Port-$1" "Port $1 is in use"; return; }
    done ;;
    esac
}

# Checks common to init and join.
preflight_host() {
    [ "$(id -u)" = 0 ] || problem IsPrivilegedUser "user is not running as root"
    if [ "$(cat /proc/sys/net/ipv4/ip_forward)" != 1 ]; then problem FileContent--proc-sys-net-ipv4-ip_forward "/proc/sys/net/ipv4/ip_forward contents are not set to 1"; fi
    if [ "$(minor "$(kubernetes_version)")" -lt 30 ]; then
        for key in iptables; do
            setting=/proc/sys/net/bridge/bridge-nf-call-$key
            if [ ! -e "$setting" ]; then problem "FileContent--proc-sys-net-bridge-bridge-nf-call-$key" "$setting does not exist"
            elif [ "$(cat "$setting")" != 1 ]; then problem "FileContent--proc-sys-net-bridge-bridge-nf-call-$key" "$setting contents are not set to 1"; fi
        done
    fi
    if swap_on; then
        if [ "$(minor "$(kubernetes_version)")" -lt 23 ]; then problem Swap "running with swap on is not supported. Please disable swap"
        else warning Swap "swap is supported for cgroup v2 only. The kubelet must be properly configured to use swap. Please refer to https://kubernetes.io/docs/concepts/architecture/nodes/#swap-memory, or disable swap on the node"; fi
    fi
    programs='ip iptables mount nsenter'
    [ "$(minor "$(kubernetes_version)")" -ge 32 ] || programs="$programs conntrack"
    for program in $programs; do command -v $program >/dev/null || problem "FileExisting-$program" "$program not found in system path"; done
    for program in ethtool tc socat touch; do command -v $program >/dev/null || warning "FileExisting-$program" "$program not found in system path"; done
    resolve "$(hostname)" >/dev/null || { warning Hostname "hostname \"$(hostname)\" could not be reached"; warning Hostname "hostname \"$(hostname)\": lookup $(hostname) on 127.0.0.53:53: no such host"; }
    command -v kubelet >/dev/null || problem FileExisting-kubelet "kubelet not found in system path"
    if openrc; then
        [ -L /etc/runlevels/default/kubelet ] || warning Service-Kubelet "kubelet service is not enabled, please run 'rc-update add kubelet default'"
        return 0
    fi
    systemctl cat kubelet >/dev/null 2>&1 || warning Service-Kubelet "no supported init system detected, skipping checking for services"
    systemctl is-enabled -q kubelet 2>/dev/null || warning Service-Kubelet "kubelet service is not enabled, please run 'systemctl enable kubelet.service'"
}

preflight_runtime() {
    socket=${cri_socket#unix://}
    case $socket in /run/containerd/containerd.sock | /var/run/containerd/containerd.sock) containerd_up && return 0 ;; esac
    why="failed to create new CRI runtime service: validate service connection: validate CRI v1 runtime API for endpoint \"unix://$socket\": rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial unix $socket: connect: no such file or directory\""
    service_started containerd && why="failed to create new CRI runtime service: validate service connection: validate CRI v1 runtime API for endpoint \"unix://$socket\": rpc error: code = Unimplemented desc = unknown service runtime.v1.RuntimeService"
    problem CRI "could not connect to the container runtime: $why"
    problem ContainerRuntimeVersion "could not connect to the container runtime: $why"
    return 1
}

preflight_control_plane() {
    for port in "$bind_port" 10259 10257; do must_be_free "$port"; done
    for component in kube-apiserver kube-controller-manager kube-scheduler etcd; do must_not_exist "/etc/kubernetes/manifests/$component.yaml"; done
}

preflight_etcd() {
    for port in 2379 2380; do must_be_free $port; done
    [ -z "$(ls -A "$etcd_dir" 2>/dev/null)" ] || problem "DirAvailable-$(file_id "$etcd_dir")" "$etcd_dir is not empty"
}

preflight_images() {
    echo "[preflight] Pulling images required for setting up a Kubernetes cluster"
    echo "[preflight] This might take a minute or two, depending on the speed of your internet connection"
    echo "[preflight] You can also perform this action beforehand using 'kubeadm config images pull'"
    for image in $(kubernetes_images "$version" "$repository" | grep -v kube-proxy); do
        trouble=$(pull_image "$image") || problem ImagePull "$trouble"
    done
}

preflight_verdict() {
    [ -s "$work/errors" ] || return 0
    {
        echo "[preflight] Some fatal errors occurred:"
        cat "$work/errors"
        echo "[preflight] If you know what you are doing, you can make a check non-fatal with \`--ignore-preflight-errors=...\`"
    } >&2
    phase=preflight
    phase_failed "preflight checks failed"
}
