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

registry_known() {
    case $1 in
    registry.k8s.io/* | docker.io/* | quay.io/* | ghcr.io/* | gcr.io/* | k8s.gcr.io/* | mcr.microsoft.com/*) ;;
    *) registry=${1%%/*}; resolve "${registry%%:*}" >/dev/null ;;
    esac
}

# pull_image NAME: a few seconds for one that is new; five attempts before it gives up, as kubeadm makes.
pull_image() {
    image_present "$1" && return 0
    if registry_known "$1" && (step registry pull) 2>/dev/null; then
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
