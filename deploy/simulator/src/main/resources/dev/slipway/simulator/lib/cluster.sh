# Clusters as seen from a host: a directory on the wire each, reached through the API servers that listen. Sourced after lib.sh and yaml.sh.
# clusters/ID/: k0s (of one that is k0s's), etcd/NAME/, ca.crt, endpoint, version, service-account (works|broken), token/ID/, node/NAME/, object/…, csr/NAME/, cni-ms

. "$SIM/lib/etcd.sh"
. "$SIM/lib/balancer.sh"

# api_reach HOST PORT: sets $cluster and $listener, or prints Go's dial error and fails.
api_reach() {
    if ! address=$(resolve "$1"); then
        echo "dial tcp: lookup $1 on 127.0.0.53:53: no such host"
        return 1
    fi
    balancers_sync
    trouble_there=''
    for listener in $(listeners "$(sim_host)" "$address" "$2"); do
        [ "$(now_ms)" -ge "$(cat "$listener/ready-ms")" ] || continue
        cluster=$WIRE/clusters/$(cat "$listener/cluster")
        [ -d "$cluster" ] || continue
        etcd_answers && return 0
        trouble_there='net/http: request canceled (Client.Timeout exceeded while awaiting headers)'
    done
    if [ -n "$trouble_there" ]; then
        pause 10
        echo "$trouble_there"
        return 1
    fi
    if balanced "$address" "$2"; then
        echo EOF
        return 1
    fi
    case $address in
    127.*) echo "dial tcp $address:$2: connect: connection refused" ;;
    *) pause 3; echo "dial tcp $address:$2: connect: no route to host" ;;
    esac
    return 1
}

# api_trust CA-FILE HOST: checks the listener's certificate as a Go client does.
api_trust() {
    if ! openssl verify -CAfile "$1" -partial_chain "$listener/apiserver.crt" >/dev/null 2>&1; then
        if openssl verify -CAfile "$1" -partial_chain -no_check_time "$listener/apiserver.crt" >/dev/null 2>&1; then
            echo "tls: failed to verify certificate: x509: certificate has expired or is not yet valid"
        else
            echo "tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of \"crypto/rsa: verification error\" while trying to verify candidate authority certificate \"kubernetes\")"
        fi
        return 1
    fi
    case $2 in *[!0-9.]*) how=-checkhost ;; *) how=-checkip ;; esac
    if openssl x509 -in "$listener/apiserver.crt" -noout "$how" "$2" | grep -q 'NOT match'; then
        names=$(openssl x509 -in "$listener/apiserver.crt" -noout -ext subjectAltName 2>/dev/null | sed -n 's/DNS:\|IP Address://g; 2s/^ *//p')
        echo "tls: failed to verify certificate: x509: certificate is valid for $names, not $2"
        return 1
    fi
}

# The version of the API server that was reached; those of one cluster may differ for a while.
api_version() { cat "$listener/version" 2>/dev/null || cat "$cluster/version"; }

# The identity of a client certificate: "CN O" if the cluster accepts it.
api_identity() {
    openssl verify -CAfile "$cluster/ca.crt" -partial_chain -purpose sslclient "$1" >/dev/null 2>&1 || return 1
    openssl x509 -in "$1" -noout -subject -nameopt multiline | awk -F ' = ' '/commonName/ { cn = $2 } /organizationName/ { o = $2 } END { print cn, (o == "" ? "-" : o) }'
}

