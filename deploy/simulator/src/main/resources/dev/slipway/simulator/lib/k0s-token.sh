# k0s token create|list|invalidate|pre-shared, and what joining hosts make of a token. Sourced after k0s-common.sh and k0s-config.sh.
. "$SIM/lib/secret.sh"

k0s_token() {
    sub=${1:-} && [ $# -gt 0 ] && shift
    command_path="token $sub"
    case $sub in
    create)
        flags "$common_flags role= expiry= wait" "$@"
        no_words
        step k0s token/create
        token_role "${flag_role:-worker}"
        locations
        k0s_token_create "${flag_role:-worker}" ;;
    list)
        flags "$common_flags role=" "$@"
        no_words
        step k0s token/list
        [ -z "$flag_role" ] || token_role "$flag_role"
        locations
        k0s_token_list "$flag_role" ;;
    invalidate)
        flags "$common_flags" "$@"
        [ -n "$words" ] || fails 'requires at least 1 arg(s), only received 0'
        step k0s token/invalidate
        locations
        for id in $words; do
            k0s_admin Delete "/api/v1/namespaces/kube-system/secrets/bootstrap-token-$id"
            # Whatever has no Secret of that name is gone already, a whole token too.
            case $id in *[!a-z0-9]*) ;; *) token_remove "$id" ;; esac
            echo "token $id deleted successfully"
        done ;;
    pre-shared)
        flags "$common_flags role= cert= url= out= valid=" "$@"
        no_words
        step k0s token/pre-shared
        k0s_token_pre_shared "${flag_role:-worker}" "${flag_out:-.}" ;;
    '' | -h | --help) echo 'Manage join tokens' ;;
    *) fails "unknown command \"$sub\" for \"k0s token\"" ;;
    esac
}

token_role() { case $1 in controller | worker) ;; *) fails "unsupported role \"$1\"; supported roles are \"controller\" and \"worker\"" ;; esac; }

# go_duration TEXT: its seconds, or fails. What is negative is no time.
go_duration() { seconds "${1#-}" | { read -r found && case $1 in -*) echo 0 ;; *) echo "$found" ;; esac; }; }

k0s_token_pre_shared() { # ROLE FOLDER
    valid=$(go_duration "${flag_valid:-0s}") || misused "invalid argument \"$flag_valid\" for \"--valid\" flag: time: invalid duration \"$flag_valid\""
    token_role "$1"
    [ -n "$flag_cert" ] || fails 'please, provide --cert argument'
    [ -n "$flag_url" ] || fails 'please, provide --url argument'
    k0s_token_new "$1" "$valid"
    [ -d "$2" ] || fails "error writing secret: open $2/.bootstrap-token-$id.yaml.tmp: no such file or directory"
    k0s_token_secret >"$work/secret.yaml"
    token_file "$work/secret.yaml" "$2/bootstrap-token-$id.yaml"
    [ -r "$flag_cert" ] && [ ! -d "$flag_cert" ] || fails "error reading certificate: open $flag_cert: no such file or directory"
    k0s_token_word "$1" "$flag_url" "$flag_cert" >"$work/word"
    token_file "$work/word" "$2/token_$id"
}

token_file() { (umask 077 && cat "$1" >"$2") && chmod 640 "$2"; }

k0s_token_create() { # ROLE
    expires=$(go_duration "${flag_expiry:-0s}") || fails "time: invalid duration \"$flag_expiry\""
    tries=1
    [ "$flag_wait" != true ] || tries=120
    until k0s_token_create_once "$1" >"$work/word" 2>"$work/trouble"; do
        tries=$((tries - 1))
        case $(cat "$work/trouble") in 'Error: refusing'*) tries=0 ;; esac
        [ "$tries" -gt 0 ] || { cat "$work/trouble" >&2; exit 1; }
        pause 1
    done
    cat "$work/word"
    echo
}

k0s_token_create_once() ( # ROLE
    running && [ -e "$RUNNING/serving" ] || fails "failed to get k0s status: status: can't do http request: ${flag_status_socket:-$STATUS_SOCKET} status"
    # Without a configuration the defaults hold.
    cat "$RUNNING/config" >"$work/config" 2>/dev/null || : >"$work/config"
    [ "$(cat "$RUNNING/single" 2>/dev/null)" != true ] || fails 'refusing to create token: cannot join into a single node cluster'
    [ "$1" = worker ] || k0s_joinable || fails 'refusing to create token: cannot join controller into current storage'
    [ -r "$pki/ca.crt" ] || fails "failed to read cluster CA from \"$pki/ca.crt\": open $pki/ca.crt: no such file or directory; check if the control plane is initialized on this node"
    k0s_admin Post /api/v1/namespaces/kube-system/secrets
    k0s_token_new "$1" "$expires"
    k0s_token_secret >"$work/secret.yaml"
    k0s_secret_apply "$work/secret.yaml"
    k0s_token_word "$1" "$(k0s_token_url "$1")" "$pki/ca.crt"
)

