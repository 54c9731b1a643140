# k0s config create|validate|edit|status: the configuration, as strictly as k0s reads it. Sourced after k0s-common.sh.

# k0s_config_decode FILE DIRECTORY: leaves the first document, flat, and prints what does not decode: k0s reads no other.
k0s_config_decode() {
    awk -v styled=1 -f "$SIM/lib/yaml.awk" "$1" >"$2/flat" 2>"$2/trouble" || { sed 's/^error converting YAML to JSON: //' "$2/trouble" && return; }
    awk -F '\t' '$1 == "0"' "$2/flat" >"$2/first"
    if awk -F '\t' '$2 == "" { found = 1 } END { exit !found }' "$2/first"; then
        echo 'error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go value of type v1beta1.config'
        return
    fi
    k0s_schema "$(minor "$(kubernetes_version)")" >"$2/k0s-schema.txt"
    {
        awk -F '\t' -v doc=0 -v kind=ClusterConfig -v version=v1beta1 -f "$SIM/lib/schema.awk" "$2/k0s-schema.txt" "$2/first" | sed 's/^unknown /json: unknown field /; s/^shape //'
        awk -F '\t' -v ipv6="${3:-}" -f "$SIM/lib/k0s-config.awk" "$2/k0s-schema.txt" "$2/first" >"$2/rules"
        sed -n 's/^shape //p' "$2/rules"
    } | sed 's/^/error unmarshaling JSON: while decoding JSON: /'
}

# k0s_config_check FILE [ipv6]: prints what k0s says of a configuration it does not take, and fails.
k0s_config_check() (
    checked=$(mktemp -d "${TMPDIR:-/tmp}/k0s-config.XXXXXX")
    trap 'rm -rf "$checked"' EXIT
    # Decoding ends at the first thing that is not understood.
    trouble=$(k0s_config_decode "$1" "$checked" "${2:-}" | head -n 1)
    [ -z "$trouble" ] || { echo "failed to read config: $trouble"; return 1; }
    cat "$checked/rules"
    [ ! -s "$checked/rules" ]
)

# k0s_schema MINOR: the fields that the release knows.
k0s_schema() { awk -v minor="$1" '{ n = split($5, r, "-") } n == 0 || minor >= r[1] + 0 && (r[2] == "" || minor <= r[2] + 0)' "$SIM/lib/k0s-schema.txt"; }

# k0s_setting FILE PATH [DEFAULT]: what a configuration says, PATH as spec.api.sans[0]. Of a list without an index: all its items, a line each.
k0s_setting() (
    setting_path=$(echo "$2" | sed 's/\[\([0-9]*\)\]/|\1/g; s/\./|/g')
    setting=$(flatten "$1" 2>/dev/null | awk -F '\t' -v p="$setting_path" '$1 != 0 || $3 == "null" || $3 == "[]" || $3 == "{}" { next }
        $2 == p { print $3; exit } index($2, p "|") == 1 && substr($2, length(p) + 2) ~ /^[0-9]+$/ { print $3 }')
    echo "${setting:-${3:-}}"
)

k0s_config() {
    sub=${1:-} && [ $# -gt 0 ] && shift
    command_path="config $sub"
    case $sub in
    create)
        flags "$common_flags include-images" "$@"
        no_words
        k0s_config_default "$flag_include_images" ;;
    validate)
        flags "$common_flags $config_flags feature-gates=" "$@"
        no_words
        step k0s config/validate
        case "
$given
" in *'
config
'*) ;; *) misused 'required flag(s) "config" not set' ;; esac
        k0s_config_validate "$flag_config" ;;
    edit)
        flags "$common_flags" "$@"
        no_words
        locations
        step k0s config/edit
        k0s_config_edit ;;
    status)
        flags "$common_flags output/o=" "$@"
        no_words
        locations
        step k0s config/status
        case $flag_output in '' | json | yaml | wide | name) ;; *) echo "error: unable to match a printer suitable for the output format \"$flag_output\", allowed formats are: json,name,wide,yaml" >&2; exit 1 ;; esac
        k0s_admin Get '/api/v1/namespaces/kube-system/events?fieldSelector=involvedObject.name%3Dk0s'
        k0s_events "$flag_output" ;;
    '' | -h | --help) echo 'Configuration related sub-commands' ;;
    *) fails "unknown command \"$sub\" for \"k0s config\"" ;;
    esac
}

