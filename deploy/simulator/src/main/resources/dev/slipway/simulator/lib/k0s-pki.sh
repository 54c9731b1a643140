# k0s's certificates: those of pairs that lie there already, as unforgiving as k0s is with halves. Sourced by a controller.
# expects: $pki, $days, $ca_days and the settings of k0s-controller.sh
. "$SIM/lib/pki.sh"

pki_failed() { fails "$1"; }

# Only the pair counts: with one half of it missing a new one is made, over the half that is there.
ca_pair() { # BASE CN
    [ -e "$pki/$1.crt" ] && [ -e "$pki/$1.key" ] && return
    log info "generating CA certificate $2"
    algorithm=RSA-2048 && new_ca "$1" "$2"
}

common_name() { openssl x509 -in "$1" -noout "-$2" -nameopt multiline 2>/dev/null | sed -n 's/.*commonName *= //p'; }

# leaf BASE CA CN O SANS: made anew at every start, unless somebody else's CA signed the one that is there.
leaf() {
    if [ -e "$pki/$1.crt" ] && [ -e "$pki/$1.key" ]; then
        case $(common_name "$pki/$1.crt" issuer) in
        kubernetes-ca | kubernetes-front-proxy-ca | etcd-ca | "$(common_name "$pki/$2.crt" subject)") ;;
        *) return ;;
        esac
    fi
    algorithm=ECDSA-P256 && sign "$pki/$1" "$pki/$2" "$3" "$4" serverAuth,clientAuth "$5"
    chmod 640 "$pki/$1.key"
}

# config_for FILE BASE MODE: k0s's own kubeconfigs, always overwritten.
config_for() {
    kubeconfig_document "https://localhost:$api_port" "$pki/ca.crt" local Default user "$pki/$2.crt" "$pki/$2.key" >"$work/conf"
    (umask 077 && cat "$work/conf" >"$pki/$1")
    chmod "$3" "$pki/$1"
}

serving_names() {
    names=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.$domain,DNS:localhost,IP:127.0.0.1
    for more in $external "$api_address" $(configured_list 'spec|api|sans') "$(host_address)" "$(hostname)" $virtual "$(echo "$service_cidr" | awk -F '[./]' '{ printf "%d.%d.%d.%d", $1, $2, $3, $4 + 1 }')"; do
        more=$(san "$more")
        case ",$names," in *",$more,"*) ;; *) names=$names,$more ;; esac
    done
    echo "$names"
}

pki_start() {
    mkdir -p "$pki/etcd"
    chmod 751 "$pki" && chmod 711 "$pki/etcd"
    ca_pair front-proxy-ca kubernetes-front-proxy-ca
    ca_pair ca kubernetes-ca
    leaf front-proxy-client front-proxy-ca front-proxy-client front-proxy-client ''
    leaf admin ca kubernetes-admin system:masters ''
    leaf konnectivity ca kubernetes-konnectivity system:masters ''
    leaf ccm ca system:kube-controller-manager system:kube-controller-manager ''
    leaf scheduler ca system:kube-scheduler system:kube-scheduler ''
    leaf apiserver-kubelet-client ca apiserver-kubelet-client system:masters ''
    names=$(serving_names)
    leaf server ca kubernetes kubernetes "$names"
    leaf k0s-api ca k0s-api kubernetes "$names"
    if ! { [ -e "$pki/sa.key" ] && [ -e "$pki/sa.pub" ]; }; then
        algorithm=RSA-2048 && new_key "$pki/sa.key"
        openssl pkey -in "$pki/sa.key" -pubout -out "$pki/sa.pub"
    fi
    config_for admin.conf admin 600
    config_for ccm.conf ccm 600
    config_for scheduler.conf scheduler 600
    config_for konnectivity.conf konnectivity 640
    pki_modes
}

pki_etcd() {
    ca_pair etcd/ca etcd-ca
    leaf apiserver-etcd-client etcd/ca apiserver-etcd-client apiserver-etcd-client DNS:localhost,IP:127.0.0.1
    leaf etcd/server etcd/ca etcd-server etcd-server DNS:localhost,IP:127.0.0.1
    leaf etcd/peer etcd/ca "$peer_address" etcd-peer "$(san "$peer_address")"
    pki_modes
}

pki_modes() { find "$pki" -name '*.key' -exec chmod 640 {} + && find "$pki" \( -name '*.crt' -o -name '*.pub' \) -exec chmod 644 {} +; }
