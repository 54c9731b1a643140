# kubectl apply, create, delete, replace. Objects are kept as given; what makes a network, a bootstrap token or k0s's configuration is noticed. Sourced.
. "$SIM/lib/secret.sh"

# split FILE: one file per document, in $work/doc.N
split_documents() { awk -v out="$work/doc." 'BEGIN { n = 0 } /^---([ \t]|$)/ { n++; next } { print > (out n) }' "$1"; }

# A CNI is there once a DaemonSet is applied that looks like one: host network, and in kube-system or named as a known network.
notice_network() { # FLAT
    [ "$kind" = daemonset ] || return 0
    grep -q '	spec|template|spec|hostNetwork	true$' "$1" || return 0
    case "$place $name" in
    kube-system' '* | *flannel* | *calico* | *cilium* | *weave* | *canal* | *antrea* | *kindnet* | *ovn* | *router* | *cni*)
        case $name in kube-proxy*) ;; *) [ -e "$cluster/cni-ms" ] || now_ms >"$cluster/cni-ms" ;; esac ;;
    esac
}

# k0s_undecodable FILE: prints why the definition of k0s's configuration does not take it, or fails.
k0s_undecodable() {
    . "$SIM/lib/k0s-config.sh"
    mkdir -p "$work/k0s"
    k0s_config_decode "$1" "$work/k0s" | sed 's/^error unmarshaling JSON: while decoding JSON: //; s/^json: unknown field /strict decoding error: unknown field /' | grep .
}

# Controllers take up what the configuration says from now on, and tell it by an event.
notice_k0s() { . "$SIM/lib/k0s-config.sh" && k0s_reconcile || :; }

# put_object FILE VERB: stores one document; prints what happened.
put_object() {
    flatten "$1" >"$work/object" 2>"$work/trouble" || fail "error: error parsing $source: $(cat "$work/trouble")"
    [ -s "$work/object" ] || return 0
    if [ "$(value "$work/object" 0 kind)" = List ]; then fail "error: the simulator's kubectl takes documents, no List"; fi
    api=$(value "$work/object" 0 apiVersion) kind=$(lower "$(value "$work/object" 0 kind)") name=$(value "$work/object" 0 'metadata|name') place=$(value "$work/object" 0 'metadata|namespace')
    [ -n "$kind" ] || fail "error: error validating \"$source\": error validating data: kind not set; if you choose to ignore these errors, turn validation off with --validate=false"
    [ -n "$api" ] || fail "error: error validating \"$source\": error validating data: apiVersion not set; if you choose to ignore these errors, turn validation off with --validate=false"
    [ -n "$name" ] || fail "error: error when retrieving current configuration of: resource name may not be empty"
    case $name in *[!a-zA-Z0-9.:-]*) fail "The $kind \"$name\" is invalid: metadata.name: Invalid value: \"$name\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.'" ;; esac
    place=${place:-$namespace}
    group=${api%/*}
    shown=$kind
    case $api in */*) shown=$kind.$group ;; esac
    allowed patch "$(plural "$kind")"
    if cluster_wide "$kind"; then place=_
    else case $place in default | kube-system | kube-public | kube-node-lease) ;; *)
        [ -e "$cluster/object/_/namespace/$place.yaml" ] || { echo "Error from server (NotFound): error when creating \"$source\": namespaces \"$place\" not found" >&2; rc=1; return; } ;; esac; fi
    object=$cluster/object/$place/$kind/$name.yaml
    case $2 in
    create) [ ! -e "$object" ] || { echo "Error from server (AlreadyExists): error when creating \"$source\": $(plural "$shown") \"$name\" already exists" >&2; rc=1; return; }; word=created ;;
    replace) [ -e "$object" ] || { echo "Error from server (NotFound): error when replacing \"$source\": $(plural "$shown") \"$name\" not found" >&2; rc=1; return; }; word=replaced ;;
    *) if [ ! -e "$object" ]; then word=created; elif cmp -s "$1" "$object"; then word=unchanged; else word=configured; fi
        [ -z "$server_side" ] || word=serverside-applied ;;
    esac
    if [ "$kind" = secret ] && trouble=$(secret_trouble "$1"); then
        echo "Error from server (BadRequest): error when creating \"$source\": Secret in version \"v1\" cannot be handled as a Secret: $trouble" >&2
        rc=1
        return
    fi
    if [ "$kind" = secret ] && [ -e "$object" ] && [ "$(secret_type "$object")" != "$(secret_type "$1")" ]; then
        echo "The Secret \"$name\" is invalid: type: Invalid value: \"$(secret_type "$1")\": field is immutable" >&2
        rc=1
        return
    fi
    if [ "$shown" = clusterconfig.k0s.k0sproject.io ] && [ ! -e "$object" ]; then
        # Without dynamic configuration the cluster does not know the kind.
        printf 'error: resource mapping not found for name: "%s" namespace: "%s" from "%s": no matches for kind "ClusterConfig" in version "%s"\nensure CRDs are installed first\n' "$name" "$place" "$source" "$api" >&2
        rc=1
        return
    fi
    if [ "$shown" = clusterconfig.k0s.k0sproject.io ] && trouble=$(k0s_undecodable "$1"); then
        echo "Error from server (BadRequest): error when creating \"$source\": ClusterConfig in version \"v1beta1\" cannot be handled as a ClusterConfig: $trouble" >&2
        rc=1
        return
    fi
    if [ -z "$dry_run" ] || [ "$dry_run" = none ]; then
        mkdir -p "${object%/*}" && cp "$1" "$object"
        [ "$kind" != secret ] || chmod 600 "$object"
        notice_network "$work/object"
        [ "$kind" != secret ] || secret_token "$work/object" "$place"
        [ "$place/$shown/$name" != kube-system/clusterconfig.k0s.k0sproject.io/k0s ] || notice_k0s
    else word="$word ($dry_run dry run)"; fi
    case $output in name) echo "$shown/$name" ;; *) echo "$shown/$name $word" ;; esac
    object_put
}

