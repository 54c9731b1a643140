# k0s stand-in. Sourced by the program that an installer brings (K0sProgram.java), which sets K0S_RELEASE. Every failure is exit code 1.
. /.simulator/lib/lib.sh
. "$SIM/lib/yaml.sh"
. "$SIM/lib/images.sh"
. "$SIM/lib/cluster.sh"
. "$SIM/lib/k0s-common.sh"
SLIPWAY_SIMULATED_VERSION=$(kubernetes_of "$K0S_RELEASE")
export SLIPWAY_SIMULATED_VERSION
if [ "${0##*/}" = kubectl ]; then set -- kubectl "$@"; fi
verb=${1:-}
case $verb in install | token | config | etcd | kubeconfig | airgap) called "$verb ${2:-}" ;; *) called "$verb" ;; esac
[ $# -gt 0 ] && shift
case $verb in
kubectl | kc) k0s_kubectl "$@" ;;
version) k0s_version "$@" && exit ;;
'' | help | -h | --help)
    k0s_help
    exit ;;
esac
work=$(mktemp -d "$SIM/boot/k0s.XXXXXX" 2>/dev/null || mktemp -d "${TMPDIR:-/tmp}/k0s.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
case $verb in
controller | server) . "$SIM/lib/k0s-controller.sh" && k0s_controller "$@" ;;
worker) . "$SIM/lib/k0s-worker.sh" && k0s_worker "$@" ;;
install) . "$SIM/lib/k0s-install.sh" && k0s_install "$@" ;;
start | stop) . "$SIM/lib/k0s-install.sh" && "k0s_$verb" "$@" ;;
status) . "$SIM/lib/k0s-status.sh" && k0s_status "$@" ;;
reset) . "$SIM/lib/k0s-reset.sh" && k0s_reset "$@" ;;
etcd) . "$SIM/lib/k0s-etcd.sh" && k0s_etcd "$@" ;;
kubeconfig) . "$SIM/lib/k0s-kubeconfig.sh" && k0s_kubeconfig "$@" ;;
ctr) SLIPWAY_SIMULATED_RUNTIME=k0s /usr/bin/ctr "$@" ;;
config) . "$SIM/lib/k0s-config.sh" && k0s_config "$@" ;;
token) . "$SIM/lib/k0s-config.sh" && . "$SIM/lib/k0s-token.sh" && k0s_token "$@" ;;
backup | restore) . "$SIM/lib/k0s-config.sh" && . "$SIM/lib/k0s-backup.sh" && "k0s_$verb" "$@" ;;
sysinfo | airgap) . "$SIM/lib/k0s-config.sh" && . "$SIM/lib/k0s-misc.sh" && "k0s_$verb" "$@" ;;
completion) . "$SIM/lib/k0s-misc.sh" && k0s_completion "$@" ;;
-*) command_path='' flags '' "$verb" "$@" ;;
*) fails "unknown command \"$verb\" for \"k0s\"" ;;
esac
