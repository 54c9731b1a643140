# Images of a host: a list in its state. A registry answers unless a fault says otherwise or its name means nothing. Sourced.
images_present() { cat "$STATE/images" 2>/dev/null; }
image_present() { images_present | grep -qxF -- "$1"; }
remove_image() { images_present | grep -vxF -- "$1" >"$STATE/images.new"; mv "$STATE/images.new" "$STATE/images"; }

# archive_images FILE: the images of an archive, compressed or not, as Docker saves it or as an OCI layout; fails if it is none.
archive_images() (
    index=$(mktemp "${TMPDIR:-/tmp}/index.XXXXXX")
    trap 'rm -f "$index"' EXIT
    { gzip -cd "$1" 2>/dev/null || cat "$1"; } | tar -xO -f - manifest.json >"$index" 2>/dev/null ||
        { gzip -cd "$1" 2>/dev/null || cat "$1"; } | tar -xO -f - index.json >"$index" 2>/dev/null || return 1
    # The names in "RepoTags", and those that containerd gives to what it exports.
    tr ',[]{}' '[\n*]' <"$index" | sed -n 's/^ *\("RepoTags": *\|"io.containerd.image.name": *\)\{0,1\}"\([a-z0-9.:-]*[.:][a-z0-9.:-]*\/[^"]*:[^"]*\)".*/\2/p' | awk '!seen[$0]++'
)

# registry_ask METHOD HOST:PORT PATH CA-FILE AUTHORIZATION: prints the status that a registry on this machine answers, nothing if none does or its certificate is not to be believed.
registry_ask() {
    case ${2%:*} in *[!0-9.]*) how=-verify_hostname ;; *) how=-verify_ip ;; esac
    {
        printf '%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: 0\r\n' "$1" "$3" "$2"
        [ -z "$5" ] || printf 'Authorization: %s\r\n' "$5"
        printf '\r\n'
    } | timeout 30 openssl s_client -quiet -connect "$2" -CAfile "$4" -verify_return_error "$how" "${2%:*}" 2>/dev/null | sed -n '1s/^HTTP\/1.1 \([0-9]*\).*/\1/p'
}

# What containerd was told of a registry: a line for each server with its URL, authority file and whether its path is the API's.
registry_servers() {
    grep -q '^ *config_path = "/etc/containerd/certs.d"' /etc/containerd/config.toml 2>/dev/null || return 0
    for folder in "/etc/containerd/certs.d/$1" /etc/containerd/certs.d/_default; do
        [ -e "$folder/hosts.toml" ] || continue
        awk -F '"' '
            function tell() { if (url != "") print url, (ca == "" ? "-" : ca), path; url = ca = ""; path = "no" }
            /^\[host\./ { tell(); url = $2 }
            /^ *ca = / { ca = $2 }
            /^ *override_path = true/ { path = "yes" }
            END { tell() }' "$folder/hosts.toml"
        return 0
    done
}

# The login of a server in containerd's own configuration.
registry_login() {
    awk -v wanted="configs.\"$1\".auth]" 'index($0, wanted) { found = 1; next } found && /^ *auth = / { split($0, part, "\""); print "Basic " part[2]; exit }' /etc/containerd/config.toml
}

# pulled_here IMAGE: whether one of the servers for it that are on this machine has it. Others are not asked: they would be real.
pulled_here() {
    name=${1#*/}
    registry_servers "${1%%/*}" >"${TMPDIR:-/tmp}/servers.$$"
    answer=''
    while read -r url ca path; do
        case $url in https://127.*) ;; *) continue ;; esac
        server=${url#https://}
        base=/v2
        [ "$path" = no ] || base=/${server#*/}
        server=${server%%/*}
        answer=$(registry_ask HEAD "$server" "$base/${name%:*}/manifests/${name##*:}" "$ca" "$(registry_login "$server")" </dev/null)
        [ "$answer" != 200 ] || break
    done <"${TMPDIR:-/tmp}/servers.$$"
    rm -f "${TMPDIR:-/tmp}/servers.$$"
    [ "$answer" = 200 ]
}

registry_known() {
    case $1 in
    127.*:*/*) return 1 ;;
    registry.k8s.io/* | docker.io/* | quay.io/* | ghcr.io/* | gcr.io/* | k8s.gcr.io/* | mcr.microsoft.com/*) ;;
    *) registry=${1%%/*}; resolve "${registry%%:*}" >/dev/null ;;
    esac
}

# pull_image NAME: a few seconds for one that is new; five attempts before it gives up, as kubeadm makes.
pull_image() {
    image_present "$1" && return 0
    if pulled_here "$1" || { registry_known "$1" && (step registry pull) 2>/dev/null; }; then
        pause 4
        echo "$1" >>"$STATE/images"
        return 0
    fi
    pause 18
    echo "failed to pull image \"$1\": failed to pull and unpack image \"$1\": failed to resolve reference \"$1\": failed to do request: Head \"https://${1%%/*}/v2/\": dial tcp: lookup ${1%%/*}: Temporary failure in name resolution"
    return 1
}

# The images of Kubernetes version $1 from repository $2.
kubernetes_images() {
    case $2 in registry.k8s.io) dns=$2/coredns/coredns ;; *) dns=$2/coredns ;; esac
    case $(minor "$1") in
    36) dns_tag=v1.14.2 pause_tag=3.10.2 etcd_tag=3.6.8-0 ;;
    34 | 35) dns_tag=v1.12.1 pause_tag=3.10.1 etcd_tag=3.6.4-0 ;;
    31 | 32 | 33) dns_tag=v1.11.3 pause_tag=3.10 etcd_tag=3.5.16-0 ;;
    29 | 30) dns_tag=v1.11.1 pause_tag=3.9 etcd_tag=3.5.12-0 ;;
    *) dns_tag=v1.10.1 pause_tag=3.9 etcd_tag=3.5.9-0 ;;
    esac
    for component in kube-apiserver kube-controller-manager kube-scheduler kube-proxy; do echo "$2/$component:$1"; done
    printf '%s\n' "$dns:$dns_tag" "$2/pause:$pause_tag" "$2/etcd:$etcd_tag"
}
