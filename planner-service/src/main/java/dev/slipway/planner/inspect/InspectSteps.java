package dev.slipway.planner.inspect;

import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The steps that read a host's facts. They change nothing and need POSIX utilities only; each
/// prints `key=value` lines, which [FactReader] reads.
public final class InspectSteps {
    static final String SYSTEM = "system";
    static final String HARDWARE = "hardware";
    static final String NETWORK = "network";
    static final String TOOLS = "tools";
    static final String NODE = "node";
    static final String OWNER = "owner";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private InspectSteps() {}

    /// @param ports those of which it matters whether something listens on them
    /// @param more what else to ask, in steps that report facts too
    public static List<Step> steps(Iterable<Integer> ports, List<Step> more) {
        var steps = new ArrayList<Step>();
        steps.add(fact("read-system", SYSTEM, SYSTEM_SCRIPT, TIMEOUT));
        steps.add(fact("read-hardware", HARDWARE, HARDWARE_SCRIPT, TIMEOUT));
        steps.add(fact("read-network", NETWORK, networkScript(ports), TIMEOUT));
        steps.add(fact("read-tools", TOOLS, TOOLS_SCRIPT, TIMEOUT));
        steps.addAll(more);
        // Last, because it tells the time, which is compared with when the task settled.
        steps.add(fact("read-node", NODE, NODE_SCRIPT, TIMEOUT));
        steps.add(new Step.Read("read-owner", RemotePath.of(Ownership.FILE), OWNER, 1024));
        return steps;
    }

    static Step.Command fact(String name, String fact, String script, Duration timeout) {
        return Step.Command.of(name, script, timeout).asFact(fact).withRerun();
    }

    private static final String SYSTEM_SCRIPT =
            """
            release() {
                sed -n "s/^$1=//p" /etc/os-release 2>/dev/null | tr -d "\\"'" | head -n 1
            }
            echo "os=$(release ID)"
            echo "os-like=$(release ID_LIKE)"
            echo "os-version=$(release VERSION_ID)"
            echo "os-name=$(release PRETTY_NAME)"
            echo "architecture=$(uname -m)"
            echo "kernel=$(uname -r)"
            echo "hostname=$(uname -n)"
            echo "machine-id=$(cat /etc/machine-id 2>/dev/null || :)"
            echo "boot-id=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || :)"
            if [ -d /run/openrc ] && command -v rc-service >/dev/null 2>&1; then echo openrc=yes
            elif command -v systemctl >/dev/null 2>&1; then echo systemd=yes
            fi
            case $(cat /sys/fs/selinux/enforce 2>/dev/null || :) in
                1) echo selinux=enforcing ;;
                0) echo selinux=permissive ;;
                *) echo selinux=off ;;
            esac
            if [ -e /usr/share/containers/selinux/contexts ]; then echo container-policy=yes; fi
            if command -v firewall-cmd >/dev/null 2>&1 && firewall-cmd --state >/dev/null 2>&1; then echo firewall=firewalld
            elif grep -q '^ENABLED=yes' /etc/ufw/ufw.conf 2>/dev/null; then echo firewall=ufw
            else echo firewall=none
            fi
            controllers=
            if [ -r /sys/fs/cgroup/cgroup.controllers ]; then
                read -r controllers < /sys/fs/cgroup/cgroup.controllers || :
                echo cgroups=2
                echo "controllers=$controllers"
            elif [ -d /sys/fs/cgroup/memory ]; then
                echo cgroups=1
            fi
            for module in overlay br_netfilter; do
                if [ -d "/sys/module/$module" ] || modprobe -D "$module" >/dev/null 2>&1; then
                    echo "module.$module=yes"
                else
                    echo "module.$module=no"
                fi
            done
            """;

    private static final String HARDWARE_SCRIPT =
            """
            echo "cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c '^processor' /proc/cpuinfo)"
            echo "memory-mib=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)"
            df -Pk /var/lib | awk 'NR == 2 {
                print "free-disk-mib=" int($4 / 1024)
                if ($2 > 0) print "free-disk-percent=" int($4 * 100 / $2)
            }'
            if [ -w /var/lib ]; then echo disk-writable=yes; fi
            echo "product-uuid=$(cat /sys/class/dmi/id/product_uuid 2>/dev/null || :)"
            if awk 'NR > 1 { found = 1 } END { exit !found }' /proc/swaps 2>/dev/null; then
                echo swap=yes
            fi
            """;