k0s_config_validate() { # FILE
    [ -n "$1" ] || fails "--config can't be empty"
    if [ "$1" = - ]; then cat >"$work/stdin.yaml" && set -- "$work/stdin.yaml"; fi
    [ -e "$1" ] || fails "open $1: no such file or directory"
    [ -r "$1" ] || fails "open $1: permission denied"
    [ ! -d "$1" ] || fails "failed to read config: read $1: is a directory"
    gates=''
    for gate in $(echo "$flag_feature_gates" | tr ',' ' '); do
        case $gate in
        IPv6SingleStack=true) gates=1 ;;
        IPv6SingleStack=false) ;;
        *=true | *=false) misused "invalid argument \"$flag_feature_gates\" for \"--feature-gates\" flag: unknown feature gate: ${gate%%=*}" ;;
        *) misused "invalid argument \"$flag_feature_gates\" for \"--feature-gates\" flag: missing bool value for feature gate $gate" ;;
        esac
    done
    trouble=$(k0s_config_check "$1" "$gates") || fails "$trouble"
}

# k0s_admin VERB PATH: sets $cluster by the administrator's kubeconfig, or ends with what a Go client says of the request.
k0s_admin() {
    [ -e "$pki/admin.conf" ] || fails "stat $pki/admin.conf: no such file or directory"
    [ -r "$pki/admin.conf" ] || fails "open $pki/admin.conf: permission denied"
    mkdir -p "$work/admin"
    kubeconfig_open "$pki/admin.conf" "$work/admin" && [ -n "$server" ] || fails 'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable'
    api_reach "$server_host" "$server_port" >"$work/dial" || fails "$1 \"$server$2\": $(cat "$work/dial")"
    trouble=$(api_trust "$work/admin/ca.crt" "$server_host") || fails "$1 \"$server$2\": $trouble"
    api_identity "$work/admin/client.crt" >/dev/null || fails Unauthorized
}

k0s_config_edit() {
    k0s_admin Get '/apis/k0s.k0sproject.io/v1beta1/namespaces/kube-system/clusterconfigs/k0s'
    object=$cluster/object/kube-system/clusterconfig/k0s.yaml
    [ -e "$object" ] || { echo 'Error from server (NotFound): clusterconfigs.k0s.k0sproject.io "k0s" not found' >&2; exit 1; }
    cp "$object" "$work/edit.yaml"
    ${KUBE_EDITOR:-${EDITOR:-vi}} "$work/edit.yaml" || { echo "error: there was a problem with the editor \"${KUBE_EDITOR:-${EDITOR:-vi}}\"" >&2; exit 1; }
    if cmp -s "$object" "$work/edit.yaml"; then
        echo 'Edit cancelled, no changes made.'
        return
    fi
    cp "$work/edit.yaml" "$object"
    k0s_reconcile
    echo 'clusterconfig.k0s.k0sproject.io/k0s edited'
}

# k0s_reconcile: what the leading controller makes of the configuration in the cluster, as an event of it. What belongs to a node is not looked at.
k0s_reconcile() {
    if trouble=$(k0s_config_check "$cluster/object/kube-system/clusterconfig/k0s.yaml"); then
        k0s_reconciled
        k0s_event Normal SuccessfulReconcile 'Succesfully reconciler cluster config'
    else
        k0s_event Warning FailedReconciling "failed to validate config: [$(echo "$trouble" | paste -s -d ' ')]"
        return 1
    fi
}

# Images and worker profiles are by the new configuration from now on.
k0s_reconciled() {
    cp "$cluster/object/kube-system/clusterconfig/k0s.yaml" "$cluster/k0s.yaml"
    profile_minor=$(minor "$(cat "$cluster/version" 2>/dev/null || kubernetes_version)")
    mkdir -p "$cluster/object/kube-system/configmap"
    for profile in default $(flatten "$cluster/k0s.yaml" | awk -F '\t' '$2 ~ /^spec\|workerProfiles\|[0-9]+\|name$/ { print $3 }'); do
        printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: worker-config-%s-1.%s\n  namespace: kube-system\ndata:\n  kubeletConfiguration: "{}"\n' "$profile" "$profile_minor" >"$cluster/object/kube-system/configmap/worker-config-$profile-1.$profile_minor.yaml"
    done
}

