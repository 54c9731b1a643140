# k0s sysinfo, airgap and completion. Sourced after k0s-config.sh.
. "$SIM/lib/k0s-images.sh"

# probe LEVEL NAME PROPERTY VERDICT [WORDS]: a line of the report; a rejected one fails it.
probe() {
    [ "$4" != rejected ] || : >"$work/rejected"
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "${5:-}" >>"$work/probes"
}

k0s_sysinfo() {
    command_path=sysinfo
    flags "$common_flags controller worker output/o=" "$@"
    no_words
    case ${flag_output:-text} in text | human | json | yaml) ;; *) fails "unknown output format: \"$flag_output\"" ;; esac
    step k0s sysinfo
    : >"$work/probes"
    sysinfo_host
    sysinfo_linux
    case ${flag_output:-text} in
    json) sysinfo_flat | awk -f "$SIM/lib/json.awk" ;;
    yaml) sysinfo_flat | awk -f "$SIM/lib/json.awk" ;;
    *) awk -F '\t' '{ printf "%*s%s: %s%s(%s%s)\n", $1 * 2, "", $2, $3, ($3 == "" ? "" : " "), $4, ($5 == "" ? "" : ": " $5) }' "$work/probes" ;;
    esac
    [ ! -e "$work/rejected" ] || fails 'sysinfo failed'
}

sysinfo_flat() { awk -F '\t' '{ p = "results|" NR - 1 "|"; print p "displayName\t" $2; print p "prop\t" $3; print p "category\t" $4; if ($5 != "") print p "message\t" $5 }' "$work/probes"; }

sysinfo_host() {
    memory=$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo) wanted=1048576 floor=0
    [ "$flag_controller" != false ] || wanted=512000
    if [ "$memory" -ge "$wanted" ]; then verdict=pass words=''; else verdict=warning words="$(gibibytes "$wanted") recommended"; fi
    probe 0 'Total memory' "$(gibibytes "$memory")" "$verdict" "$words"
    folder=${flag_data_dir:-/var/lib/k0s}
    place=$folder
    while [ ! -d "$place" ]; do place=$(dirname "$place"); done
    [ "$flag_controller" = false ] || floor=$((floor + 512000))
    [ "$flag_worker" = false ] || floor=$((floor + 1331200))
    # shellcheck disable=SC2046 # two words
    set -- $(df -Pk "$place" | awk 'NR == 2 { print $4, $2 }')
    if [ "$1" -lt "$floor" ]; then verdict=warning words="$(gibibytes "$floor") recommended"; else verdict=pass words=''; fi
    probe 0 "File system of $place" "$(stat -f -c %T "$place")" pass
    probe 0 "Disk space available for $folder" "$(gibibytes "$1")" "$verdict" "$words"
    if [ "$flag_worker" != false ]; then
        if [ $(($1 * 100)) -lt $(($2 * 15)) ]; then verdict=warning words='15% recommended'; else verdict=pass words=''; fi
        probe 0 "Relative disk space available for $folder" "$(($1 * 100 / $2))%" "$verdict" "$words"
    fi
    if address=$(resolve localhost); then probe 0 'Name resolution: localhost' "[$address]" pass
    else probe 0 'Name resolution: localhost' '' rejected 'lookup localhost: no such host'; fi
}

sysinfo_linux() {
    probe 0 'Operating system' Linux pass
    release=$(uname -r)
    if printf '3.10\n%s\n' "$release" | sort -V -C; then probe 1 'Linux kernel release' "$release" pass; else probe 1 'Linux kernel release' "$release" warning 'expected 3.10 and above'; fi
    # shellcheck disable=SC3045 # in every shell that hosts have
    limit=$(ulimit -n)
    if [ "$limit" = unlimited ] || [ "$limit" -ge 65536 ]; then probe 1 'Max. file descriptors per process' "current: $limit" pass; else probe 1 'Max. file descriptors per process' "current: $limit" warning '< 65536'; fi
    probe 1 AppArmor unavailable pass
    for program in modprobe mount umount; do
        if path=$(command -v "$program"); then probe 1 "Executable in PATH: $program" "$path" pass; else probe 1 "Executable in PATH: $program" '' warning "exec: \"$program\": executable file not found in \$PATH"; fi
    done
    probe 1 '/proc file system' 'mounted (0x9fa0)' pass
    sysinfo_cgroups
    [ "$flag_worker" != false ] || return 0
    for config in CGROUPS NAMESPACES NET EXT4_FS PROC_FS BRIDGE OVERLAY_FS; do probe 1 "CONFIG_$config" built-in pass; done
}

