# Units of the systemctl stand-in. Sourced after lib.sh.

unit_name() { case $1 in *.*) echo "$1" ;; *) echo "$1.service" ;; esac; }

unit_file() {
    for place in /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system; do
        [ "$(readlink "$place/$1" 2>/dev/null)" = /dev/null ] && return 2
        [ -f "$place/$1" ] && { echo "$place/$1"; return 0; }
    done
    return 1
}

# The program of ExecStart: the last non-empty one over unit and drop-ins.
unit_program() {
    cat "$1" "/etc/systemd/system/${1##*/}.d"/*.conf "/usr/lib/systemd/system/${1##*/}.d"/*.conf 2>/dev/null |
        awk -F= '/^ExecStart=/ { sub(/^ExecStart=[-+!@:]*/, ""); if ($0 != "") { split($0, w, " "); p = w[1] } } END { print p }'
}

# Whether the service is a program that really runs here: k0s's, by lib/k0s-service.sh.
runs_program() { case $1 in k0scontroller | k0sworker) ;; *) return 1 ;; esac; }

# Where what the service prints is kept.
unit_journal() { if openrc; then echo /var/log/k0s.err; else echo "$STATE/$1.journal"; fi; }

# The words of ExecStart, a line each.
unit_command() {
    cat "$1" "/etc/systemd/system/${1##*/}.d"/*.conf 2>/dev/null | sed -n 's/^ExecStart=[-+!@:]*//p' | tail -n 1 | tr ' ' '\n' | sed 's/\\x20/ /g'
}

# NAME=VALUE of the unit and its drop-ins, a line each.
unit_environment() {
    cat "$1" "/etc/systemd/system/${1##*/}.d"/*.conf 2>/dev/null | sed -n 's/^Environment=//p' | xargs -r -n 1 2>/dev/null
}

start_program() {
    setsid /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin /bin/sh "$SIM/lib/k0s-service.sh" "$1" </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    echo $! >"$SIM/boot/services/$1.keeper"
}

# Only the main process is told to end, and given 90 seconds.
stop_program() {
    stopped=$(cat "$SIM/boot/services/$1.pid" 2>/dev/null)
    if [ -n "$stopped" ]; then
        kill -TERM "$stopped" 2>/dev/null
        limit=$(($(now_ms) + $(scaled_ms 90)))
        while kill -0 "$stopped" 2>/dev/null; do
            [ "$(now_ms)" -lt "$limit" ] || kill -KILL "$stopped"
            sleep 0.05
        done
    fi
    kill -KILL "$(cat "$SIM/boot/services/$1.keeper" 2>/dev/null)" 2>/dev/null
    rm -f "$SIM/boot/services/$1".*
}

stale_warning() {
    for changed in "$1" "/etc/systemd/system/${1##*/}.d"/*.conf; do
        if [ -e "$changed" ] && [ -e "$SIM/boot/loaded/${1##*/}" ] && [ "$changed" -nt "$SIM/boot/loaded/${1##*/}" ] && ! [ "$SIM/boot/daemon-reload" -nt "$changed" ]; then
            echo "Warning: The unit file, source configuration file or drop-ins of ${1##*/} changed on disk. Run 'systemctl daemon-reload' to reload units." >&2
            return
        fi
    done
    mkdir -p "$SIM/boot/loaded" && touch "$SIM/boot/loaded/${1##*/}"
}

start_unit() {
    file=$(unit_file "$1")
    case $? in
    1) echo "Failed to start $1: Unit $1 not found." >&2; return 5 ;;
    2) echo "Failed to start $1: Unit $1 is masked." >&2; return 1 ;;
    esac
    stale_warning "$file"
    program=$(unit_program "$file")
    service=${1%.service}
    # A condition that does not hold is no failure: nothing is started.
    wanted=$(sed -n 's/^ConditionFileIsExecutable=//p' "$file" | head -n 1)
    [ -z "$wanted" ] || [ -x "$wanted" ] || return 0
    if [ -n "$program" ] && ! [ -x "$program" ]; then
        echo "Job for $1 failed because the control process exited with error code." >&2
        echo "See \"systemctl status $1\" and \"journalctl -xeu $1\" for details." >&2
        touch "$SIM/boot/services/$service.failed"
        return 1
    fi
    service_started "$service" && return 0
    rm -f "$SIM/boot/services/$service.failed"
    touch "$SIM/boot/services/$service"
    case $service in
    containerd)
        pause 1
        mkdir -p /run/containerd && cp -dR "$STATE/socket" /run/containerd/containerd.sock
        . "$SIM/lib/kubelet.sh" && kubelet_sync ;;
    kubelet) . "$SIM/lib/kubelet.sh" && kubelet_started ;;
    slipway-registry) . "$SIM/lib/registry-service.sh" && registry_started "$file" ;;
    *) ! runs_program "$service" || start_program "$service" ;;
    esac
    return 0
}

