# Nodes as kubelets register them. Sourced after cluster.sh.

# kubelet_flag FLAGS NAME
kubelet_flag() { printf '%s\n' "$1" | sed -n "s/.*--$2=\([^ \"]*\).*/\1/p"; }

# put_node NAME API-READY-MS VERSION FLAGS: the flags are the kubelet's, in a line.
put_node() {
    node=$cluster/node/$1
    mkdir -p "$node"
    sim_host >"$node/host"
    echo "$3" >"$node/version"
    ip=$(kubelet_flag "$4" node-ip)
    echo "${ip:-$(host_address)}" >"$node/address"
    if ls /etc/cni/net.d/*.conf* >/dev/null 2>&1; then echo yes >"$node/own-cni"; else echo no >"$node/own-cni"; fi
    [ -e "$node/visible-ms" ] && return
    start=$(now_ms)
    [ "$2" -gt "$start" ] && start=$2
    cat /proc/sys/kernel/random/uuid >"$node/uid"
    date -u +%Y-%m-%dT%H:%M:%SZ >"$node/created"
    printf '%s\n' "beta.kubernetes.io/arch=amd64" "beta.kubernetes.io/os=linux" "kubernetes.io/arch=amd64" "kubernetes.io/hostname=$1" "kubernetes.io/os=linux" >"$node/labels"
    kubelet_flag "$4" node-labels | tr ',' '\n' >>"$node/labels"
    kubelet_flag "$4" register-with-taints | tr ',' '\n' >"$node/taints"
    echo $((start + $(scaled_ms 1))) >"$node/visible-ms"
}
