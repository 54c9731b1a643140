# Configuration documents: which are accepted, how strictly, with which defaults. Sourced.

# api_version_check MODE: refuses or warns per document, as this kubeadm's version does.
api_versions() {
    awk -F '\t' '$2 == "apiVersion" { a[$1] = $3 } $2 == "kind" { k[$1] = $3 } { d[$1] = 1 } END { for (i in d) print i, (a[i] == "" ? "-" : a[i]), (k[i] == "" ? "-" : k[i]) }' "$work/flat" | sort -n >"$work/versions"
    unknown=''
    while read -r doc api kind; do
        mine=$(minor "$(kubernetes_version)")
        case $api/$kind in
        kubeadm.k8s.io/v1beta4/InitConfiguration | kubeadm.k8s.io/v1beta4/ClusterConfiguration | kubeadm.k8s.io/v1beta4/JoinConfiguration | kubeadm.k8s.io/v1beta4/ResetConfiguration | kubeadm.k8s.io/v1beta4/UpgradeConfiguration)
            [ "$mine" -ge 31 ] || unknown="$unknown kubeadm.k8s.io/v1beta4, Kind=$kind" ;;
        kubeadm.k8s.io/v1beta3/InitConfiguration | kubeadm.k8s.io/v1beta3/ClusterConfiguration | kubeadm.k8s.io/v1beta3/JoinConfiguration)
            if [ "$mine" -lt 22 ]; then unknown="$unknown kubeadm.k8s.io/v1beta3, Kind=$kind"
            elif [ "$mine" -ge 31 ]; then warn "your configuration file uses a deprecated API spec: \"kubeadm.k8s.io/v1beta3\" (kind: \"$kind\"). Please use 'kubeadm config migrate --old-config old-config-file --new-config new-config-file', which will write the new, similar spec using a newer API version."; fi ;;
        kubeadm.k8s.io/v1beta2/* | kubeadm.k8s.io/v1beta1/*)
            case $api in *beta2) old=v1.22 ;; *) old=v1.15 ;; esac
            die "your configuration file uses an old API spec: \"$api\" (kind: \"$kind\"). Please use kubeadm $old instead and run 'kubeadm config migrate --old-config old-config-file --new-config new-config-file', which will write the new, similar spec using a newer API version." ;;
        kubelet.config.k8s.io/v1beta1/KubeletConfiguration | kubeproxy.config.k8s.io/v1alpha1/KubeProxyConfiguration) ;;
        -/-) [ -s "$work/flat" ] && die "invalid configuration: kind and apiVersion is mandatory information that must be specified" ;;
        -/* | */-) die "invalid configuration for GroupVersionKind: kind and apiVersion is mandatory information that must be specified" ;;
        *) unknown="$unknown $api, Kind=$kind" ;;
        esac
    done <"$work/versions"
    [ -z "$unknown" ] || [ "$1" = lenient ] || die "unknown configuration APIs: [${unknown# }]"
    [ -z "$unknown" ] || warn "WARNING: Ignored configuration document with GroupVersionKind${unknown}"
}

# fields_check: prints one line per field the schema does not know, or exits on one of the wrong shape.
fields_check() {
    : >"$work/problems"
    while read -r doc api kind; do
        awk -F '\t' -v doc="$doc" -v kind="$kind" -v version="${api##*/}" -f "$SIM/lib/schema.awk" "$SIM/lib/schema.txt" "$work/flat" >>"$work/problems"
    done <"$work/versions"
    shape=$(sed -n 's/^shape //p' "$work/problems" | head -n 1)
    [ -z "$shape" ] || die "$shape"
}

