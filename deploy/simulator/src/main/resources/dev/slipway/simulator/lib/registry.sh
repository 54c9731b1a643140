# registry.sh METHOD STORAGE NAME TAG: what a registry answers of a manifest, as a status. No layers are kept: nothing runs here.
link=$2/docker/registry/v2/repositories/$3/_manifests/tags/$4/current/link
case $1 in
GET | HEAD) if [ -e "$link" ]; then echo 200; else echo 404; fi ;;
PUT)
    mkdir -p "${link%/*}"
    printf 'sha256:%s' "$(printf '%s' "$3:$4" | sha256sum | cut -c 1-64)" >"$link"
    echo 201 ;;
*) echo 405 ;;
esac