    private static String networkScript(Iterable<Integer> ports) {
        var wanted = new TreeSet<Integer>();
        ports.forEach(wanted::add);
        String hexadecimal =
                wanted.stream()
                        .map(p -> String.format(Locale.ROOT, "%04X", p))
                        .collect(Collectors.joining(" "));
        return """
        if command -v ip >/dev/null 2>&1; then
            addresses=$(ip -o addr show 2>/dev/null | awk '{ sub("/.*", "", $4); print $4 }' | head -n 40)
            second=$(ip -o route get 2001:db8::1 2>/dev/null || :)
            route=$(ip -o route get 192.0.2.1 2>/dev/null || :)
            [ -n "$route" ] || route=$second
        else
            addresses=$(hostname -I 2>/dev/null || :)
            route=
            second=
        fi
        for address in $addresses; do echo "address=$address"; done
        case $route in
            *' dev '*)
                device=${route#* dev }
                mtu=
                read -r mtu 2>/dev/null < "/sys/class/net/${device%% *}/mtu" || :
                echo "mtu=$mtu"
                { ip route show; ip -6 route show; } 2>/dev/null | awk '$1 ~ "/" && n++ < 40 { print "route=" $1 }'
                ;;
        esac
        resolv=/run/systemd/resolve/resolv.conf
        [ -r "$resolv" ] || resolv=/etc/resolv.conf
        echo "resolvers=$(awk '$1 == "nameserver" && n++ < 5 { printf "%s ", $2 }' "$resolv" 2>/dev/null || :)"
        printf '%s\\n' "$route" | sed -n 's/.* src \\([0-9A-Fa-f.:]*\\).*/default-address=\\1/p' | head -n 1
        if [ "$second" != "$route" ]; then
            printf '%s\\n' "$second" | sed -n 's/.* src \\([0-9A-Fa-f.:]*\\).*/second-address=\\1/p' | head -n 1
        fi
        awk -v wanted=' @HEX@ ' '$4 == "0A" {
            n = split($2, part, ":")
            if (index(wanted, " " part[n] " ") && !seen[part[n]]++) print "port=" part[n]
        }' /proc/net/tcp /proc/net/tcp6 2>/dev/null || :
        if [ "$(cat /proc/sys/net/ipv4/ip_forward 2>/dev/null || :)" = 1 ]; then echo ip-forward=yes; fi
        if [ -d /sys/module/br_netfilter ]; then echo bridge-netfilter=yes; fi
        """
                .replace("@HEX@", hexadecimal);
    }

    private static final String TOOLS_SCRIPT =
            """
            version() {
                case $1 in
                    kubeadm) kubeadm version -o short ;;
                    kubelet) kubelet --version | awk '{ print $2 }' ;;
                    kubectl) kubectl version --client 2>/dev/null | awk '/^Client Version:/ { print $3 }' ;;
                    containerd) containerd --version | awk '{ print $3 }' ;;
                    docker) docker --version | awk '{ sub(",", "", $3); print $3 }' ;;
                    cri-dockerd) cri-dockerd --version 2>&1 | awk '{ print $2 }' ;;
                    k0s) k0s version ;;
                    registry) registry --version | awk '{ print $NF }' ;;
                esac
            }
            PATH=$PATH:/usr/local/bin:/opt/bin
            for tool in kubeadm kubelet kubectl containerd docker cri-dockerd k0s registry runc crictl curl wget tar gzip hostnamectl; do
                path=$(command -v "$tool" 2>/dev/null || :)
                case $path in
                    /*)
                        echo "path.$tool=$path"
                        echo "version.$tool=$(version "$tool" 2>/dev/null | head -n 1 || :)"
                        ;;
                esac
            done
            """;

