# Secrets as an API server takes them, and the bootstrap tokens that some of them are. Sourced after yaml.sh and cluster.sh.

# secret_trouble FILE: prints why an API server does not take the Secret, or fails.
secret_trouble() {
    awk -v styled=1 -f "$SIM/lib/yaml.awk" "$1" 2>/dev/null | awk -F '\t' '$1 == "0" && $2 ~ /^(data|stringData)\|/ { print $2 "\t" ($4 == "" ? "-" : $4) "\t" $3 }' | while IFS='	' read -r path quoted value; do
        what=''
        case $quoted$value in
        q*) ;;
        -null | -\{\} | -\[\]) continue ;;
        -true | -false) what=bool ;;
        *) ! echo "$value" | grep -Eqx '[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,2})?' || what=number ;;
        esac
        case $path/$what in
        stringData*/) ;;
        stringData*) echo "json: cannot unmarshal $what into Go struct field Secret.stringData of type string" ;;
        data*/) ! printf '%s\n' "$value" | awk -f "$SIM/lib/base64.awk" || continue ;;
        data*) echo "json: cannot unmarshal $what into Go struct field Secret.data of type []uint8" ;;
        esac
    done | head -n 1 | grep .
}

secret_type() { flatten "$1" 2>/dev/null | awk -F '\t' '$2 == "type" { t = $3 } END { print t == "" ? "Opaque" : t }'; }

# secret_value FLAT KEY: stringData comes before data. A line end counts, so it shows.
secret_value() {
    secret_text=$(value "$1" 0 "stringData|$2")
    if [ -n "$secret_text" ]; then printf '%s' "$secret_text"; else value "$1" 0 "data|$2" | base64 -d 2>/dev/null | tr '\n' '\001'; fi
}

# secret_token FLAT NAMESPACE: the bootstrap token that the Secret is from now on; one that is none any more is gone. An authenticator passes over what has not this very shape.
secret_token() {
    secret_id=$(value "$1" 0 'metadata|name')
    case $2/$secret_id in kube-system/bootstrap-token-*) secret_id=${secret_id#bootstrap-token-} ;; *) return 0 ;; esac
    rm -rf "${cluster:?}/token/$secret_id"
    [ "$(value "$1" 0 type)" = bootstrap.kubernetes.io/token ] && [ "$(secret_value "$1" token-id)" = "$secret_id" ] || return 0
    echo "$secret_id.$(secret_value "$1" token-secret)" | grep -Eqx '[a-z0-9]{6}\.[a-z0-9]{16}' || return 0
    secret_expiry=$(secret_value "$1" expiration)
    # A time that cannot be read has passed.
    if [ -z "$secret_expiry" ]; then secret_expiry=0
    elif ! echo "$secret_expiry" | grep -Eqx '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})' || ! secret_expiry=$(date -d "$secret_expiry" +%s 2>/dev/null); then secret_expiry=1; fi
    secret_groups=$(secret_value "$1" auth-extra-groups)
    secret_usages=''
    for usage in bootstrap-authentication bootstrap-signing bootstrap-controller-join controller-join; do
        [ "$(secret_value "$1" "usage-$usage")" = true ] || continue
        case $usage in
        bootstrap-authentication)
            if [ -n "$secret_groups" ] && echo "$secret_groups" | tr ',' '\n' | grep -Evqx 'system:bootstrappers:[a-z0-9:-]*[a-z0-9]'; then continue; fi
            secret_usages=$secret_usages,authentication ;;
        bootstrap-*) secret_usages=$secret_usages,${usage#bootstrap-} ;;
        *) secret_usages=$secret_usages,legacy-$usage ;;
        esac
    done
    token_put "$secret_id" "$(secret_value "$1" token-secret)" "$secret_expiry" "${secret_usages#,}" "$(secret_value "$1" description)"
}

# token_remove ID: the token and the Secret that it is.
token_remove() { rm -rf "${cluster:?}/token/$1" "$cluster/object/kube-system/secret/bootstrap-token-$1.yaml"; }
