# shellcheck shell=sh
# A machine of its own on this one, whose PID 1 is systemd: namespaces for processes, mounts, network, names and control
# groups, this machine's /usr read-only, and everything else in memory. Nothing of it is left when it ends.
#
#   unshare --mount --propagation private sh systemd.sh boot PLACE    PLACE: an empty directory; ends with SIGTERM
set -eu

boot() {
    place=$1
    mount -t tmpfs -o mode=755 machine "$place"
    mkdir "$place/root" "$place/groups"
    mount -t cgroup2 groups "$place/groups"
    # The machine sees this group as the top: what it does to control groups stays below.
    group=$place/groups/slipway-test.$$
    mkdir "$group"
    # shellcheck disable=SC2016
    sh -c 'echo $$ >"$1/cgroup.procs" && exec unshare --pid --fork --kill-child=KILL --uts --ipc --net --cgroup --mount sh "$2" machine "$3"' \
        sh "$group" "$0" "$place/root" &
    inside=$!
    trap 'kill -KILL "$inside" 2>/dev/null || true' TERM
    # unshare lets no TERM through. The first wait ends with the signal, the second with the machine.
    wait "$inside" || wait "$inside" || true
    while grep -q "populated 1" "$group/cgroup.events"; do sleep 0.05; done
    find "$group" -depth -type d -exec rmdir {} +
}

machine() {
    root=$1
    mount -t tmpfs -o mode=755 root "$root"
    cd "$root"
    mkdir -p usr etc/systemd/system proc run sys dev tmp root var/lib var/log old
    for system in bin sbin lib lib32 lib64; do
        if [ -h "/$system" ]; then
            cp -d "/$system" .
        elif [ -d "/$system" ]; then
            mkdir "$system"
            mount --rbind "/$system" "$system"
        fi
    done
    mount --rbind /usr usr
    mount -o remount,bind,ro usr
    mount -t proc proc proc
    mount -t tmpfs -o mode=755 run run
    mount -t tmpfs -o mode=755 sys sys
    mkdir -p sys/fs/cgroup
    mount -t cgroup2 groups sys/fs/cgroup
    mount -t tmpfs -o mode=755 dev dev
    for device in null zero full random urandom tty; do
        : >"dev/$device"
        mount --bind "/dev/$device" "dev/$device"
    done
    mkdir dev/pts dev/shm
    mount -t tmpfs -o mode=1777 shm dev/shm
    ln -s /proc/self/fd dev/fd
    for known in alternatives ld.so.cache; do [ ! -e "/etc/$known" ] || cp -dR "/etc/$known" etc/; done
    echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
    echo 'root:x:0:' >etc/group
    : >etc/machine-id
    printf '[Unit]\nDescription=All there is\n' >etc/systemd/system/machine.target
    hostname machine
    pivot_root . old
    umount -l old
    exec env -i container=slipway PATH=/usr/sbin:/usr/bin:/sbin:/bin \
        /lib/systemd/systemd --system --unit=machine.target --show-status=0
}

"$@"
