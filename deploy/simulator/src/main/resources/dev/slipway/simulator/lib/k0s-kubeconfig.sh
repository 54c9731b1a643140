# k0s kubeconfig admin|create. Sourced.
. "$SIM/lib/pki.sh"

pki_failed() { fails "failed generate user certificate: $1, check if the control plane is initialized on this node"; }

k0s_kubeconfig() {
    sub=${1:-}
    [ $# -gt 0 ] && shift
    command_path="kubeconfig $sub"
    case $sub in
    admin) flags "$common_flags $config_flags" "$@" && no_words ;;
    create) flags "$common_flags $config_flags groups= certificate-expires-after= context-name=" "$@" ;;
    '' | -h | --help) k0s_help && return ;;
    *) fails "unknown command \"$sub\" for \"k0s kubeconfig\"" ;;
    esac
    locations
    step k0s "kubeconfig/$sub"
    problem=$(config_open "${flag_config:-/etc/k0s/k0s.yaml}" "$flag_config") || fails "$problem"
    case $sub in
    admin)
        [ -e "$pki/admin.conf" ] || fails "failed to read admin config, check if the control plane is initialized on this node: open $pki/admin.conf: no such file or directory"
        [ -r "$pki/admin.conf" ] || fails "failed to read admin config, check if the control plane is initialized on this node: open $pki/admin.conf: permission denied"
        sed "s#https://localhost:6443#$(api_url)#; s#https://localhost:$(configured 'spec|api|port' 6443)#$(api_url)#" "$pki/admin.conf" ;;
    create)
        case $words in '') fails 'accepts 1 arg(s), received 0' ;; *' '*) fails "accepts 1 arg(s), received $(echo "$words" | wc -w)" ;; esac
        [ -e "$pki/ca.key" ] || pki_failed "failed to read $pki/ca.key: no such file or directory"
        # shellcheck disable=SC2034 # sign reads it
        algorithm=ECDSA-P256 days=$(($(seconds "${flag_certificate_expires_after:-8760h}") / 86400))
        sign "$work/user" "$pki/ca" "$words" "$flag_groups" serverAuth,clientAuth ''
        kubeconfig_document "$(api_url)" "$pki/ca.crt" k0s "${flag_context_name:-k0s}" "$words" "$work/user.crt" "$work/user.key" ;;
    esac
}
