# Ways to an API server besides its own address: the static pods that installers put on nodes for it. Sourced by cluster.sh.
# wire: routes/HOST/{address,server,balances,balancer/POD/{manifest,listens,servers}}, vip/ADDRESS/HOST: the kubeconfig it is held by, and the API server behind it.

# Brings the balancers to what their manifests say, as a kubelet that is up does within seconds. A pod reads its configuration when it starts, and it starts
# anew when its manifest changes, not when the configuration does.
balancers_sync() (
    [ "$(kubelet_state)" = active ] || return 0
    mine=$WIRE/routes/$(sim_host)
    mkdir -p "$mine/balancer"
    host_address >"$mine/address"
    for pod in "$mine"/balancer/*; do
        [ ! -e "$pod" ] || [ -e "/etc/kubernetes/manifests/${pod##*/}.yaml" ] || { rm -rf "$pod" "$WIRE"/vip/*/"$(sim_host)"; }
    done
    for manifest in /etc/kubernetes/manifests/*.yaml; do
        [ -e "$manifest" ] || continue
        image=$(sed -n 's/^ *image: *"\{0,1\}\([^" ]*\)"\{0,1\} *$/\1/p' "$manifest" | head -n 1)
        case $image in *haproxy* | *nginx* | *lvscare* | *kube-vip*) ;; *) continue ;; esac
        pod=$mine/balancer/$(basename "$manifest" .yaml)
        ! cmp -s "$manifest" "$pod/manifest" || continue
        (. "$SIM/lib/images.sh" && pull_image "$image") >/dev/null || continue
        made=$(mktemp -d "$SIM/boot/pod.XXXXXX")
        cp "$manifest" "$made/manifest"
        : >"$made/listens"
        : >"$made/servers"
        if balancer_start; then rm -rf "$pod" && mkdir -p "$pod" && cp "$made"/* "$pod/"; fi
        rm -rf "$made"
    done
)

# What is mounted must be there: a hostPath of type File waits for it.
balancer_start() {
    file=$(sed -n 's/.*hostPath: {path: \([^,}]*\), type: File}.*/\1/p' "$made/manifest" | head -n 1)
    [ -z "$file" ] || [ -s "$file" ] || return 1
    case $image in
    *haproxy*)
        sed -n 's/^ *bind  *\([^ ]*\).*/\1/p' "$file" >"$made/listens"
        awk '$1 == "server" { print $3 }' "$file" >"$made/servers" ;;
    *nginx*)
        sed -n 's/^ *listen  *\([^ ;]*\);.*/\1/p' "$file" >"$made/listens"
        sed -n 's/^ *server  *\([^ ;{]*\);.*/\1/p' "$file" >"$made/servers" ;;
    *lvscare*)
        [ -d /sys/module/ip_vs ] && [ -d /sys/module/ip_vs_rr ] || return 1
        arguments=$(sed -n 's/^ *- *"\{0,1\}\([^"]*\)"\{0,1\} *$/\1/p' "$made/manifest")
        echo "$arguments" | awk 'before == "--vs" { print } { before = $0 }' >"$made/listens"
        echo "$arguments" | awk 'before == "--rs" { print } { before = $0 }' >"$made/servers" ;;
    *kube-vip*)
        vip=$(sed -n 's/.*{name: address, value: "\([^"]*\)"}.*/\1/p' "$made/manifest")
        grep -q '{name: cp_enable, value: "true"}' "$made/manifest" && [ -n "$vip" ] || return 1
        rm -f "$WIRE"/vip/*/"$(sim_host)"
        mkdir -p "$WIRE/vip/$vip"
        echo "$(basename "$file" .conf) $(host_address)" >"$WIRE/vip/$vip/$(sim_host)" ;;
    esac
}

# listeners HOST ADDRESS PORT: the API servers that a connection from the host to there may end at, a line each.
listeners() (
    if [ -e "$WIRE/listen/$2:$3/cluster" ]; then
        echo "$WIRE/listen/$2:$3"
        return
    fi
    # An API server listens on all addresses of its host.
    own=$WIRE/listen/$(cat "$WIRE/routes/$1/address" 2>/dev/null):$3
    if [ "$2" = 127.0.0.1 ] && [ -e "$own/cluster" ]; then
        echo "$own"
        return
    fi
    for pod in "$WIRE/routes/$1"/balancer/*; do
        [ -e "$pod/listens" ] && grep -qxF "$2:$3" "$pod/listens" || continue
        while read -r behind; do [ ! -e "$WIRE/listen/$behind/cluster" ] || echo "$WIRE/listen/$behind"; done <"$pod/servers"
    done
    for holder in "$WIRE/vip/$2"/*; do
        [ -e "$holder" ] || continue
        read -r kubeconfig_name behind <"$holder"
        behind=$WIRE/listen/$behind:$3
        [ -e "$behind/cluster" ] || continue
        # Whoever holds the address keeps a lease in the cluster. From 1.29 on the admin may not, until kubeadm has bound its group.
        if [ "$kubeconfig_name" = super-admin ] || [ -e "$WIRE/clusters/$(cat "$behind/cluster")/admins" ]; then echo "$behind"; fi
    done
)

# Whether something else than an API server answers on the address and has none to pass on to.
balanced() ( for pod in "$WIRE/routes/$(sim_host)"/balancer/*; do [ -e "$pod/listens" ] && grep -qxF "$1:$2" "$pod/listens" && return 0; done; return 1 )

# host_reaches HOST: whether its kubelet gets through to an API server, by the address in its kubeconfig.
host_reaches() (
    # What k0s's own balancer on the node leads to.
    if [ -s "$WIRE/routes/$1/balances" ] && grep -qsxF "$(cat "$WIRE/routes/$1/balances")" "$WIRE"/listen/*/cluster; then return 0; fi
    [ -s "$WIRE/routes/$1/server" ] || return 0
    read -r reached_address reached_port <"$WIRE/routes/$1/server"
    [ ! -e "$WIRE/listen/$reached_address:$reached_port/cluster" ] || return 0
    [ -n "$(listeners "$1" "$reached_address" "$reached_port")" ]
)
