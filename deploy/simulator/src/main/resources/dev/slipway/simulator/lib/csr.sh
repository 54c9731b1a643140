# Certificate signing requests of a cluster. Sourced after cluster.sh. clusters/ID/csr/NAME/: signer, user, state (pending|approved|denied), created, request

# csr_new SIGNER USER STATE CN
csr_new() {
    mkdir -p "$cluster/csr"
    made=$(mktemp -d "$cluster/csr/.XXXXXX")
    echo "$1" >"$made/signer"
    echo "$2" >"$made/user"
    echo "$3" >"$made/state"
    date -u +%Y-%m-%dT%H:%M:%SZ >"$made/created"
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null -subj "/O=system:nodes/CN=$4" -addext "subjectAltName=DNS:${4#system:node:},IP:$(host_address)" 2>/dev/null | base64 -w 0 >"$made/request"
    chmod 755 "$made"
    mv "$made" "$cluster/csr/csr-$(tr -dc 'a-z0-9' </dev/urandom | head -c 5)"
}

csr_names() ( for entry in "$cluster"/csr/*; do [ ! -e "$entry/state" ] || echo "${entry##*/}"; done )

# csr_of SIGNER USER STATE: whether there is such a one.
csr_of() (
    for entry in "$cluster"/csr/*; do
        [ -e "$entry/state" ] && [ "$(cat "$entry/signer") $(cat "$entry/user") $(cat "$entry/state")" = "$1 $2 $3" ] && exit 0
    done
    exit 1
)
