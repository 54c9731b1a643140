# What all of k0s's commands share: flags as cobra takes them, where things lie, what runs. Sourced.
RUNNING=$SIM/boot/k0s
STATUS_SOCKET=/run/k0s/status.sock

# Flags of every command, of those that read the configuration, of the kubelet's part, and of controllers.
common_flags='debug/d verbose/v debugListenOn= help/h data-dir= status-socket='
config_flags='config/c='
worker_flags='kubelet-root-dir= profile= enable-cloud-provider token-file= logging/l= labels= taints+ kubelet-extra-args= iptables-mode= cri-socket= cidr-range='
controller_flags='enable-worker disable-components+ single no-taints enable-k0s-cloud-provider k0s-cloud-provider-update-frequency= k0s-cloud-provider-port= enable-dynamic-config enable-metrics-scraper kube-controller-manager-extra-args= init-only feature-gates= api-server-stop-timeout='

# Ends the tool with what cobra prints of an error.
fails() {
    printf 'Error: %s\n' "$1" >&2
    exit 1
}

# The same where cobra shows how the command is used.
misused() {
    printf 'Error: %s\nUsage:\n  k0s %s [flags]\n\n' "$1" "$command_path" >&2
    exit 1
}

# log LEVEL MESSAGE: as logrus does.
log() { printf 'time="%s" level=%s msg="%s"\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$1" "$(printf '%s' "$2" | sed 's/["\\]/\\&/g')"; }

kubernetes_of() { echo "${1%%+*}+k0s"; }

# release_since 1.32.1: whether this program is of that version of Kubernetes or a later one.
release_since() {
    mine=${K0S_RELEASE#v} && mine=${mine%%[+-]*}. since=$1.
    while [ -n "$since" ]; do
        [ "${mine%%.*}" -eq "${since%%.*}" ] || { [ "${mine%%.*}" -gt "${since%%.*}" ]; return; }
        mine=${mine#*.} since=${since#*.}
    done
}

# flag_variable NAME: sets $flag_variable.
flag_variable() {
    flag_variable=flag_$1
    while :; do
        case $flag_variable in *-*) flag_variable=${flag_variable%%-*}_${flag_variable#*-} ;; *) return ;; esac
    done
}

# flag_kind NAME [SHORT]: sets $flag_name and $flag_takes (=, + or nothing), or fails.
flag_kind() {
    for entry in $flag_spec; do
        case $entry in
        *=) flag_takes='=' entry=${entry%=} ;;
        *+) flag_takes='+' entry=${entry%+} ;;
        *) flag_takes='' ;;
        esac
        flag_name=${entry%/*} flag_short=''
        case $entry in */*) flag_short=${entry#*/} ;; esac
        [ "$flag_name" != "$1" ] && [ "$flag_short" != "${2:-none}" ] || return 0
    done
    return 1
}

# flags SPEC WORD...: takes a command line apart; sets $given (the flags, a line each), $words and $flag_NAME of each flag.
# SPEC: NAME or NAME/SHORT each, with "=" if it takes an argument and "+" if it may stand several times (a line each then).
flags() {
    flag_spec=$1 given='' words=''
    release_since 1.32.1 || flag_spec=$(echo "$flag_spec" | sed 's/kubelet-root-dir=//')
    shift
    for entry in $flag_spec; do
        entry=${entry%[=+]}
        flag_variable "${entry%/*}"
        eval "$flag_variable=''"
    done
    while [ $# -gt 0 ]; do
        flag_word=$1
        shift
        case $flag_word in
        --) words="$words $*" && break ;;
        --*)
            case $flag_word in *=*) flag_has=1 ;; *) flag_has='' ;; esac
            flag_value=${flag_word#*=} flag_word=${flag_word%%=*}
            flag_kind "${flag_word#--}" || misused "unknown flag: $flag_word" ;;
        -?*)
            short=${flag_word#-} && short=${short%"${short#?}"} flag_value=${flag_word#-?} flag_has=''
            flag_kind '' "$short" || misused "unknown shorthand flag: '$short' in $flag_word"
            case $flag_value in
            '') ;;
            =*) flag_value=${flag_value#=} flag_has=1 ;;
            *) if [ -n "$flag_takes" ]; then flag_has=1; else set -- "-$flag_value" "$@"; fi ;;
            esac ;;
        *)
            words="$words $flag_word"
            continue ;;
        esac
        if [ -n "$flag_takes" ] && [ -z "$flag_has" ]; then
            [ $# -gt 0 ] || misused "flag needs an argument: $flag_word"
            flag_value=$1
            shift
        elif [ -z "$flag_takes" ]; then
            [ -n "$flag_has" ] || flag_value=true
            case $flag_value in
            true | TRUE | True | t | T | 1) flag_value=true ;;
            false | FALSE | False | f | F | 0) flag_value=false ;;
            *) misused "invalid argument \"$flag_value\" for \"$flag_word\" flag: strconv.ParseBool: parsing \"$flag_value\": invalid syntax" ;;
            esac
        fi
        flag_variable "$flag_name"
        if [ "$flag_takes" = + ]; then eval "flag_value=\$(printf '%s\\n%s' \"\$$flag_variable\" \"\$flag_value\" | sed '/^\$/d')"; fi
        eval "$flag_variable=\$flag_value"
        case "
