# A k0s process from its start to its end, whatever its role: what others see of it while it runs. Sourced.

# Waits so that a signal ends it at once.
rest() { # SECONDS, of simulated time
    sleep "$(awk -v s="$1" -v f="$(cat "$STATE/scale")" 'BEGIN { printf "%.3f", s * f }')" &
    resting=$!
    wait "$resting"
}

# by SECONDS: the time, in milliseconds, until which others may take to do their part; a machine that is busy is given ten real seconds.
by() { scaled_ms "$1" | { read -r wait_ms && [ "$wait_ms" -ge 10000 ] || wait_ms=10000; echo $(($(now_ms) + wait_ms)); }; }

# A pass of what goes on all the time: two seconds, but no more often than a small machine bears.
rest_a_pass() {
    pass=${pass:-$(awk -v f="$(cat "$STATE/scale")" 'BEGIN { s = 2 * f; print s < 1 ? 1 : s }')}
    sleep "$pass" &
    resting=$!
    wait "$resting"
}

# process_begin WORD...: the command line as it was given.
process_begin() {
    as_root
    if running && [ "$(cat "$RUNNING/pid")" != $$ ]; then fails "failed to start: listen unix $STATUS_SOCKET: bind: address already in use"; fi
    off_duty
    mkdir -p "$RUNNING" "$data"
    chmod 755 "$data"
    echo $$ >"$RUNNING/pid"
    echo "$K0S_RELEASE" >"$RUNNING/release"
    echo "$role" >"$RUNNING/role"
    echo "$data" >"$RUNNING/data"
    echo "$kubelet_root" >"$RUNNING/kubelet-root"
    for word in "$(readlink -f "$0")" "$@"; do printf '%s\n' "$word"; done >"$RUNNING/args"
    trap process_end TERM INT
    trap 'off_duty; rm -rf "$work"' EXIT
}

# The socket is there from now on, and answers once process_serves was called.
process_listens() {
    mkdir -p /run/k0s
    rm -f "$STATUS_SOCKET"
    cp -dR "$STATE/socket" "$STATUS_SOCKET"
    printf 'apiVersion: k0s.k0sproject.io/v1beta1\nkind: RuntimeConfig\nspec:\n  k0sVars:\n    DataDir: %s\n' "$data" >/run/k0s/k0s.yaml
}

process_serves() { : >"$RUNNING/serving"; }

process_end() {
    trap '' TERM INT
    kill "${resting:-}" 2>/dev/null
    log info "Shutting down k0s $role"
    exit 0
}

# Takes away what others reach of this process.
off_duty() {
    if [ -n "${cluster:-}" ] && [ "$(cut -d ' ' -f 1 "$cluster/leader" 2>/dev/null)" = "$(sim_host)" ]; then rm -f "$cluster/leader"; fi
    off_the_wire
    rm -rf "${RUNNING:?}" /run/k0s/k0s.yaml "$STATUS_SOCKET" /run/k0s/containerd.sock
}
