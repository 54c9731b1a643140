# The host's first process: builds its root, leaves the machine's behind, and becomes its init (boot.sh).
# arguments: staging directory, host name
set -eu
stage=$1 host=$2
umask 022
[ -e "$stage/root/.simulator" ] || /bin/sh "$stage/tools/boot/root.sh" "$stage" "$host"
root=$stage/root
mount --bind "$root" "$root"
cd "$root"

# The simulator mends and breaks disks with the real programs, which the stand-ins hide.
mkdir -p -m 711 .simulator/real
cp /usr/bin/mount /usr/bin/umount .simulator/real/

# And asks the machine's own files for whatever is no name of a host.
[ ! -e /usr/bin/getent ] || cp /usr/bin/getent .simulator/real/
# Likewise curl, for all but the registries that the simulator knows.
[ ! -e /usr/bin/curl ] || cp /usr/bin/curl .simulator/real/

# The machine's own sudo, as a copy: a set-uid bit counts only where the host knows the owner, and sudo loads no plugin of another's.
if [ "$(cat "$stage/state/sudo")" = real ]; then
    for plugin in /usr/libexec/sudo/sudoers.so /usr/lib/sudo/sudoers.so /usr/lib64/sudo/sudoers.so; do
        [ ! -e "$plugin" ] || cp "$plugin" .simulator/real/
    done
    cp /usr/bin/sudo .simulator/real/
    chmod 4755 .simulator/real/sudo
fi

# The machine's /usr, read-only, under the stand-ins. Kernels without overlays for user namespaces get plain bind mounts.
if ! mount -t overlay overlay -o "lowerdir=$stage/tools/layer:/usr" usr 2>/dev/null; then
    mount --rbind /usr usr
    mount -o remount,bind,ro,nosuid,nodev usr
    mkdir -p .simulator/local
    cp -a "$stage/tools/layer/." .simulator/local/
    cp -a .simulator/local/bin .simulator/local/sbin usr-local/
    (cd "$stage/tools/layer" && find bin sbin -type f) | while read -r tool; do
        [ ! -e "usr/$tool" ] || mount --bind "$stage/tools/layer/$tool" "usr/$tool"
    done
fi
[ "$(cat "$stage/state/sudo")" != real ] || { rm -f usr-local/bin/sudo && mount --bind .simulator/real/sudo usr/bin/sudo; }
[ ! -e .simulator/real/curl ] || mount --bind "$stage/tools/lib/optional/bin/curl" usr/bin/curl
mount --bind usr-local usr/local
for dir in bin sbin lib lib32 lib64 libx32; do
    if [ -L "/$dir" ]; then ln -sfn "$(readlink "/$dir")" "$dir"; elif [ -d "/$dir" ]; then mkdir -p "$dir" && mount --rbind "/$dir" "$dir"; fi
done

mount -t proc proc proc
cat /proc/sys/kernel/random/uuid >"$stage/state/boot_id"
mount --bind "$stage/state/boot_id" proc/sys/kernel/random/boot_id

mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do : >"dev/$node" && mount --bind "/dev/$node" "dev/$node"; done
ln -s /proc/self/fd dev/fd && ln -s fd/0 dev/stdin && ln -s fd/1 dev/stdout && ln -s fd/2 dev/stderr
mkdir dev/pts && mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts && ln -s pts/ptmx dev/ptmx
mkdir dev/shm && mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=755 tmpfs sys
mkdir -p sys/module sys/fs/cgroup sys/class/net/eth0 sys/class/dmi/id sys/kernel
echo 1500 >sys/class/net/eth0/mtu
echo "cpuset cpu io memory hugetlb pids" >sys/fs/cgroup/cgroup.controllers
cat "$stage/state/product_uuid" >sys/class/dmi/id/product_uuid

mkdir -p .simulator/lib .simulator/state .simulator/wire .simulator/boot
mount --bind "$stage/tools/lib" .simulator/lib
mount -o remount,bind,ro,nosuid,nodev .simulator/lib
mount --bind "$stage/state" .simulator/state
mount --bind "$stage/wire" .simulator/wire
mount -t tmpfs -o mode=755 tmpfs .simulator/boot

# What a host may read and set of the kernel is its own: the network namespace is the machine's.
mkdir -p .simulator/boot/net/ipv4 .simulator/boot/net/ipv6/conf/all .simulator/boot/net/core
echo 0 >.simulator/boot/net/ipv4/ip_forward
echo 0 >.simulator/boot/net/ipv6/conf/all/forwarding
mount --bind .simulator/boot/net proc/sys/net
printf 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' >.simulator/boot/swaps
! grep -q '^[^#].*[[:space:]]swap[[:space:]]' etc/fstab || printf '/swap.img                               file\t\t2097148\t\t0\t\t-2\n' >>.simulator/boot/swaps
mount --bind .simulator/boot/swaps proc/swaps
: >.simulator/boot/modules
[ ! -e proc/modules ] || mount --bind .simulator/boot/modules proc/modules

mkdir -p .simulator/machine
pivot_root . .simulator/machine
/.simulator/real/umount -l /.simulator/machine
hostname "$(cat /etc/hostname)"
exec /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root /bin/sh /.simulator/lib/boot.sh
