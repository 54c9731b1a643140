# The images that k0s's releases name and the bundles that workers import. Sourced after images.sh and k0s-config.sh.

# k0s_images_table VERSION: PATH IMAGE VERSION of spec.images, a line each.
k0s_images_table() {
    table_version=${1%%+*}
    case $(minor "$1") in
    36 | 37) table_calico=v3.31.4-0 table_router=v2.7.0-iptables1.8.11-0 table_dns=1.14.2 table_pause=3.10.1 ;;
    33 | 34 | 35) table_calico=v3.29.6-0 table_router=v2.5.0-iptables1.8.11-0 table_dns=1.12.3 table_pause=3.10 ;;
    *) table_calico=v3.28.4-0 table_router=v2.2.1-iptables1.8.9-1 table_dns=1.11.4 table_pause=3.9 ;;
    esac
    cat <<END
calico|cni quay.io/k0sproject/calico-cni $table_calico
calico|kubecontrollers quay.io/k0sproject/calico-kube-controllers $table_calico
calico|node quay.io/k0sproject/calico-node $table_calico
coredns quay.io/k0sproject/coredns $table_dns
konnectivity quay.io/k0sproject/apiserver-network-proxy-agent v0.33.0
kubeproxy quay.io/k0sproject/kube-proxy $table_version
kuberouter|cni quay.io/k0sproject/kube-router $table_router
kuberouter|cniInstaller quay.io/k0sproject/cni-node 1.8.0-k0s.0
metricsserver registry.k8s.io/metrics-server/metrics-server v0.8.0
pause registry.k8s.io/pause $table_pause
pushgateway quay.io/k0sproject/pushgateway-ttl 1.4.0-k0s.0
END
}

# k0s_image CONFIG NAME: the reference of one, with what the configuration says. CONFIG may be /dev/null.
k0s_image() (
    k0s_images_table "$(kubernetes_version)" | while read -r name image version; do
        [ "$name" = "$2" ] || continue
        path=spec.images.$(echo "$name" | tr '|' .)
        image_reference "$1" "$(k0s_setting "$1" "$path.image" "$image")" "$(k0s_setting "$1" "$path.version" "$version")"
    done
)

# k0s_balancer_image CONFIG: that of the balancer on each worker.
k0s_balancer_image() (
    case $(k0s_setting "$1" spec.network.nodeLocalLoadBalancing.type EnvoyProxy) in
    Traefik) part=traefik image=quay.io/k0sproject/traefik version=v3.6.7 ;;
    *) part=envoyProxy image=quay.io/k0sproject/envoy-distroless version=v1.37.0 ;;
    esac
    image_reference "$1" "$(k0s_setting "$1" "spec.network.nodeLocalLoadBalancing.$part.image.image" "$image")" "$(k0s_setting "$1" "spec.network.nodeLocalLoadBalancing.$part.image.version" "$version")"
)

# image_reference CONFIG IMAGE VERSION: with the registry that takes the place of all.
image_reference() (
    repository=$(k0s_setting "$1" spec.images.repository)
    if [ -n "$repository" ]; then
        case ${2%%/*} in *[.:]* | localhost) set -- "$1" "$repository/${2#*/}" "$3" ;; *) set -- "$1" "$repository/$2" "$3" ;; esac
    fi
    echo "$2:$3"
)

# k0s_node_images CONFIG: those that every node runs before it is Ready.
k0s_node_images() {
    k0s_image "$1" pause
    [ "$(k0s_setting "$1" spec.network.kubeProxy.disabled)" = true ] || k0s_image "$1" kubeproxy
    case $(k0s_setting "$1" spec.network.provider kuberouter) in
    kuberouter) k0s_image "$1" 'kuberouter|cni'; k0s_image "$1" 'kuberouter|cniInstaller' ;;
    calico) k0s_image "$1" 'calico|cni'; k0s_image "$1" 'calico|node' ;;
    esac
    k0s_image "$1" konnectivity
    [ "$(k0s_setting "$1" spec.network.nodeLocalLoadBalancing.enabled)" != true ] || k0s_balancer_image "$1"
}

# k0s_images_ready CONFIG: brings what a node needs onto this host, by the pull policy; prints the first trouble and fails: then its pods do not start.
k0s_images_ready() (
    policy=$(k0s_setting "$1" spec.images.default_pull_policy IfNotPresent)
    for image in $(k0s_node_images "$1"); do
        # The sandbox is the runtime's own, which knows no policy.
        case $policy/$image in
        Never/*/pause:*) ;;
        Never/*) image_present "$image" || { echo "Container image \"$image\" is not present with pull policy of Never"; return 1; } ;;
        Always/*) ! registry_known "$image" || remove_image "$image" ;;
        esac
        pull_image "$image" || return 1
    done
)

# k0s_images_import DATA: imports the bundles that came since the last time, as a worker does at its start and whenever one comes. What cannot be read is logged and passed over.
k0s_images_import() {
    mkdir -p "$1/images" && chmod 755 "$1/images"
    for bundle in "$1"/images/*; do
        [ -f "$bundle" ] || continue
        bundle_seen="$bundle $(stat -c '%s %Y' "$bundle")"
        ! grep -qsxF "$bundle_seen" "$RUNNING/bundles" || continue
        echo "$bundle_seen" >>"$RUNNING/bundles"
        step k0s images/import
        if imported=$(archive_images "$bundle"); then
            for image in $imported; do image_present "$image" || echo "$image" >>"$STATE/images"; done
            log info "OCI bundle $bundle loaded"
        else
            log error "Failed to load OCI bundle $bundle: failed to process OCI bundle: can't import bundle: unrecognized image format"
        fi
    done
}