values_check() {
    pods=$(value_of "$work/flat" ClusterConfiguration 'networking|podSubnet')
    services=$(value_of "$work/flat" ClusterConfiguration 'networking|serviceSubnet')
    for subnet in $(echo "$pods,$services" | tr ',' ' '); do
        echo "$subnet" | awk -F '[./]' '/:/ { exit 0 } NF != 5 { exit 1 } { for (i = 1; i <= 4; i++) if ($i !~ /^[0-9]+$/ || $i > 255) exit 1; if ($5 !~ /^[0-9]+$/ || $5 > 32) exit 1 }' ||
            die "[networking.podSubnet: Invalid value: \"$subnet\": couldn't parse subnet, spec.serviceSubnet]"
    done
    version=$(value_of "$work/flat" ClusterConfiguration kubernetesVersion)
    if [ -n "$version" ]; then
        case $version in v1.[0-9]*.[0-9]* | 1.[0-9]*.[0-9]* | stable* | latest* | ci/*) ;; *) die "couldn't parse Kubernetes version \"$version\": could not parse \"$version\" as version" ;; esac
        mine=$(minor "$(kubernetes_version)")
        case $version in v1.* | 1.*)
            [ "$(minor "v${version#v}")" -ge $((mine - 1)) ] || die "this version of kubeadm only supports deploying clusters with the control plane version >= 1.$((mine - 1)).0. Current version: $version" ;;
        esac
    fi
    for token in $(awk -F '\t' '$2 ~ /^bootstrapTokens\|[0-9]+\|token$/ { print $3 }' "$work/flat"); do
        echo "$token" | grep -Eq '^[a-z0-9]{6}\.[a-z0-9]{16}$' || die "the bootstrap token is invalid"
    done
    token=$(value_of "$work/flat" JoinConfiguration 'discovery|bootstrapToken|token')
    [ -z "$token" ] || echo "$token" | grep -Eq '^[a-z0-9]{6}\.[a-z0-9]{16}$' || die "discovery.bootstrapToken.token: Invalid value: \"\": the bootstrap token is invalid"
    for hash in $(values_of "$work/flat" JoinConfiguration 'discovery|bootstrapToken|caCertHashes'); do
        echo "$hash" | grep -Eq '^sha256:[0-9a-fA-F]{64}$' || die "invalid discovery token CA certificate hash: invalid hash \"$hash\", expected a 32 byte SHA-256 hash, found $(printf '%s' "${hash#sha256:}" | awk '{ print int(length($0) / 2) }') bytes"
    done
    algorithm=$(value_of "$work/flat" ClusterConfiguration encryptionAlgorithm)
    case $algorithm in '' | RSA-2048 | RSA-3072 | RSA-4096 | ECDSA-P256 | ECDSA-P384) ;; *) die "encryptionAlgorithm: Invalid value: \"$algorithm\": Invalid encryption algorithm" ;; esac
    for duration in $(awk -F '\t' '$2 ~ /ertificateValidityPeriod$/ || $2 ~ /^timeouts\|/ || $2 ~ /^bootstrapTokens\|[0-9]+\|ttl$/ { print $3 }' "$work/flat"); do
        seconds "$duration" >/dev/null || die "json: cannot unmarshal: time: invalid duration \"$duration\""
    done
    if [ -n "$(documents "$work/flat" JoinConfiguration)" ]; then
        [ -n "$(value_of "$work/flat" JoinConfiguration 'discovery|bootstrapToken|token')$(value_of "$work/flat" JoinConfiguration 'discovery|file|kubeConfigPath')" ] ||
            die "discovery: Invalid value: \"\": bootstrapToken or file must be set"
        [ -z "$(value_of "$work/flat" JoinConfiguration 'discovery|bootstrapToken|token')" ] || [ -n "$(values_of "$work/flat" JoinConfiguration 'discovery|bootstrapToken|caCertHashes')" ] ||
            [ "$(value_of "$work/flat" JoinConfiguration 'discovery|bootstrapToken|unsafeSkipCAVerification')" = true ] ||
            die "discovery.bootstrapToken: Invalid value: \"\": using token-based discovery without caCertHashes can be unsafe. Set unsafeSkipCAVerification as true in your kubeadm config file or pass --discovery-token-unsafe-skip-ca-verification flag to continue"
    fi
}

# config_load FILE strict|lenient: leaves the flattened documents in $work/flat.
config_load() {
    [ -n "$1" ] || die "the --config flag is mandatory"
    [ -r "$1" ] || die "unable to read config from \"$1\" : open $1: no such file or directory"
    flatten "$1" >"$work/flat" 2>"$work/yaml-error" || die "$(cat "$work/yaml-error")"
    api_versions "$2"
    fields_check
    unknown=$(sed -n 's/^unknown /unknown field /p' "$work/problems" | paste -s -d , | sed 's/,/, /g')
    if [ -n "$unknown" ]; then
        if [ "$2" = strict ]; then die "strict decoding error: $unknown"; fi
        warn "error unmarshaling configuration: strict decoding error: $unknown"
    fi
    values_check
}

kubeadm_config() {
    sub=${1:-} && [ $# -gt 0 ] && shift
    file='' version=$(kubernetes_version) repository=registry.k8s.io output='' rest=''
    while [ $# -gt 0 ]; do
        flag_take "$@"
        case $flag in
        --config) file=$flag_arg ;;
        --kubernetes-version) version=$flag_arg versioned=1 ;;
        --image-repository) repository=$flag_arg ;;
        -o | --output) output=$flag_arg ;;
        --cri-socket | --v | -v | --kubeconfig) ;;
        --*) die "unknown flag: $flag" ;;
        *) rest="$rest $1" flag_words=1 ;;
        esac
        shift "$([ $# -lt "$flag_words" ] && echo $# || echo "$flag_words")"
    done
    case $sub$rest in
    validate) step kubeadm config/validate; config_load "$file" strict; echo ok ;;
    'images list' | 'images pull')
        [ -z "$file" ] || { config_load "$file" lenient; version=$(value_of "$work/flat" ClusterConfiguration kubernetesVersion "$version"); repository=$(value_of "$work/flat" ClusterConfiguration imageRepository "$repository"); }
        kubernetes_images "v${version#v}" "$repository" >"$work/images"
        if [ "$rest" = ' list' ]; then
            if [ "$output" = json ]; then awk 'BEGIN { print "{\n    \"kind\": \"Images\",\n    \"apiVersion\": \"output.kubeadm.k8s.io/v1alpha3\",\n    \"images\": [" } { printf "%s        \"%s\"", (NR > 1 ? ",\n" : ""), $0 } END { print "\n    ]\n}" }' "$work/images"; else cat "$work/images"; fi
        else
            must_be_root 'error: user is not running as root'
            containerd_up || die 'failed to create new CRI runtime service: validate service connection: validate CRI v1 runtime API for endpoint "unix:///var/run/containerd/containerd.sock": rpc error: code = Unavailable desc = connection error'
            while read -r image; do
                step kubeadm config/images-pull
                trouble=$(pull_image "$image") || die "failed to pull image \"$image\": $trouble"
                echo "[config/images] Pulled $image"
            done <"$work/images"
        fi ;;
    *) die "unknown command \"$sub$rest\" for \"kubeadm config\"" ;;
    esac
}