# For whoever wants to know what it was: $place/$kind/$name.
object_put() { :; }

each_document() { # VERB-FUNCTION WORD
    [ -n "$files" ] || fail 'error: must specify one of -f and -k'
    api_open
    rc=0
    for file in $files; do
        source=$file
        if [ "$file" = - ]; then source=STDIN && cat >"$work/input" && file=$work/input; fi
        if [ -d "$file" ]; then cat "$file"/*.y*ml "$file"/*.json >"$work/input" 2>/dev/null; file=$work/input; fi
        [ -r "$file" ] || fail "error: the path \"$file\" does not exist"
        rm -f "$work"/doc.*
        split_documents "$file"
        for document in $(ls "$work"/doc.* 2>/dev/null | sort -t . -k 3n); do "$1" "$document" "$2"; done
    done
    exit $rc
}

kubectl_apply() { each_document put_object apply; }
kubectl_replace() { each_document put_object replace; }

kubectl_create() {
    case ${1:-} in
    '') each_document put_object create ;;
    configmap | cm | namespace | ns) [ -n "${2:-}" ] || fail 'error: exactly one NAME is required, got 0' ;;
    *) fail "error: the simulator's kubectl creates configmaps and namespaces, no \"$1\"" ;;
    esac
    case $1 in
    namespace | ns) printf 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: %s\n' "$2" >"$work/made" ;;
    *) {
        echo 'apiVersion: v1'
        echo 'data:'
        echo "$literals" | sed -n 's/^\([^=]*\)=\(.*\)$/  \1: "\2"/p'
        for pair in $from_files; do
            path=${pair#*=} key=${pair%%=*}
            [ "$key" != "$pair" ] || key=$(basename "$path")
            if [ "$path" = - ] || [ "$path" = /dev/stdin ]; then cat >"$work/stdin" && path=$work/stdin; fi
            [ -r "$path" ] || fail "error: error reading $path: no such file or directory"
            echo "  $key: |"
            sed 's/^/    /' "$path"
        done
        printf 'kind: ConfigMap\nmetadata:\n  name: %s\n' "$2"
        [ "$namespace" = default ] || echo "  namespace: $namespace"
    } >"$work/made" ;;
    esac
    if [ "$dry_run" = client ]; then
        if [ "$output" = yaml ]; then cat "$work/made"; else echo "$(kind_of "$1")/$2 created (dry run)"; fi
        return
    fi
    files=$work/made
    each_document put_object create
}

remove_object() { # FILE: as in its document
    flatten "$1" >"$work/object" 2>/dev/null || return 0
    kind=$(lower "$(value "$work/object" 0 kind)") name=$(value "$work/object" 0 'metadata|name') place=$(value "$work/object" 0 'metadata|namespace')
    [ -n "$kind" ] || return 0
    remove_named "$kind" "$name" "${place:-$namespace}"
}

remove_named() { # KIND NAME NAMESPACE
    place=$3
    ! cluster_wide "$1" || place=_
    object=$cluster/object/$place/$1/$2.yaml
    if [ -e "$object" ]; then
        rm -f "$object"
        case $place/$1/$2 in kube-system/secret/bootstrap-token-*) token_remove "${2#bootstrap-token-}" ;; esac
        echo "$1 \"$2\" deleted"
    elif [ -z "$ignore_missing" ]; then echo "Error from server (NotFound): $(plural "$1") \"$2\" not found" >&2; rc=1; fi
}

kubectl_delete() {
    [ -z "$files" ] || each_document remove_object delete
    [ $# -gt 0 ] || fail 'error: You must provide one or more resources by argument or filename.'
    api_open
    case $1 in */*) set -- "${1%%/*}" "${1#*/}" ;; esac
    kind=$(kind_of "$1") && shift
    allowed delete "$(plural "$kind")"
    rc=0
    for name in "$@"; do
        if [ "$kind" = node ]; then
            if node_visible "$name"; then rm -rf "$cluster/node/$name"; echo "node \"$name\" deleted"
            elif [ -z "$ignore_missing" ]; then echo "Error from server (NotFound): nodes \"$name\" not found" >&2; rc=1; fi
        else remove_named "$kind" "$name" "$namespace"; fi
    done
    exit $rc
}
