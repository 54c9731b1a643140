# k0s status: asks the process that runs, over its socket. Sourced.
k0s_status() {
    command_path=status
    flags "$common_flags out/o= max-count=" "$@"
    case $words in '' | components) ;; *) fails "unknown command \"$words\" for \"k0s status\"" ;; esac
    socket=${flag_status_socket:-$STATUS_SOCKET}
    step k0s status
    # The socket is there before anybody answers; whoever asks then waits.
    until [ -e "$RUNNING/serving" ] && running; do
        running && [ -S "$socket" ] || fails "status: can't do http request: $socket status"
        pause 1
    done
    [ -S "$socket" ] || fails "status: can't do http request: $socket status"
    [ "$words" != components ] || { status_components; return; }
    release=$(cat "$RUNNING/release") role=$(cat "$RUNNING/role") workloads=$(cat "$RUNNING/workloads") single=$(cat "$RUNNING/single") pid=$(cat "$RUNNING/pid") data=$(cat "$RUNNING/data")
    success=false message=''
    [ "$workloads" != true ] || status_probe
    if openrc; then init=linux-openrc stub=/etc/init.d/k0s$role; else init=linux-systemd stub=/etc/systemd/system/k0s$role.service; fi
    case $flag_out in
    json) status_flat | awk -f "$SIM/lib/json.awk" | status_pretty ;;
    yaml) status_flat | awk -f "$SIM/lib/json.awk" ;;
    *)
        printf 'Version: %s\nProcess ID: %s\nRole: %s\nWorkloads: %s\nSingleNode: %s\n' "$release" "$pid" "$role" "$workloads" "$single"
        [ "$workloads" != true ] || printf 'Kube-api probing successful: %s\nKube-api probing last error:  %s\n' "$success" "$message"
        printf 'Init System: %s\nService file: %s\n' "$init" "$stub" ;;
    esac
}

# Lists nodes with the kubelet's credentials; waits for those to be there, up to five minutes.
status_probe() {
    limit=$(($(now_ms) + $(scaled_ms 300)))
    until [ -s "$data/kubelet.conf" ]; do
        [ "$(now_ms)" -lt "$limit" ] || { message="failed to create kube-api client required for kube-api status reports, probably kubelet failed to init: timed out waiting for the condition"; return; }
        running || fails "status: can't do http request: $socket status"
        pause 1
    done
    mkdir -p "$work/kubelet" && kubeconfig_open "$data/kubelet.conf" "$work/kubelet"
    if message=$(api_reach "$server_host" "$server_port"); then
        api_reach "$server_host" "$server_port" >/dev/null
        if ! message=$(api_trust "$work/kubelet/ca.crt" "$server_host"); then message="Get \"$server/api/v1/nodes\": $message"
        elif api_identity "$work/kubelet/client.crt" >/dev/null; then success=true message=''
        else message=Unauthorized; fi
    else message="Get \"$server/api/v1/nodes\": $message"; fi
}

status_flat() {
    printf 'Version\t%s\nPid\t%s\nPPid\t%s\nRole\t%s\nSysInit\t%s\nStubFile\t%s\nOutput\t\nWorkloads\t%s\nSingleNode\t%s\n' "$release" "$pid" 1 "$role" "$init" "$stub" "$workloads" "$single"
    awk '{ printf "Args|%d\t%s\n", NR - 1, $0 }' "$RUNNING/args"
    printf 'WorkerToAPIConnectionStatus|Message\t%s\nWorkerToAPIConnectionStatus|Success\t%s\n' "$message" "$success"
    if [ "$role" = worker ]; then printf 'ClusterConfig\tnull\n'
    elif [ -s "$RUNNING/config" ]; then awk -F '\t' '$1 == 0 { print "ClusterConfig|" $2 "\t" $3 }' "$RUNNING/config"
    else printf 'ClusterConfig|apiVersion\tk0s.k0sproject.io/v1beta1\nClusterConfig|kind\tClusterConfig\nClusterConfig|metadata|name\tk0s\n'; fi
    printf 'K0sVars|AdminKubeConfigPath\t%s/pki/admin.conf\nK0sVars|BinDir\t%s/bin\nK0sVars|CertRootDir\t%s/pki\nK0sVars|DataDir\t%s\nK0sVars|EtcdCertDir\t%s/pki/etcd\nK0sVars|EtcdDataDir\t%s/etcd\nK0sVars|KubeletAuthConfigPath\t%s/kubelet.conf\nK0sVars|KubeletRootDir\t%s\nK0sVars|ManifestsDir\t%s/manifests\nK0sVars|RunDir\t/run/k0s\nK0sVars|StatusSocketPath\t%s\n' \
        "$data" "$data" "$data" "$data" "$data" "$data" "$data" "$(cat "$RUNNING/kubelet-root")" "$data" "$STATUS_SOCKET"
}

# As Go indents: three spaces a level.
status_pretty() {
    awk '{
        n = length($0)
        for (i = 1; i <= n; i++) {
            c = substr($0, i, 1)
            if (text) { printf "%s", c; if (c == "\\") { printf "%s", substr($0, ++i, 1) } else if (c == "\"") text = 0; continue }
            if (c == "\"") { text = 1; printf "%s", c; continue }
            if ((c == "{" || c == "[") && substr($0, i + 1, 1) !~ /[]}]/) { level++; printf "%s\n%*s", c, level * 3, ""; continue }
            if ((c == "}" || c == "]") && substr($0, i - 1, 1) !~ /[[{]/) { level--; printf "\n%*s%s", level * 3, "", c; continue }
            if (c == ",") { printf ",\n%*s", level * 3, ""; continue }
            printf "%s%s", c, (c == ":" ? " " : "")
        }
        print ""
    }'
}

status_components() {
    echo '!!! per component status is not yet finally ready, information here might be not full yet' >&2
    echo 'healthProbes: {}'
}