stop_unit() {
    file=$(unit_file "$1") || [ -e "$SIM/boot/services/${1%.service}" ] || { echo "Failed to stop $1: Unit $1 not loaded." >&2; return 5; }
    rm -f "$SIM/boot/services/${1%.service}" "$SIM/boot/services/${1%.service}.failed"
    case $1 in
    containerd.service)
        rm -f /run/containerd/containerd.sock
        . "$SIM/lib/kubelet.sh" && kubelet_sync ;;
    kubelet.service) . "$SIM/lib/kubelet.sh" && kubelet_stopped ;;
    slipway-registry.service) . "$SIM/lib/registry-service.sh" && registry_stopped ;;
    *) ! runs_program "${1%.service}" || stop_program "${1%.service}" ;;
    esac
}

wanted_by() { sed -n 's/^WantedBy=//p' "$1" | tr ' ' '\n' | head -n 1; }

enable_unit() {
    file=$(unit_file "$1")
    case $? in
    1) echo "Failed to enable unit: Unit file $1 does not exist." >&2; return 1 ;;
    2) echo "Failed to enable unit: Unit file /etc/systemd/system/$1 is masked." >&2; return 1 ;;
    esac
    target=$(wanted_by "$file")
    if [ -z "$target" ]; then
        echo 'The unit files have no installation config (WantedBy=, RequiredBy=, Also=,' >&2
        echo 'Alias= settings in the [Install] section, and DefaultInstance= for template' >&2
        echo 'units). This means they are not meant to be enabled using systemctl.' >&2
        return 0
    fi
    link=/etc/systemd/system/$target.wants/$1
    [ -L "$link" ] && return 0
    mkdir -p "${link%/*}" && ln -sfn "$file" "$link" || return 1
    [ -n "${quiet:-}" ] || echo "Created symlink $link → $file." >&2
}

disable_unit() {
    for link in /etc/systemd/system/*.wants/"$1"; do
        [ -L "$link" ] || continue
        rm -f "$link"
        [ -n "${quiet:-}" ] || echo "Removed \"$link\"." >&2
    done
}

# Sets $state to what is-active says.
unit_state() {
    if [ "$1" = kubelet.service ]; then
        state=$(kubelet_state)
    elif runs_program "${1%.service}" && service_started "${1%.service}"; then
        state=failed
        ! kill -0 "$(cat "$SIM/boot/services/${1%.service}.keeper" 2>/dev/null)" 2>/dev/null || state=activating
        ! kill -0 "$(cat "$SIM/boot/services/${1%.service}.pid" 2>/dev/null)" 2>/dev/null || state=active
    elif [ "$1" = slipway-registry.service ] && service_started slipway-registry; then
        . "$SIM/lib/registry-service.sh"
        if registry_listens; then state=active; else state=activating; fi
    elif service_started "${1%.service}"; then
        state=active
    elif [ -e "$SIM/boot/services/${1%.service}.failed" ]; then
        state=failed
    else
        state=inactive
    fi
}

# Sets $enabled to what is-enabled says; rc as systemctl's.
unit_enabled() {
    file=$(unit_file "$1")
    case $? in
    1) enabled=''; echo "Failed to get unit file state for $1: No such file or directory" >&2; return 1 ;;
    2) enabled=masked; return 1 ;;
    esac
    for link in /etc/systemd/system/*.wants/"$1"; do [ -L "$link" ] && { enabled=enabled; return 0; }; done
    if [ -z "$(wanted_by "$file")" ]; then enabled=static; return 0; fi
    enabled=disabled
    return 1
}

status_unit() {
    file=$(unit_file "$1") || { echo "Unit $1 could not be found." >&2; return 4; }
    unit_state "$1"
    unit_enabled "$1"
    echo "● $1"
    echo "     Loaded: loaded ($file; $enabled)"
    case $state in
    active) echo "     Active: active (running)" ;;
    activating) echo "     Active: activating (auto-restart) (Result: exit-code)"; if runs_program "${1%.service}"; then tail -n 10 "$(unit_journal "${1%.service}")"; else kubelet_trouble; fi ;;
    *) echo "     Active: $state (dead)" ;;
    esac
    [ "$state" = active ] || return 3
}

# Properties asked for, or those installers look at.
show_unit() {
    unit_state "$1"
    file=$(unit_file "$1") && load=loaded || load=not-found
    unit_enabled "$1" 2>/dev/null || :
    case $state in active) sub=running ;; activating) sub=auto-restart ;; failed) sub=failed ;; *) sub=dead ;; esac
    for wanted in $(echo "${2:-LoadState,ActiveState,SubState,UnitFileState,FragmentPath}" | tr ',' ' '); do
        case $wanted in
        LoadState) v=$load ;; ActiveState) v=$state ;; SubState) v=$sub ;; UnitFileState) v=$enabled ;; FragmentPath) v=$file ;;
        MainPID) v=$(cat "$SIM/boot/services/${1%.service}.pid" 2>/dev/null || echo 0) ;; NRestarts) v=0 ;; *) v='' ;;
        esac
        if [ -n "$3" ]; then echo "$v"; else echo "$wanted=$v"; fi
    done
}
