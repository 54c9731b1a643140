# kubeadm certs check-expiration|renew|certificate-key. Renewing proves nothing by its exit code. Sourced.
certificates='admin.conf:ca apiserver:ca apiserver-etcd-client:etcd/ca apiserver-kubelet-client:ca controller-manager.conf:ca etcd-healthcheck-client:etcd/ca etcd-peer:etcd/ca etcd-server:etcd/ca front-proxy-client:front-proxy-ca scheduler.conf:ca super-admin.conf:ca'

# The certificate of row $1 in $work/row.crt; fails if it is missing.
row_certificate() {
    rm -f "$work/row.crt"
    case $1 in
    *.conf) [ -s "/etc/kubernetes/$1" ] && mkdir -p "$work/row" && kubeconfig_open "/etc/kubernetes/$1" "$work/row" && cp "$work/row/client.crt" "$work/row.crt" ;;
    etcd-*) cp "$pki/etcd/${1#etcd-}.crt" "$work/row.crt" 2>/dev/null ;;
    *) cp "$pki/$1.crt" "$work/row.crt" 2>/dev/null ;;
    esac
}

row() { # NAME FILE CA
    end=$(openssl x509 -in "$2" -noout -enddate | cut -d = -f 2)
    left=$(($(date -d "$end" +%s) - $(date +%s)))
    if [ "$output" = json ]; then printf '{"name":"%s","expirationDate":"%s","residualTime":%d,"externallyManaged":%s%s,"missing":false}' "$1" "$(date -u -d "$end" +%Y-%m-%dT%H:%M:%SZ)" "$left" "$external" "${3:+,\"caName\":\"$3\"}"
    elif [ "$left" -lt 31536000 ]; then printf '%-26s %-24s %-15s %-23s %s\n' "$1" "$(date -u -d "$end" '+%b %d, %Y %H:%M UTC')" "$((left / 86400))d" "${3:-no}" "${3:+no}"
    else printf '%-26s %-24s %-15s %-23s %s\n' "$1" "$(date -u -d "$end" '+%b %d, %Y %H:%M UTC')" "$((left / 31536000))y" "${3:-no}" "${3:+no}"; fi
}

kubeadm_certs() {
    sub=${1:-} && [ $# -gt 0 ] && shift
    pki=/etc/kubernetes/pki output='' words='' external=false
    while [ $# -gt 0 ]; do
        flag_take "$@"
        case $flag in
        --cert-dir) pki=$flag_arg ;; -o | --output) output=$flag_arg ;; --config | --kubeconfig | -v | --v) ;;
        --*) die "unknown flag: $flag" ;;
        *) words="$words $1" flag_words=1 ;;
        esac
        shift "$([ $# -lt "$flag_words" ] && echo $# || echo "$flag_words")"
    done
    step kubeadm "certs/$sub"
    case $sub in
    certificate-key) openssl rand -hex 32 ;;
    check-expiration)
        if [ -e "$pki/ca.crt" ] && [ ! -e "$pki/ca.key" ]; then
            [ -e "$pki/apiserver.crt" ] || die "Error checking external CA condition for ca certificate authority: failure loading certificate for API server: failed to load certificate: couldn't load the certificate file $pki/apiserver.crt: open $pki/apiserver.crt: no such file or directory"
            external=true
        fi
        check_expiration ;;
    renew) renew "${words# }" ;;
    *) die "unknown command \"$sub\" for \"kubeadm certs\"" ;;
    esac
}

check_expiration() {
    if [ "$output" = json ]; then printf '{"kind":"CertificateExpirationInfo","apiVersion":"output.kubeadm.k8s.io/v1alpha3","certificates":['
    else printf '%-26s %-24s %-15s %-23s %s\n' CERTIFICATE EXPIRES 'RESIDUAL TIME' 'CERTIFICATE AUTHORITY' 'EXTERNALLY MANAGED'; fi
    comma=''
    for entry in $certificates; do
        [ "$output" != json ] || printf '%s' "$comma"
        comma=,
        if row_certificate "${entry%:*}"; then row "${entry%:*}" "$work/row.crt" "$(echo "${entry#*:}" | tr / -)"
        elif [ "$output" = json ]; then printf '{"name":"%s","missing":true}' "${entry%:*}"
        else echo "!MISSING! ${entry%:*}"; fi
    done
    if [ "$output" = json ]; then printf '],"certificateAuthorities":['; else printf '\n%-26s %-24s %-15s %s\n' 'CERTIFICATE AUTHORITY' EXPIRES 'RESIDUAL TIME' 'EXTERNALLY MANAGED'; fi
    comma=''
    for ca in ca etcd/ca front-proxy-ca; do
        [ "$output" != json ] || printf '%s' "$comma"
        comma=,
        if [ -e "$pki/$ca.crt" ]; then row "$(echo $ca | tr / -)" "$pki/$ca.crt" ''
        elif [ "$output" = json ]; then printf '{"name":"%s","missing":true}' "$(echo $ca | tr / -)"
        else echo "!MISSING! $(echo $ca | tr / -)"; fi
    done
    [ "$output" != json ] || echo ']}'
}

renew() {
    wanted=$1 phase=renew
    known=" all $(echo "$certificates" | sed 's/:[^ ]*//g') "
    case $known in *" $wanted "*) ;; *) die "unknown command \"$wanted\" for \"kubeadm certs renew\"" ;; esac
    for entry in $certificates; do
        row=${entry%:*} ca=${entry#*:}
        [ "$wanted" = all ] || [ "$wanted" = "$row" ] || continue
        if ! row_certificate "$row"; then
            echo "MISSING! certificate $row"
            continue
        fi
        if [ ! -e "$pki/$ca.key" ]; then
            echo "Detected external $ca, certificate $row can't be renewed"
            continue
        fi
        cn=$(openssl x509 -in "$work/row.crt" -noout -subject -nameopt multiline | sed -n 's/.*commonName *= //p')
        o=$(openssl x509 -in "$work/row.crt" -noout -subject -nameopt multiline | sed -n 's/.*organizationName *= //p')
        names=$(openssl x509 -in "$work/row.crt" -noout -ext subjectAltName 2>/dev/null | sed -n '2s/IP Address:/IP:/g; 2s/[[:space:]]//gp')
        usage=$(openssl x509 -in "$work/row.crt" -noout -ext extendedKeyUsage | grep -q Server && echo serverAuth || echo clientAuth)
        case $row in etcd-server | etcd-peer) usage=serverAuth,clientAuth ;; esac
        if openssl x509 -in "$work/row.crt" -noout -text | grep -q id-ecPublicKey; then algorithm=ECDSA-P256; else algorithm=RSA-2048; fi
        case $row in
        *.conf)
            server=$(sed -n 's/^ *server: //p' "/etc/kubernetes/$row")
            sign "$work/renewed" "$pki/$ca" "$cn" "$o" "$usage" "$names"
            kubeconfig_text "$server" "$cn" "$work/renewed.crt" "$work/renewed.key" >"$work/renewed.yaml"
            (umask 077 && cat "$work/renewed.yaml" >"/etc/kubernetes/$row") ;;
        etcd-*) sign "$pki/etcd/${row#etcd-}" "$pki/$ca" "$cn" "$o" "$usage" "$names" ;;
        *) sign "$pki/$row" "$pki/$ca" "$cn" "$o" "$usage" "$names" ;;
        esac
        echo "certificate $row renewed"
    done
    kubelet_sync
    [ "$wanted" != all ] || printf '\nDone renewing certificates. You must restart the kube-apiserver, kube-controller-manager, kube-scheduler and etcd, so that they can use the new certificates.\n'
}
