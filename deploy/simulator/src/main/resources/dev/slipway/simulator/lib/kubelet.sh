# What a kubelet that stays up does: runs the static pods, registers its node. Sourced after lib.sh.
. "$SIM/lib/yaml.sh"
. "$SIM/lib/cluster.sh"
. "$SIM/lib/node.sh"

kubelet_started() { kubelet_sync; }

# Static pods and containers outlive a stopped kubelet; only its node goes stale.
kubelet_stopped() { rm -f "$WIRE/kubelets/$(sim_host)"; }

# Brings about what follows from the files as they are now. May be called at any time.
kubelet_sync() {
    if [ "$(kubelet_state)" != active ]; then
        kubelet_stopped
        return 0
    fi
    [ -e "$WIRE/kubelets/$(sim_host)" ] || now_ms >"$WIRE/kubelets/$(sim_host)"
    mkdir -p -m 700 /var/lib/kubelet/checkpoints /var/lib/kubelet/image_manager
    mkdir -p -m 750 /var/lib/kubelet/plugins /var/lib/kubelet/plugins_registry /var/lib/kubelet/pod-resources /var/lib/kubelet/pods
    mkdir -p -m 755 /var/lib/kubelet/device-plugins
    for kept in cpu_manager_state memory_manager_state; do [ -e "/var/lib/kubelet/$kept" ] || (umask 077 && echo '{}' >"/var/lib/kubelet/$kept"); done
    static_pods
    balancers_sync
    register_node
}

manifest_flag() { sed -n "s/^ *- --$2=//p" "/etc/kubernetes/manifests/$1.yaml" 2>/dev/null | head -n 1; }

static_pods() {
    [ -e /etc/kubernetes/manifests/kube-apiserver.yaml ] && [ -e /etc/kubernetes/manifests/etcd.yaml ] || return 0
    # The API server reads the service-account key at its start; without it, it does not come up.
    [ -s /etc/kubernetes/pki/sa.pub ] && [ -s /etc/kubernetes/pki/apiserver.crt ] || return 0
    openssl pkey -pubin -in /etc/kubernetes/pki/sa.pub -noout 2>/dev/null || return 0
    mkdir -p -m 700 /var/lib/etcd/member
    if ! [ -e /var/lib/etcd/member/cluster ]; then
        cat /proc/sys/kernel/random/uuid >/var/lib/etcd/member/cluster
    fi
    made=$WIRE/clusters/$(cat /var/lib/etcd/member/cluster)
    if ! [ -d "$made" ]; then
        mkdir -p "$made/token" "$made/node" "$made/object"
        cp /etc/kubernetes/pki/ca.crt "$made/ca.crt"
        sed -n 's/.*kube-apiserver://p' /etc/kubernetes/manifests/kube-apiserver.yaml >"$made/version"
    fi
    etcd_name=$(manifest_flag etcd name) etcd_address=$(manifest_flag etcd advertise-client-urls | sed 's#^https://##; s#:2379$##')
    # shellcheck disable=SC2034 # etcd.sh reads it
    cluster=$made
    [ -n "$(etcd_members)" ] || etcd_add "$etcd_name" "$etcd_address" voter
    # One that was taken out of etcd ends at once, and the API server without it.
    [ -e "$made/etcd/$etcd_name/state" ] || return 0
    mkdir -p "$WIRE/etcd" && sim_host >"$WIRE/etcd/$etcd_address"
    if [ "$(openssl pkey -in /etc/kubernetes/pki/sa.key -pubout 2>/dev/null)" = "$(openssl pkey -pubin -in /etc/kubernetes/pki/sa.pub 2>/dev/null)" ]; then
        echo works >"$made/service-account"
    else
        echo broken >"$made/service-account"
    fi
    # The signer of the controller manager: external CAs have none.
    [ ! -s /etc/kubernetes/pki/ca.key ] || (umask 077 && cp /etc/kubernetes/pki/ca.key "$made/signer.key")
    port=$(manifest_flag kube-apiserver secure-port)
    heard=$WIRE/listen/$(manifest_flag kube-apiserver advertise-address):${port:-6443}
    if ! [ -e "$heard/cluster" ]; then
        mkdir -p "$heard"
        sim_host >"$heard/host"
        echo $(($(now_ms) + $(scaled_ms 4))) >"$heard/ready-ms"
        cp /etc/kubernetes/pki/apiserver.crt "$heard/apiserver.crt"
        echo /etc/kubernetes/pki/apiserver.key >"$heard/key"
        cp /var/lib/etcd/member/cluster "$heard/cluster"
    else
        # A renewed serving certificate is served at once.
        cp /etc/kubernetes/pki/apiserver.crt "$heard/apiserver.crt"
    fi
}

node_name() {
    override=$(sed -n 's/.*--hostname-override=\([^ "]*\).*/\1/p' /var/lib/kubelet/kubeadm-flags.env 2>/dev/null)
    lower "${override:-$(hostname)}"
}

register_node() {
    [ -s /etc/kubernetes/kubelet.conf ] || { rm -f "$WIRE/routes/$(sim_host)/server"; return 0; }
    opened=$(mktemp -d "$SIM/boot/kubelet.XXXXXX")
    if kubeconfig_open /etc/kubernetes/kubelet.conf "$opened"; then
        # On the first control plane the API comes up with this kubelet: it need not answer yet.
        address=$(resolve "$server_host") && echo "$address $server_port" >"$WIRE/routes/$(sim_host)/server" && listener=$(listeners "$(sim_host)" "$address" "$server_port" | head -n 1)
        if [ -e "${listener:-/nonexistent}/cluster" ]; then
            cluster=$WIRE/clusters/$(cat "$listener/cluster")
            name=$(node_name)
            if api_trust "$opened/ca.crt" "$server_host" >/dev/null && [ "$(api_identity "$opened/client.crt")" = "system:node:$name system:nodes" ]; then
                put_node "$name" "$(cat "$listener/ready-ms")" "$(kubelet_version)" "$(cat /var/lib/kubelet/kubeadm-flags.env 2>/dev/null)"
            fi
        fi
    fi
    rm -rf "$opened"
}

# That of the program that the unit starts.
kubelet_version() {
    program=$(. "$SIM/lib/units.sh" && unit_program "$(unit_file kubelet.service)")
    "${program:-kubelet}" --version | sed 's/^Kubernetes //'
}
