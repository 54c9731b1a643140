# What all of kubeadm's commands share. Sourced.
die() {
    [ -z "${1:-}" ] || printf 'error: %s\n' "$1" >&2
    echo 'To see the stack trace of this error execute with --v=5 or higher' >&2
    exit 1
}

warn() { printf 'W%s    1234 simulated.go:1] %s\n' "$(date '+%m%d %H:%M:%S.%6N')" "$1" >&2; }

kubeadm_version() {
    v=$(kubernetes_version)
    case "$*" in
    '-o short' | '-oshort' | '--output short' | '--output=short' | '-o=short') echo "$v" ;;
    '') printf 'kubeadm version: &version.Info{Major:"1", Minor:"%s", GitVersion:"%s", Platform:"linux/amd64"}\n' "$(minor "$v")" "$v" ;;
    *json*) printf '{\n  "clientVersion": {\n    "major": "1",\n    "minor": "%s",\n    "gitVersion": "%s",\n    "platform": "linux/amd64"\n  }\n}\n' "$(minor "$v")" "$v" ;;
    *yaml*) printf 'clientVersion:\n  gitVersion: %s\n  major: "1"\n  minor: "%s"\n  platform: linux/amd64\n' "$v" "$(minor "$v")" ;;
    *) die "unknown flag: $1" ;;
    esac
}

# flag_value "$@": for --name=value or --name value; sets $flag, $flag_arg, $flag_words.
flag_take() {
    case $1 in
    --*=*) flag=${1%%=*} flag_arg=${1#*=} flag_words=1 ;;
    *) flag=$1 flag_arg=${2:-} flag_words=2 ;;
    esac
}

listed() { case ",$(echo "$2" | tr -d ' ')," in *",$1,"*) return 0 ;; esac; return 1; }

phase_skipped() { listed "$1" "${skip_phases:-}" || listed "${1%%/*}" "${skip_phases:-}"; }

# run_phase COMMAND NAME FUNCTION: unless skipped; a fault may strike before it.
run_phase() {
    phase_skipped "$2" && return 0
    phase=$2
    step kubeadm "$1/$2"
    "$3"
}

phase_failed() { die "error execution phase $phase: $1"; }
