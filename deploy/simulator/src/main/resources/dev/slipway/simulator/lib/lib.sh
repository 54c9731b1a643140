# Shared by every stand-in: time, faults, the wire between hosts. Sourced.
SIM=/.simulator
WIRE=$SIM/wire
STATE=$SIM/state
OPENSSL_CONF=/dev/null
export OPENSSL_CONF

# take VARIABLE FILE: the first line of the file, or nothing where there is none; no process is started for it.
take() {
    eval "$1=''"
    # shellcheck disable=SC2229 # the variable of that name
    [ ! -r "$2" ] || IFS= read -r "$1" <"$2" || :
}

now_ms() { date +%s%3N; }

# Milliseconds of simulated time for $1 real seconds.
scaled_ms() { take time_scale "$STATE/scale"; awk -v s="$1" -v f="$time_scale" 'BEGIN { printf "%d", s * f * 1000 }'; }

pause() { take time_scale "$STATE/scale"; sleep "$(awk -v s="$1" -v f="$time_scale" 'BEGIN { printf "%.3f", s * f }')"; }

lower() { printf '%s' "$1" | tr '[:upper:]' '[:lower:]'; }

# step TOOL STEP: the place where a fault takes effect (README: faults). Fields: action tool step times rc-or-seconds text
step() {
    [ -s "$STATE/faults" ] || return 0
    fault_line=$(awk -v t="$1" -v s="$2" '($2 == t || $2 == "*") && ($3 == s || $3 == "*") && $4 != "0" { print NR " " $0; exit }' "$STATE/faults")
    [ -n "$fault_line" ] || return 0
    # shellcheck disable=SC2086 # split on purpose
    set -- $fault_line
    awk -v n="$1" 'NR == n && $4 ~ /^[0-9]+$/ { $4 = $4 - 1 } { print }' "$STATE/faults" >"$STATE/faults.$$" && mv -f "$STATE/faults.$$" "$STATE/faults"
    fault_action=$2 fault_value=$6
    shift 6
    case $fault_action in
    slow) pause "$fault_value" ;;
    fail) echo "${*:-simulated failure}" >&2; exit "$fault_value" ;;
    kill) kill -KILL "$PPID"; kill -KILL $$ ;;
    esac
}

# What this host answers on the network is gone (it went down, or was reset).
off_the_wire() {
    for heard in "$WIRE"/listen/*; do
        [ -e "$heard/host" ] && [ "$(cat "$heard/host")" = "$(sim_host)" ] && rm -rf "$heard"
    done
    for heard in "$WIRE"/etcd/*; do
        [ ! -e "$heard" ] || [ "$(cat "$heard")" != "$(sim_host)" ] || rm -f "$heard"
    done
    rm -rf "$WIRE/routes/$(sim_host)" "$WIRE"/vip/*/"$(sim_host)"
    rm -f "$WIRE/kubelets/$(sim_host)"
}

# The name the simulator knows this host by; its hostname may be changed.
sim_host() { cat "$STATE/name"; }
host_address() { cat "$STATE/address"; }

# resolve NAME: prints the address, or fails.
resolve() {
    case $1 in
    *[!0-9.]*) awk -v n="$(lower "$1")" '!/^#/ { for (i = 2; i <= NF; i++) if (tolower($i) == n) { print $1; found = 1; exit } } END { exit !found }' /etc/hosts ;;
    *) echo "$1" ;;
    esac
}

# Whether the host is started by OpenRC; else by systemd.
openrc() { [ -e "$STATE/openrc" ]; }

# kubelet_service VERB: by the host's init system, as kubeadm does it.
kubelet_service() { if openrc; then rc-service kubelet "$1"; else systemctl "$1" kubelet; fi; }

service_started() { [ -e "$SIM/boot/services/$1" ]; }

# k0s brings a containerd of its own, which its ctr talks to.
containerd_socket() { if [ "${SLIPWAY_SIMULATED_RUNTIME:-}" = k0s ]; then echo /run/k0s/containerd.sock; else echo /run/containerd/containerd.sock; fi; }

containerd_up() {
    if [ "${SLIPWAY_SIMULATED_RUNTIME:-}" = k0s ]; then
        [ -S /run/k0s/containerd.sock ]
        return
    fi
    service_started containerd && ! grep -Eq '^[[:space:]]*disabled_plugins.*"(io.containerd.grpc.v1.)?cri"' /etc/containerd/config.toml 2>/dev/null
}

swap_on() { [ "$(wc -l </proc/swaps)" -gt 1 ]; }

# Why the kubelet does not stay up; nothing and rc 0 when it does.
kubelet_trouble() {
    [ -s /var/lib/kubelet/config.yaml ] || { echo "failed to load kubelet config file, path: /var/lib/kubelet/config.yaml, error: open /var/lib/kubelet/config.yaml: no such file or directory"; return 1; }
    [ -s /etc/kubernetes/kubelet.conf ] || [ -s /etc/kubernetes/bootstrap-kubelet.conf ] || { echo "unable to load bootstrap kubeconfig: stat /etc/kubernetes/bootstrap-kubelet.conf: no such file or directory"; return 1; }
    containerd_up || { echo "failed to run Kubelet: validate service connection: connect: no such file or directory"; return 1; }
    if swap_on && ! grep -q '^failSwapOn: false' /var/lib/kubelet/config.yaml; then
        echo "failed to run Kubelet: running with swap on is not supported, please disable swap or set --fail-swap-on flag to false"
        return 1
    fi
    if openrc && { ! grep -q -e '--cgroup-driver=cgroupfs' /var/lib/kubelet/kubeadm-flags.env || grep -q 'SystemdCgroup = true' /etc/containerd/config.toml; }; then
        echo "failed to run Kubelet: the cgroup driver systemd needs systemd, which does not run here"
        return 1
    fi
    grep -q '^cgroupDriver: *"\{0,1\}\(systemd\|cgroupfs\)' /var/lib/kubelet/config.yaml || ! grep -q '^cgroupDriver:' /var/lib/kubelet/config.yaml || { echo "invalid configuration: unsupported cgroup driver"; return 1; }
}

kubelet_state() {
    service_started kubelet || { echo inactive; return; }
    if kubelet_trouble >/dev/null; then echo active; else echo activating; fi
}

# Remembers that a stand-in ran: the tool and its verb, never more, for arguments may be secret.
called() { printf '%s %s\n' "${0##*/}" "${1:-}" >>"$STATE/calls" 2>/dev/null || :; }

must_be_root() {
    [ "$(id -u)" = 0 ] && return
    echo "$1" >&2
    exit 1
}

# The version of the tool that asks. One that an installer brings calls the stand-in and says which it is.
kubernetes_version() { if [ -n "${SLIPWAY_SIMULATED_VERSION:-}" ]; then echo "$SLIPWAY_SIMULATED_VERSION"; else cat "$STATE/kubernetes-version"; fi; }
minor() { v=${1#v}; v=${v#*.}; echo "${v%%.*}"; }