sysinfo_cgroups() {
    controllers=$(cat /sys/fs/cgroup/cgroup.controllers 2>/dev/null)
    if [ -z "$controllers" ]; then
        probe 1 'Control Groups' '' rejected 'no file system mounted at /sys/fs/cgroup'
        return
    fi
    probe 1 'Control Groups' 'version 2' pass
    for controller in cpu cpuacct cpuset memory devices freezer pids hugetlb blkio; do
        name=$controller why=available
        case $controller in
        # With version 2 these are part of others, or of the kernel.
        cpuacct) name=cpu why='via cpu in version 2' ;;
        devices | freezer) name='' why='available' ;;
        blkio) name=io why='via io in version 2' ;;
        esac
        case " $controllers /$name" in
        *" $name "* | */) probe 2 "cgroup controller \"$controller\"" "$why" pass ;;
        *) case $controller in
            hugetlb | blkio) probe 2 "cgroup controller \"$controller\"" unavailable warning ;;
            *) probe 2 "cgroup controller \"$controller\"" unavailable rejected ;;
            esac ;;
        esac
    done
}

gibibytes() { awk -v k="$1" 'BEGIN { if (k >= 1048576) printf "%.1f GiB", k / 1048576; else printf "%.1f MiB", k / 1024 }'; }

k0s_airgap() {
    sub=${1:-} && [ $# -gt 0 ] && shift
    command_path="airgap $sub"
    case $sub in
    list-images)
        flags "$common_flags $config_flags all" "$@"
        no_words
        step k0s airgap/list-images
        file=${flag_config:-/etc/k0s/k0s.yaml}
        if [ "$file" = - ]; then cat >"$work/stdin.yaml" && file=$work/stdin.yaml; fi
        if [ -e "$file" ]; then trouble=$(k0s_config_check "$file") || fails "$trouble"
        elif [ -n "$flag_config" ]; then fails "failed to load node config: open $file: no such file or directory"
        else file=/dev/null; fi
        airgap_images "$file" ;;
    bundle-artifacts)
        flags "$common_flags output/o= insecure-registries= platform= registries-config+" "$@"
        case $flag_insecure_registries in '' | no | skip-tls-verify | plain-http) ;; *) misused "invalid argument \"$flag_insecure_registries\" for \"--insecure-registries\" flag: must be one of no, skip-tls-verify, plain-http" ;; esac
        step k0s airgap/bundle-artifacts
        if [ -z "$words" ]; then words=$(cat); fi
        airgap_bundle ;;
    '' | -h | --help) echo 'Tooling for airgapped installations' ;;
    *) fails "unknown command \"$sub\" for \"k0s airgap\"" ;;
    esac
}

# airgap_images CONFIG: in the order k0s lists them; without --all only those the configuration needs.
airgap_images() {
    provider=$(k0s_setting "$1" spec.network.provider kuberouter)
    k0s_images_table "$K0S_RELEASE" | while read -r name _; do
        case $name in
        pushgateway) continue ;;
        calico*) [ "$flag_all" = true ] || [ "$provider" = calico ] || continue ;;
        kuberouter*) [ "$flag_all" = true ] || [ "$provider" = kuberouter ] || continue ;;
        kubeproxy) [ "$flag_all" = true ] || [ "$(k0s_setting "$1" spec.network.kubeProxy.disabled)" != true ] || continue ;;
        esac
        k0s_image "$1" "$name"
    done
    if [ "$flag_all" = true ] || [ "$(k0s_setting "$1" spec.network.nodeLocalLoadBalancing.enabled)" = true ]; then k0s_balancer_image "$1"; fi
}

# An OCI layout that names its images as containerd does; the images themselves are not there.
airgap_bundle() {
    mkdir "$work/layout"
    echo '{"imageLayoutVersion":"1.0.0"}' >"$work/layout/oci-layout"
    separator=''
    printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[' >"$work/layout/index.json"
    for image in $words; do
        case $image in *[A-Z]*/* | */ | *:*:*:*) fails "while parsing $image: invalid reference format" ;; esac
        trouble=$(pull_image "$image") || fails "failed to bundle $image: ${trouble#failed to pull image *: }"
        printf '%s{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":2,"annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"}}' "$separator" "$(printf '%s' "$image" | sha256sum | cut -d ' ' -f 1)" "$image" "${image##*:}" >>"$work/layout/index.json"
        separator=,
    done
    printf ']}\n' >>"$work/layout/index.json"
    tar -C "$work/layout" -cf "$work/bundle.tar" oci-layout index.json
    if [ -z "$flag_output" ]; then
        [ ! -t 1 ] || fails 'cowardly refusing to write binary data to a terminal'
        cat "$work/bundle.tar"
    else
        cat "$work/bundle.tar" >"$flag_output" || fails "open $flag_output: no such file or directory"
    fi
}

k0s_completion() {
    command_path=completion
    flags "$common_flags" "$@"
    case $words in bash | zsh | fish | powershell) echo "# $words completion for k0s (simulated)" ;; '') fails 'accepts 1 arg(s), received 0' ;; *) fails "invalid argument \"$words\" for \"k0s completion\"" ;; esac
}
