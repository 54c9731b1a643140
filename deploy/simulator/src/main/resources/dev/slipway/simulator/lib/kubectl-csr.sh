# kubectl get csr, certificate approve|deny. Sourced.
. "$SIM/lib/csr.sh"

# request_flat NAME PREFIX: a CertificateSigningRequest, as lines of PATH<TAB>VALUE.
request_flat() {
    entry=$cluster/csr/$1
    {
        printf 'apiVersion\tcertificates.k8s.io/v1\nkind\tCertificateSigningRequest\nmetadata|name\t%s\nmetadata|creationTimestamp\t%s\n' "$1" "$(cat "$entry/created")"
        case $(cat "$entry/user") in
        system:node:*) printf 'spec|groups|0\tsystem:nodes\nspec|groups|1\tsystem:authenticated\n' ;;
        *) printf 'spec|groups|0\tsystem:bootstrappers\nspec|groups|1\tsystem:authenticated\n' ;;
        esac
        printf 'spec|request\t%s\nspec|signerName\t%s\nspec|usages|0\tdigital signature\nspec|usages|1\t%s\nspec|username\t%s\n' "$(cat "$entry/request")" "$(cat "$entry/signer")" "$(case $(cat "$entry/signer") in */kubelet-serving) echo 'server auth' ;; *) echo 'client auth' ;; esac)" "$(cat "$entry/user")"
        case $(cat "$entry/state") in
        approved) printf 'status|certificate\tLS0t\nstatus|conditions|0|status\tTrue\nstatus|conditions|0|type\tApproved\n' ;;
        denied) printf 'status|conditions|0|status\tTrue\nstatus|conditions|0|type\tDenied\n' ;;
        esac
    } | sed "s/^/$2/"
}

get_requests() {
    allowed "$([ $# -gt 0 ] && echo get || echo list)" certificatesigningrequests
    asked=$#
    [ $# -gt 0 ] || set -- $(csr_names)
    for name in "$@"; do [ -e "$cluster/csr/$name/state" ] || fail "Error from server (NotFound): certificatesigningrequests.certificates.k8s.io \"$name\" not found"; done
    case $output in
    name) for name in "$@"; do echo "certificatesigningrequest.certificates.k8s.io/$name"; done ;;
    '' | wide)
        [ $# -gt 0 ] || { echo 'No resources found' >&2; return; }
        [ -z "$headers" ] || printf '%-11s %-6s %-45s %-28s %-19s %s\n' NAME AGE SIGNERNAME REQUESTOR REQUESTEDDURATION CONDITION
        for name in "$@"; do
            case $(cat "$cluster/csr/$name/state") in approved) condition=Approved,Issued ;; denied) condition=Denied ;; *) condition=Pending ;; esac
            printf '%-11s %-6s %-45s %-28s %-19s %s\n' "$name" "$(age "$(cat "$cluster/csr/$name/created")")" "$(cat "$cluster/csr/$name/signer")" "$(cat "$cluster/csr/$name/user")" '<none>' "$condition"
        done ;;
    *)
        if [ "$asked" = 1 ]; then request_flat "$1" '' >"$work/flat"
        else
            printf 'apiVersion\tv1\nkind\tList\n' >"$work/flat"
            i=0
            for name in "$@"; do request_flat "$name" "items|$i|" >>"$work/flat"; i=$((i + 1)); done
            [ $i -gt 0 ] || printf 'items\t[]\n' >>"$work/flat"
        fi
        print_flat "$work/flat" ;;
    esac
}

kubectl_certificate() {
    verb=${1:-}
    case $verb in approve | deny) shift ;; *) fail "error: unknown command \"$verb\"" ;; esac
    [ $# -gt 0 ] || [ -n "$files" ] || fail 'error: one or more CSRs must be specified as <name> or -f <filename>'
    api_open
    allowed update certificatesigningrequests/approval
    rc=0
    for name in "$@"; do
        name=${name##*/}
        if [ ! -e "$cluster/csr/$name/state" ]; then
            echo "Error from server (NotFound): certificatesigningrequests.certificates.k8s.io \"$name\" not found" >&2
            rc=1
            continue
        fi
        case $verb in approve) verb_done=approved ;; *) verb_done=denied ;; esac
        echo $verb_done >"$cluster/csr/$name/state"
        echo "certificatesigningrequest.certificates.k8s.io/$name $verb_done"
    done
    exit $rc
}
