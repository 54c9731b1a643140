# k0s install, start, stop: the service that the host's init system runs. Sourced.
k0s_install() {
    role=${1:-}
    [ $# -gt 0 ] && shift
    case $role in
    controller | server) role=controller command_path='install controller' && flags "$common_flags $config_flags $controller_flags $worker_flags force env/e+ start" "$@" ;;
    worker) command_path='install worker' && flags "$common_flags $worker_flags force env/e+ start" "$@" ;;
    '' | -h | --help) command_path=install && flags "$common_flags force env/e+" "$@" && k0s_help && return ;;
    -*) command_path=install && flags "$common_flags force env/e+" "$role" "$@" && return ;;
    *) fails "unknown command \"$role\" for \"k0s install\"" ;;
    esac
    no_words
    as_root
    step k0s "install/$role"
    if [ "$role" = controller ]; then
        [ "$flag_config" != - ] || fails 'failed to load node config: cannot read configuration from standard input when installing k0s'
        . "$SIM/lib/k0s-config.sh"
        problem=$(config_open "${flag_config:-/etc/k0s/k0s.yaml}" "$flag_config") || fails "failed to load node config: $problem"
        [ ! -s "$work/config" ] || problem=$(k0s_config_check "${flag_config:-/etc/k0s/k0s.yaml}" 2>&1) || fails "invalid node config: ${problem#Error: }"
    fi
    . "$SIM/lib/units.sh"
    ! openrc || . "$SIM/lib/openrc.sh"
    service=k0s$role
    if openrc; then file=/etc/init.d/$service; else file=/etc/systemd/system/$service.service; fi
    if [ -e "$file" ]; then
        [ "$flag_force" = true ] || fails "failed to install $role service: failed to install service: Init already exists: $file"
        if openrc; then rc-update del "$service" default >/dev/null 2>&1; else systemctl --quiet disable "$service.service" 2>/dev/null; fi
        rm -f "$file"
    fi
    program=$(readlink -f "$0")
    if openrc; then init_script >"$work/unit"; else unit_text >"$work/unit"; fi
    mkdir -p "${file%/*}" && cp "$work/unit" "$file" || fails "failed to install $role service: failed to install service: open $file: cannot write"
    if openrc; then
        chmod 755 "$file"
        rc-update add "$service" default >/dev/null 2>&1
    else
        chmod 644 "$file"
        systemctl --quiet enable "$service.service" 2>/dev/null
        systemctl daemon-reload
    fi
    [ "$flag_start" != true ] || k0s_service start "$service"
}

k0s_service() { if openrc; then rc-service "$2" "$1"; else systemctl "$1" "$2.service"; fi; }

# The flags that were given, in order of their names, a line each, paths made absolute.
service_arguments() {
    for name in $(echo "$given" | sort); do
        flag_variable "$name"
        eval "set -- \"\$$flag_variable\""
        case $name in
        env | force | start) continue ;;
        config | data-dir | token-file | kubelet-root-dir) case $1 in /*) ;; *) set -- "$(pwd)/$1" ;; esac ;;
        esac
        printf '%s\n' "--$name=$(printf '%s\n' "$1" | paste -s -d ,)"
    done
}

service_environment() { printf '%s\n' "$flag_env" | sed '/^$/d'; }

unit_text() {
    cat <<END
[Unit]
Description=k0s - Zero Friction Kubernetes
Documentation=https://docs.k0sproject.io
ConditionFileIsExecutable=$program

After=network-online.target 
Wants=network-online.target 

[Service]
StartLimitInterval=5
StartLimitBurst=10
ExecStart=$program $role$(service_arguments | sed 's/ /\\x20/g; s/^/ /' | tr -d '\n')
$(service_environment | sed 's/^/Environment="/; s/$/"/')

RestartSec=10
Delegate=yes
KillMode=process
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
LimitNOFILE=999999
Restart=always

[Install]
WantedBy=multi-user.target
END
}

init_script() {
    cat <<END
#!/sbin/openrc-run
$(service_environment | sed 's/^/export /')
supervisor=supervise-daemon
description="k0s - Zero Friction Kubernetes"
command=$program
command_args="'$role' $(service_arguments | sed "s/.*/'&' /" | tr -d '\n')"
name=\$(basename \$(readlink -f \$command))
supervise_daemon_args="--stdout /var/log/\${name}.log --stderr /var/log/\${name}.err"
retry="SIGTERM/90/SIGKILL/5"

: "\${rc_ulimit=-n 1048576 -u unlimited}"

depend() {
	need cgroups
	need net
	use dns
	after firewall
}
END
}

# Sets $service and $state of the service that is installed.
service_look() {
    as_root
    service=$(installed_service) || fails 'k0s has not been installed as a service'
    . "$SIM/lib/units.sh"
    ! openrc || . "$SIM/lib/openrc.sh"
    unit_state "$service.service"
}

k0s_start() {
    command_path=start && flags "$common_flags" "$@"
    service_look
    case $state in active | activating) fails 'already running' ;; esac
    step k0s start
    k0s_service start "$service" >"$work/started" 2>&1 || fails "$(cat "$work/started")"
}

k0s_stop() {
    command_path=stop && flags "$common_flags" "$@"
    service_look
    case $state in active | activating) ;; *) fails 'already stopped' ;; esac
    step k0s stop
    k0s_service stop "$service" >"$work/stopped" 2>&1 || fails "failed to stop the service: $(cat "$work/stopped")"
}