k0s_event() { printf '%s\t%s\t%s\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "$2" "$3" >>"$cluster/events"; }

# k0s_events OUTPUT: the events of the configuration, as kubectl shows them.
k0s_events() {
    [ -s "$cluster/events" ] || {
        if [ -n "$1" ] && [ "$1" != wide ]; then printf '{"apiVersion":"v1","items":[],"kind":"List","metadata":{"resourceVersion":""}}\n'; else echo 'No resources found in kube-system namespace.' >&2; fi
        return
    }
    case $1 in
    '' | wide)
        printf '%-11s %-9s %-21s %-19s %s\n' 'LAST SEEN' TYPE REASON OBJECT MESSAGE
        while IFS='	' read -r when type reason message; do
            printf '%-11s %-9s %-21s %-19s %s\n' "$(($(date +%s) - $(date -d "$when" +%s)))s" "$type" "$reason" clusterconfig/k0s "$message"
        done <"$cluster/events" ;;
    name) awk '{ print "event/k0s." NR }' "$cluster/events" ;;
    *) awk -F '\t' '{ p = "items|" NR - 1 "|"; print p "apiVersion\tv1"; print p "involvedObject|apiVersion\tk0s.k0sproject.io/v1beta1"; print p "involvedObject|kind\tClusterConfig"; print p "involvedObject|name\tk0s"; print p "involvedObject|namespace\tkube-system"
        print p "kind\tEvent"; print p "lastTimestamp\t" $1; print p "message\t" $4; print p "metadata|name\tk0s." NR; print p "metadata|namespace\tkube-system"; print p "reason\t" $3; print p "type\t" $2 }' "$cluster/events" |
        { printf 'apiVersion\tv1\n' && cat && printf 'kind\tList\n'; } | awk -f "$SIM/lib/json.awk" ;;
    esac
}

# k0s_config_default [true]: the configuration of a host that says nothing, with the images or without.
k0s_config_default() {
    cat <<END
apiVersion: k0s.k0sproject.io/v1beta1
kind: ClusterConfig
metadata:
  name: k0s
  namespace: kube-system
spec:
  api:
    address: $(host_address)
END
    k0s_default_ca '    '
    cat <<END
    k0sApiPort: 9443
    port: 6443
    sans:
    - $(host_address)
  controllerManager: {}
  extensions:
    helm:
      concurrencyLevel: 5
END
    [ "${1:-}" != true ] || { . "$SIM/lib/k0s-images.sh" && echo '  images:' && k0s_images_table "$(kubernetes_version)" | k0s_default_images; }
    cat <<END
  installConfig:
    users:
      etcdUser: etcd
      kineUser: kube-apiserver
      konnectivityUser: konnectivity-server
      kubeAPIserverUser: kube-apiserver
      kubeSchedulerUser: kube-scheduler
  konnectivity:
    adminPort: 8133
    agentPort: 8132
  network:
    clusterDomain: cluster.local
    dualStack:
      enabled: false
    kubeProxy:
      iptables:
        minSyncPeriod: 0s
        syncPeriod: 0s
      ipvs:
        minSyncPeriod: 0s
        syncPeriod: 0s
        tcpFinTimeout: 0s
        tcpTimeout: 0s
        udpTimeout: 0s
      metricsBindAddress: 0.0.0.0:10249
      mode: iptables
    kuberouter:
      autoMTU: true
      hairpin: Enabled
      metricsPort: 8080
    nodeLocalLoadBalancing:
      enabled: false
      envoyProxy:
        apiServerBindPort: 7443
        konnectivityServerBindPort: 7132
      type: EnvoyProxy
    podCIDR: 10.244.0.0/16
    provider: kuberouter
    serviceCIDR: 10.96.0.0/12
  scheduler: {}
  storage:
    etcd:
END
    k0s_default_ca '      '
    cat <<END
      peerAddress: $(host_address)
    type: etcd
  telemetry:
    enabled: $(if [ "$(minor "$(kubernetes_version)")" -ge 37 ]; then echo false; else echo true; fi)
END
}

k0s_default_ca() { # INDENTATION
    [ "$(minor "$(kubernetes_version)")" -lt 33 ] || printf '%sca:\n%s  certificatesExpireAfter: 8760h0m0s\n%s  expiresAfter: 87600h0m0s\n' "$1" "$1" "$1"
}

k0s_default_images() {
    awk '{ n = split($1, p, "|"); if (n == 2 && p[1] != up) print "    " p[1] ":"; up = n == 2 ? p[1] : ""; pad = n == 2 ? "      " : "    "
        print pad p[n] ":\n" pad "  image: " $2 "\n" pad "  version: " $3; if ($1 == "coredns") print pad "default_pull_policy: IfNotPresent" }'
}