$given
" in *"
$flag_name
"*) ;; *) given="$given
$flag_name" ;; esac
    done
    words=${words# } given=${given#?}
    [ -z "${flag_help:-}" ] || {
        printf 'Usage:\n  k0s %s [flags]\n' "$command_path"
        exit 0
    }
    if [ -n "${flag_api_server_stop_timeout:-}" ]; then seconds "$flag_api_server_stop_timeout" >/dev/null || misused "invalid argument \"$flag_api_server_stop_timeout\" for \"--api-server-stop-timeout\" flag: time: invalid duration \"$flag_api_server_stop_timeout\""; fi
}

no_words() { [ -z "$words" ] || misused "unknown command \"${words%% *}\" for \"k0s $command_path\""; }

as_root() { [ "$(id -u)" = 0 ] || fails 'this command must be run as root'; }

# Where k0s keeps its things: what a running one was told counts before anything else.
locations() {
    data=${flag_data_dir:-/var/lib/k0s}
    ! running || data=$(cat "$RUNNING/data")
    pki=$data/pki
}

# config_open FILE EXPLICIT: reads a configuration into $work/config; without one the defaults hold. Prints what is wrong and fails.
config_open() {
    : >"$work/config"
    if [ ! -e "$1" ]; then
        [ -z "$2" ] || { echo "failed to read file: open $1: no such file or directory"; return 1; }
        return 0
    fi
    flatten "$1" >"$work/config" 2>"$work/trouble" || { sed 's/^error converting YAML to JSON: /failed to parse config: error converting YAML to JSON: /' "$work/trouble"; return 1; }
}

# configured PATH [DEFAULT]: a value of the configuration that was opened; path components are joined by "|".
configured() {
    found=$(value "$work/config" 0 "$1")
    case $found in '' | null) echo "${2:-}" ;; *) echo "$found" ;; esac
}

# configured_list PATH
configured_list() { awk -F '\t' -v p="$1|" '$1 == 0 && index($2, p) == 1 && substr($2, length(p) + 1) ~ /^[0-9]+$/ { print $3 }' "$work/config"; }

# Whether k0s runs here.
running() { [ -s "$RUNNING/pid" ] && kill -0 "$(cat "$RUNNING/pid")" 2>/dev/null; }

# The service that is installed, or nothing.
installed_service() {
    . "$SIM/lib/units.sh"
    ! openrc || . "$SIM/lib/openrc.sh"
    for service in k0scontroller k0sworker; do
        unit_file "$service.service" >/dev/null && echo "$service" && return
    done
    return 1
}

# address URL of the API as the configuration has it.
api_url() { echo "https://$(configured 'spec|api|externalAddress' "$(configured 'spec|api|address' "$(host_address)")"):$(configured 'spec|api|port' 6443)"; }

k0s_version() {
    command_path=version
    flags "$common_flags all/a json/j" "$@"
    case $flag_all,$flag_json in
    *,true) printf '{"k0s":"%s"}\n' "$K0S_RELEASE" ;;
    true,*) printf 'k0s: %s\ncontainerd: 2.1.4\netcd: 3.6.4\nkubernetes: %s\nrunc: 1.3.0\n' "$K0S_RELEASE" "$(echo "${K0S_RELEASE#v}" | cut -d + -f 1)" ;;
    *) echo "$K0S_RELEASE" ;;
    esac
}

# kubectl with the administrator's kubeconfig, unless it is told another one.
k0s_kubectl() {
    data=/var/lib/k0s given_config=${KUBECONFIG:-} count=$#
    while [ "$count" -gt 0 ]; do
        word=$1
        shift
        count=$((count - 1))
        case $word in
        --data-dir=*) data=${word#*=} && continue ;;
        --data-dir) data=${1:-} && [ $# -gt 0 ] && shift && count=$((count - 1)) && continue ;;
        --kubeconfig | --kubeconfig=*) given_config=1 ;;
        esac
        set -- "$@" "$word"
    done
    if [ -z "$given_config" ]; then
        ! running || data=$(cat "$RUNNING/data")
        KUBECONFIG=$data/pki/admin.conf
        export KUBECONFIG
        [ -e "$KUBECONFIG" ] || { echo "error: cannot stat k0s kubeconfig, is the server running?: stat $KUBECONFIG: no such file or directory" >&2; exit 1; }
    fi
    exec /usr/bin/kubectl "$@"
}

k0s_help() {
    cat <<'END'
k0s - The zero friction Kubernetes - https://k0sproject.io (simulated)

Usage:
  k0s [command]

Available Commands:
  airgap, backup, completion, config, controller, ctr, etcd, install, kubeconfig, kubectl, reset, restore, start, status, stop, sysinfo, token, version, worker
END
}