# Whether other controllers can share the storage of the configuration that was opened.
k0s_joinable() {
    case $(configured 'spec|storage|type' etcd)/$(configured 'spec|storage|kine|dataSource') in
    etcd/*) ! awk -F '\t' '$2 ~ /^spec\|storage\|etcd\|externalCluster\|/ { found = 1 } END { exit !found }' "$work/config" ;;
    kine/sqlite:* | kine/:*) return 1 ;;
    kine/nats:*[?\&]noEmbed*) ;;
    kine/nats:*) return 1 ;;
    kine/*:*) ;;
    *) return 1 ;;
    esac
}

# k0s_token_url ROLE: where the holder joins, by the configuration that was opened.
k0s_token_url() (
    host=$(configured 'spec|api|address' "$(host_address)") port=$(configured 'spec|api|port' 6443)
    external=$(configured 'spec|api|externalAddress')
    case $external in
    '') ;;
    \[*\]:*) host=${external%]:*} && host=${host#[} && port=${external##*:} ;;
    *:*:*) host=$external ;;
    *:*) host=${external%:*} && port=${external##*:} ;;
    *) host=$external ;;
    esac
    [ "$1" = worker ] || port=$(configured 'spec|api|k0sApiPort' 9443)
    case $host in *:*) host="[$host]" ;; esac
    echo "https://$host:$port"
)

# k0s_token_new ROLE SECONDS: sets $id, $secret, $until (a time or nothing) and $role.
k0s_token_new() {
    role=$1 until=''
    id=$(tr -dc 'a-z0-9' </dev/urandom | head -c 6) secret=$(tr -dc 'a-z0-9' </dev/urandom | head -c 16)
    [ "$2" = 0 ] || until=$(date -u -d "@$(($(date +%s) + $2))" +%Y-%m-%dT%H:%M:%SZ)
}

base64_of() { printf '%s' "$1" | base64 -w 0; }

# Prints the Secret of the new token.
k0s_token_secret() {
    printf 'apiVersion: v1\ndata:\n'
    case $role in worker) description='Worker bootstrap token generated by k0s' ;; *) description='Controller bootstrap token generated by k0s' ;; esac
    printf '  description: %s\n' "$(base64_of "$description")"
    [ -z "$until" ] || printf '  expiration: %s\n' "$(base64_of "$until")"
    printf '  token-id: %s\n  token-secret: %s\n' "$(base64_of "$id")" "$(base64_of "$secret")"
    case $role in
    worker) printf '  usage-bootstrap-authentication: dHJ1ZQ==\n' ;;
    *) printf '  usage-bootstrap-controller-join: dHJ1ZQ==\n  usage-controller-join: dHJ1ZQ==\n' ;;
    esac
    printf 'kind: Secret\nmetadata:\n  name: bootstrap-token-%s\n  namespace: kube-system\ntype: bootstrap.kubernetes.io/token\n' "$id"
}

# k0s_token_word ROLE URL CA-FILE: the join token.
k0s_token_word() {
    case $1 in worker) user=kubelet-bootstrap ;; *) user=controller-bootstrap ;; esac
    gzip -9nc <<END | base64 -w 0
apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: $(base64 -w 0 "$3")
    server: $2
  name: k0s
contexts:
- context:
    cluster: k0s
    user: $user
  name: k0s
current-context: k0s
kind: Config
preferences: {}
users:
- name: $user
  user:
    token: $id.$secret
END
}

k0s_token_list() { # ROLE
    k0s_admin Get '/api/v1/namespaces/kube-system/secrets?fieldSelector=type%3Dbootstrap.kubernetes.io%2Ftoken'
    for entry in "$cluster"/token/*; do
        [ -e "$entry/secret" ] && ! token_expired "${entry##*/}" || continue
        case ,$(cat "$entry/usages"), in *controller-join,*) held=controller ;; *,authentication,*) held=worker ;; *) held='' ;; esac
        [ -z "$1" ] || [ "$1" = "$held" ] || continue
        until=$(cat "$entry/expires-s")
        if [ "$until" = 0 ]; then until=''; else until=$(date -u -d "@$until" +%Y-%m-%dT%H:%M:%SZ); fi
        printf '%-6s\t%-10s\t%-20s\t\n' "${entry##*/}" "$held" "$until"
    done >"$work/tokens"
    [ -s "$work/tokens" ] || { echo 'No k0s join tokens found'; return; }
    printf '%-6s\t%-10s\t%-20s\t\n' ID ROLE 'EXPIRES AT'
    cat "$work/tokens"
}