    /// Where a k0s that runs does not say in time of which release it is (a worker's asks the API
    /// first), its own program does, even if another one is in its place on the disk.
    private static final String NODE_SCRIPT =
            """
            mine() { grep -qxF "$1" /var/lib/slipway/made 2>/dev/null; }
            openrc() { [ -d /run/openrc ] && command -v rc-service >/dev/null 2>&1; }
            unit() {
                if openrc; then
                    if mine "/etc/init.d/${1%.service}"; then echo ours
                    elif [ -e "/etc/init.d/${1%.service}" ]; then echo foreign
                    else echo none
                    fi
                elif mine "/etc/systemd/system/$1"; then echo ours
                elif systemctl cat "$1" >/dev/null 2>&1; then echo foreign
                else echo none
                fi
            }
            active() {
                if openrc; then
                    if rc-service "${1%.service}" status >/dev/null 2>&1; then echo yes; fi
                elif systemctl is-active --quiet "$1" 2>/dev/null; then echo yes
                fi
            }
            echo "containerd-unit=$(unit containerd.service)"
            echo "kubelet-unit=$(unit kubelet.service)"
            dropin=none
            for directory in /etc/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
                file=$directory/kubelet.service.d/10-kubeadm.conf
                if mine "$file"; then dropin=ours
                elif [ -e "$file" ] && [ "$dropin" = none ]; then dropin=foreign
                fi
            done
            echo "kubelet-dropin=$dropin"
            echo "containerd-active=$(active containerd.service)"
            for service in docker cri-docker; do
                unit=$(unit "$service.service")
                echo "$service-unit=$unit"
                if [ "$unit" != none ]; then echo "$service-active=$(active "$service.service")"; fi
            done
            if mine /etc/docker/daemon.json; then echo docker-config=ours
            elif [ -e /etc/docker/daemon.json ]; then echo docker-config=foreign
            fi
            echo "kubelet-active=$(active kubelet.service)"
            for file in admin.conf kubelet.conf bootstrap-kubelet.conf manifests/kube-apiserver.yaml pki/ca.crt pki/ca.key; do
                if [ -e "/etc/kubernetes/$file" ]; then echo "file=/etc/kubernetes/$file"; fi
            done
            for directory in /var/lib/etcd/member /var/lib/k0s /var/lib/rancher; do
                if [ -e "$directory" ]; then echo "file=$directory"; fi
            done
            told() {
                awk -F '"' '!told { for (n = 1; n < NF && !told; n++) if ($n == "Version") { print $(n + 2); told = 1 } }'
            }
            release() {
                said=
                if command -v timeout >/dev/null 2>&1; then
                    said=$(timeout 10 "$2" status -o json 2>/dev/null | told)
                fi
                if [ -z "$said" ]; then
                    pid=$(systemctl show -p MainPID "$1.service" 2>/dev/null | sed 's/.*=//' || :)
                    case $(readlink "/proc/$pid/exe" 2>/dev/null || :) in
                        */k0s | */k0s' (deleted)') said=$("/proc/$pid/exe" version 2>/dev/null || :) ;;
                    esac
                fi
                echo "$said"
            }
            tell() {
                running=$(active "$1.service")
                program=$(sed -n "s/^\\(ExecStart\\|command\\)=[\\\"']*\\([^\\\"' ]*\\).*/\\2/p" "$2" | head -n 1)
                data=$(sed -n "s/.*--data-dir[=\\\"' ]*\\([^\\\"' ]*\\).*/\\1/p" "$2" | head -n 1)
                if [ "$running" = yes ]; then echo "k0s=$1 yes $(release "$1" "$program")"; else echo "k0s=$1 no"; fi
                if [ "$data" != /var/lib/k0s ] && [ -e "$data" ]; then echo "file=$data"; fi
            }
            for service in k0scontroller k0sworker; do
                for file in "/etc/systemd/system/$service.service" "/usr/lib/systemd/system/$service.service" "/lib/systemd/system/$service.service" "/etc/init.d/$service"; do
                    if [ -f "$file" ]; then tell "$service" "$file"; break; fi
                done
            done
            if [ -e /var/lib/slipway/initialised ]; then echo initialised=yes; fi
            if [ -e /var/lib/slipway/joined ]; then echo joined=yes; fi
            if [ -f /etc/kubernetes/pki/ca.crt ]; then
                echo "ca-digest=$(sha256sum /etc/kubernetes/pki/ca.crt | awk '{ print $1 }')"
            fi
            for file in /etc/cni/net.d/*; do
                if [ -e "$file" ]; then echo cni=yes; break; fi
            done
            echo "time=$(date +%s)"
            """;
}
