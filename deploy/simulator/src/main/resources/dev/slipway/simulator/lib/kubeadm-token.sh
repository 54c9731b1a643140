# kubeadm token create|list|delete|generate, against the cluster that admin.conf reaches. Sourced.
new_token() { echo "$(tr -dc 'a-z0-9' </dev/urandom | head -c 6).$(tr -dc 'a-z0-9' </dev/urandom | head -c 16)"; }

token_cluster() {
    [ -r "$kubeconfig" ] || die "failed to load admin kubeconfig: open $kubeconfig: no such file or directory"
    mkdir -p "$work/admin" && kubeconfig_open "$kubeconfig" "$work/admin" || die "failed to load admin kubeconfig: invalid configuration"
    trouble=$(api_reach "$server_host" "$server_port") || die "failed to list bootstrap tokens: Get \"https://$hostport/api/v1/namespaces/kube-system/secrets?fieldSelector=type%3Dbootstrap.kubernetes.io%2Ftoken\": $trouble"
    api_reach "$server_host" "$server_port" >/dev/null
    trouble=$(api_trust "$work/admin/ca.crt" "$server_host") || die "failed to list bootstrap tokens: Get \"https://$hostport/api/v1/namespaces/kube-system/secrets\": $trouble"
    api_identity "$work/admin/client.crt" >/dev/null || die "failed to list bootstrap tokens: Unauthorized"
}

kubeadm_token() {
    sub=${1:-} && [ $# -gt 0 ] && shift
    kubeconfig=/etc/kubernetes/admin.conf ttl=24h0m0s description='' usages=signing,authentication output='' words='' file=''
    while [ $# -gt 0 ]; do
        flag_take "$@"
        case $flag in
        --kubeconfig) kubeconfig=$flag_arg ;; --ttl) ttl=$flag_arg ;; --description) description=$flag_arg ;; --usages) usages=$flag_arg ;;
        -o | --output) output=$flag_arg ;; --groups | --v | -v) ;; --config) file=$flag_arg ;; --print-join-command) join=1 flag_words=1 ;;
        --*) die "unknown flag: $flag" ;;
        *) words="$words $1" flag_words=1 ;;
        esac
        shift "$([ $# -lt "$flag_words" ] && echo $# || echo "$flag_words")"
    done
    step kubeadm "token/$sub"
    case $sub in
    generate) new_token ;;
    create)
        wanted=${words# }
        if [ -n "$file" ]; then
            . "$SIM/lib/kubeadm-config.sh"
            config_load "$file" lenient
            [ -n "$(documents "$work/flat" InitConfiguration)" ] || die "no InitConfiguration found in the supplied config"
            wanted=$(value_of "$work/flat" InitConfiguration 'bootstrapTokens|0|token')
            ttl=$(value_of "$work/flat" InitConfiguration 'bootstrapTokens|0|ttl' 24h0m0s)
            description=$(value_of "$work/flat" InitConfiguration 'bootstrapTokens|0|description')
        fi
        [ -n "$wanted" ] || wanted=$(new_token)
        echo "$wanted" | grep -Eq '^[a-z0-9]{6}\.[a-z0-9]{16}$' || die "the bootstrap token \"$wanted\" was not of the form \"\\A([a-z0-9]{6})\\.([a-z0-9]{16})\\z\""
        ttl=$(seconds "$ttl") || die "invalid argument for \"--ttl\" flag"
        token_cluster
        [ ! -e "$cluster/token/${wanted%.*}" ] || die "a token with id \"${wanted%.*}\" already exists"
        [ "$ttl" = 0 ] && expires=0 || expires=$(($(date +%s) + ttl))
        token_put "${wanted%.*}" "${wanted#*.}" "$expires" "$usages" "$description"
        if [ -n "${join:-}" ]; then echo "kubeadm join $hostport --token $wanted --discovery-token-ca-cert-hash $(pin "$cluster/ca.crt") "; else echo "$wanted"; fi ;;
    list)
        token_cluster
        [ -n "$output" ] || [ -z "$(ls "$cluster/token")" ] || printf '%-25s %-8s %-22s %-26s %s\n' TOKEN TTL EXPIRES USAGES DESCRIPTION
        for entry in "$cluster"/token/*; do
            [ -e "$entry/secret" ] && ! token_expired "${entry##*/}" || continue
            expires=$(cat "$entry/expires-s")
            if [ "$expires" = 0 ]; then left='<forever>' until='<never>'; else left=$(((expires - $(date +%s)) / 3600))h until=$(date -u -d "@$expires" +%Y-%m-%dT%H:%M:%SZ); fi
            if [ "$output" = json ]; then
                printf '{\n    "kind": "BootstrapToken",\n    "apiVersion": "output.kubeadm.k8s.io/v1alpha3",\n    "token": "%s.%s",\n    "description": "%s",\n    "expires": "%s",\n    "usages": ["%s"]\n}\n' "${entry##*/}" "$(cat "$entry/secret")" "$(cat "$entry/description")" "$until" "$(sed 's/,/", "/g' "$entry/usages")"
            else printf '%-25s %-8s %-22s %-26s %s\n' "${entry##*/}.$(cat "$entry/secret")" "$left" "$until" "$(cat "$entry/usages")" "$(cat "$entry/description")"; fi
        done ;;
    delete)
        token_cluster
        for token in $words; do
            id=${token%.*}
            [ -e "$cluster/token/$id" ] || die "failed to delete bootstrap token \"$id\": secrets \"bootstrap-token-$id\" not found"
            . "$SIM/lib/secret.sh" && token_remove "$id"
            echo "bootstrap token \"$id\" deleted"
        done ;;
    *) die "unknown command \"$sub\" for \"kubeadm token\"" ;;
    esac
}