# kubeconfig FILE DIRECTORY: takes it apart into server, ca.crt, client.crt, client.key, token.
kubeconfig_open() {
    flatten "$1" >"$2/kubeconfig.flat" 2>/dev/null || return 1
    context=$(value "$2/kubeconfig.flat" 0 current-context)
    awk -F '\t' -v dir="$2" -v want="$context" '
        { v[$2] = $3 }
        END {
            for (i = 0; ("contexts|" i "|name") in v; i++) if (v["contexts|" i "|name"] == want) { c = v["contexts|" i "|context|cluster"]; u = v["contexts|" i "|context|user"] }
            for (i = 0; ("clusters|" i "|name") in v; i++) if (v["clusters|" i "|name"] == c) p = "clusters|" i "|cluster|"
            for (i = 0; ("users|" i "|name") in v; i++) if (v["users|" i "|name"] == u) q = "users|" i "|user|"
            print "server " v[p "server"]
            print "ca.crt " v[p "certificate-authority-data"] " " v[p "certificate-authority"]
            print "client.crt " v[q "client-certificate-data"] " " v[q "client-certificate"]
            print "client.key " v[q "client-key-data"] " " v[q "client-key"]
            print "token " v[q "token"]
        }' "$2/kubeconfig.flat" >"$2/kubeconfig.parts"
    server=$(sed -n 's/^server //p' "$2/kubeconfig.parts")
    for part in ca.crt client.crt client.key; do
        # shellcheck disable=SC2046 # two words: data, file
        set -- "$1" "$2" $(sed -n "s/^$part //p" "$2/kubeconfig.parts")
        rm -f "$2/$part"
        case ${3:-} in '') ;; /*) cp "$3" "$2/$part" 2>/dev/null ;; *) echo "$3" | base64 -d >"$2/$part" 2>/dev/null ;; esac
        set -- "$1" "$2"
    done
    token=$(sed -n 's/^token //p' "$2/kubeconfig.parts")
    hostport=${server#https://}
    hostport=${hostport%%/*}
    server_host=${hostport%:*} server_port=${hostport##*:}
    [ "$server_port" != "$hostport" ] || server_port=443
}

# pin FILE: the value kubeadm calls the CA's public key hash.
pin() { echo "sha256:$(openssl x509 -in "$1" -noout -pubkey 2>/dev/null | openssl pkey -pubin -outform DER 2>/dev/null | sha256sum | cut -d ' ' -f 1)"; }

controller_manager_works() {
    [ -e /var/lib/etcd/member/cluster ] || return 0
    [ "$(cat "$WIRE/clusters/$(cat /var/lib/etcd/member/cluster)/service-account" 2>/dev/null)" != broken ]
}

# A token is signed into cluster-info by the controller manager, some seconds after it was made.
token_signed() {
    [ -e "$cluster/token/$1/secret" ] && ! token_expired "$1" && [ "$(cat "$cluster/service-account")" = works ] &&
        grep -q signing "$cluster/token/$1/usages" && [ "$(now_ms)" -ge "$(cat "$cluster/token/$1/signed-ms")" ]
}

token_expired() { [ "$(cat "$cluster/token/$1/expires-s")" -ne 0 ] && [ "$(date +%s)" -ge "$(cat "$cluster/token/$1/expires-s")" ]; }

# token_put ID SECRET EXPIRES-S USAGES DESCRIPTION
token_put() {
    mkdir -p "$cluster/token/$1"
    (umask 077 && echo "$2" >"$cluster/token/$1/secret")
    echo "$3" >"$cluster/token/$1/expires-s"
    echo "$4" >"$cluster/token/$1/usages"
    echo "$5" >"$cluster/token/$1/description"
    echo $(($(now_ms) + $(scaled_ms 5))) >"$cluster/token/$1/signed-ms"
}

# seconds "1h30m0s": a Go duration; fails if it is none.
seconds() {
    echo "$1" | awk '{ if ($0 == "0") { print 0; exit } if ($0 !~ /^([0-9.]+(h|m|s|ms))+$/) exit 1
        while (match($0, /^[0-9.]+(ms|h|m|s)/)) { p = substr($0, 1, RLENGTH); $0 = substr($0, RLENGTH + 1); n = p + 0
            t += p ~ /ms$/ ? n / 1000 : p ~ /h$/ ? n * 3600 : p ~ /m$/ ? n * 60 : n } printf "%d\n", t }'
}

# node_visible NAME: at $instant, or now.
node_visible() {
    take since "$cluster/node/$1/visible-ms"
    [ -n "$since" ] && [ "${instant:-$(now_ms)}" -ge "$since" ]
}

# Sets $ready (True|False|Unknown) and $ready_message of node $1, at $instant, or now. A network is there once a CNI manifest was applied or
# the node has a CNI configuration of its own; the kubelet sees it some seconds later.
node_ready() {
    take owner "$cluster/node/$1/host"
    # A way to an API server that is away itself is missed by nobody: who would tell is the controller manager beside it.
    if ! [ -e "$WIRE/kubelets/$owner" ] || ! host_reaches "$owner" && grep -qsxF "${cluster##*/}" "$WIRE"/listen/*/cluster; then
        ready=Unknown ready_message='Kubelet stopped posting node status.'
        return
    fi
    ready=False ready_message='container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized'
    # k0s's network is of pods whose images the node must have.
    take pods "$cluster/node/$1/pods"
    [ "$pods" != pending ] || return 0
    take since "$cluster/node/$1/visible-ms"
    take network "$cluster/cni-ms"
    take own "$cluster/node/$1/own-cni"
    [ "$own" != yes ] || network=$since
    [ -n "$network" ] || return 0
    [ "$network" -le "$since" ] || since=$network
    take started "$WIRE/kubelets/$owner"
    [ "$started" -le "$since" ] || since=$started
    [ "${instant:-$(now_ms)}" -lt $((since + ${network_delay:=$(scaled_ms 8)})) ] || { ready=True ready_message='kubelet is posting ready status'; }
}