# k0s_token_open WORD DIRECTORY: takes a join token apart into the files server, ca.crt, user, token and kubeconfig, or prints what is wrong with it and fails.
k0s_token_open() {
    mkdir -p "$2" && chmod 700 "$2"
    if ! trouble=$(printf '%s' "$1" | awk -f "$SIM/lib/base64.awk"); then
        echo "failed to decode token: $trouble"
        return 1
    fi
    printf '%s' "$1" | tr -d '\r\n' | base64 -d >"$2/gzip" 2>/dev/null
    [ -s "$2/gzip" ] || { echo 'failed to decode token: EOF'; return 1; }
    if [ "$(head -c 3 "$2/gzip" | od -An -tx1 | tr -d ' ')" != 1f8b08 ]; then
        if [ "$(wc -c <"$2/gzip")" -lt 10 ]; then echo 'failed to decode token: unexpected EOF'; else echo 'failed to decode token: gzip: invalid header'; fi
        return 1
    fi
    if ! gzip -dc <"$2/gzip" >"$2/kubeconfig" 2>"$2/trouble"; then
        case $(cat "$2/trouble") in
        *trailing*) echo 'failed to decode token: gzip: invalid header' ;;
        *crc* | *length*) echo 'failed to decode token: gzip: invalid checksum' ;;
        *) echo 'failed to decode token: unexpected EOF' ;;
        esac
        return 1
    fi
    rm -f "$2/gzip" "$2/trouble"
    if ! kubeconfig_open "$2/kubeconfig" "$2" || [ "$(value "$2/kubeconfig.flat" 0 kind)" != Config ] || [ "$(value "$2/kubeconfig.flat" 0 apiVersion)" != v1 ]; then
        echo "couldn't get version/kind; json parse error: json: cannot unmarshal string into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }"
        return 1
    fi
    token_context=$(value "$2/kubeconfig.flat" 0 current-context)
    token_user=$(awk -F '\t' -v want="$token_context" '{ v[$2] = $3 } END { for (i = 0; ("contexts|" i "|name") in v; i++) if (v["contexts|" i "|name"] == want) print v["contexts|" i "|context|user"] }' "$2/kubeconfig.flat")
    [ -n "$token_user" ] || { echo "invalid configuration: context was not found for specified context: $token_context"; return 1; }
    [ -n "$server" ] || { echo "invalid configuration: no server found for cluster \"$token_context\""; return 1; }
    # What is not given as text in the token itself is on no other host.
    openssl x509 -in "$2/ca.crt" -noout 2>/dev/null || { echo 'unable to load root certificates: unable to parse bytes as PEM block'; return 1; }
    printf '%s\n' "$server" >"$2/server"
    printf '%s\n' "$token_user" >"$2/user"
    (umask 077 && printf '%s\n' "$token" >"$2/token")
}

# k0s_token_known ID SECRET USAGE: whether $cluster takes the token, for "authentication" or "controller-join".
k0s_token_known() {
    [ -e "$cluster/token/$1/secret" ] && [ "$(cat "$cluster/token/$1/secret")" = "$2" ] && ! token_expired "$1" || return 1
    case ,$(cat "$cluster/token/$1/usages"), in *",$3,"* | *",legacy-$3,"*) return 0 ;; esac
    return 1
}

# k0s_secret_apply FILE: what the applier does with the Secrets of a manifest; prints why one is not taken, and fails. Other documents are not its business.
k0s_secret_apply() (
    applied=$(mktemp -d "${TMPDIR:-/tmp}/k0s-secret.XXXXXX")
    trap 'rm -rf "$applied"' EXIT
    awk -v out="$applied/doc." 'BEGIN { n = 0 } /^---([ \t]|$)/ { n++; next } { print > (out n) }' "$1"
    for document in "$applied"/doc.*; do
        [ -e "$document" ] || continue
        flatten "$document" >"$applied/flat" 2>"$applied/trouble" || { cat "$applied/trouble"; return 1; }
        [ "$(value "$applied/flat" 0 kind)" = Secret ] || continue
        name=$(value "$applied/flat" 0 'metadata|name') place=$(value "$applied/flat" 0 'metadata|namespace')
        [ -n "$name" ] && [ "$(value "$applied/flat" 0 apiVersion)" = v1 ] || { echo "the Secret in $1 has no name or no version"; return 1; }
        if trouble=$(secret_trouble "$document"); then echo "$trouble"; return 1; fi
        mkdir -p "$cluster/object/${place:-default}/secret"
        (umask 077 && cat "$document" >"$cluster/object/${place:-default}/secret/$name.yaml")
        secret_token "$applied/flat" "${place:-default}"
    done
)
