# The registry of images that a host runs: what its configuration says is told on the wire, and the simulator answers there. Sourced after lib.sh and units.sh.

# registry_started UNIT-FILE: a configuration that the real one would not start with is not told, so the service never gets active.
registry_started() {
    config=$(unit_command "$1" | sed -n '3p')
    [ "$(unit_command "$1" | sed -n '2p')" = serve ] && [ -r "$config" ] && grep -q '^version: 0.1$' "$config" || return 0
    said() { sed -n "s/^.*$1: *\"\{0,1\}\([^\",}]*\)\"\{0,1\}[,}]\{0,1\}.*/\1/p" "$config" | head -n 1; }
    certificate=$(said certificate) key=$(said key) users=$(sed -n 's/^ *htpasswd: {.*path: \([^,}]*\)}.*/\1/p' "$config")
    openssl pkey -in "$key" -noout 2>/dev/null && openssl x509 -in "$certificate" -noout 2>/dev/null || return 0
    [ -z "$users" ] || [ -r "$users" ] || return 0
    address=$(said addr)
    case $address in :*) address=$(host_address)$address ;; esac
    entry=$WIRE/registries/$address
    mkdir -p "$WIRE/registries"
    rm -rf "$entry" "$entry.new"
    mkdir "$entry.new"
    sim_host >"$entry.new/host"
    echo "$certificate" >"$entry.new/certificate"
    echo "$key" >"$entry.new/key"
    echo "$users" >"$entry.new/users"
    said rootdirectory >"$entry.new/storage"
    mv "$entry.new" "$entry"
    waited=0
    while [ $waited -lt 100 ] && ! registry_listens; do
        sleep 0.05
        waited=$((waited + 1))
    done
}

registry_stopped() {
    for entry in "$WIRE"/registries/*; do
        [ ! -e "$entry/host" ] || [ "$(cat "$entry/host")" != "$(sim_host)" ] || rm -rf "$entry"
    done
}

registry_listens() {
    for entry in "$WIRE"/registries/*; do
        [ ! -e "$entry/listens" ] || [ "$(cat "$entry/host" 2>/dev/null)" != "$(sim_host)" ] || return 0
    done
    return 1
}
