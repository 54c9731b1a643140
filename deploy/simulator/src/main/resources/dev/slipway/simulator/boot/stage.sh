# Gathers what one host needs from the simulator's home in one place, then enters the host's namespaces.
# Runs in a private mount namespace: nothing mounted here is seen outside. The gathering is done before the user namespace
# is entered, because its root may not be allowed to walk the path to the home.
# arguments: home, host, process that holds the mapped user namespace ("-": we are in a single-uid one already)
set -eu
# An ordinary user's path may lack the folders of pivot_root and hostname.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
home=$1 host=$2 holder=$3
for stage in /mnt /media /srv /opt; do
    case $home/ in "$stage"/*) continue ;; esac
    [ -d "$stage" ] && break
done
mount -t tmpfs -o mode=755 tmpfs "$stage"
mkdir "$stage/root" "$stage/state" "$stage/wire" "$stage/tools"
mount --bind "$home/hosts/$host/root" "$stage/root"
mount --bind "$home/hosts/$host/state" "$stage/state"
mount --bind "$home/wire" "$stage/wire"
mount --bind "$home/tools" "$stage/tools"
if [ "$holder" = - ]; then
    exec unshare --mount --pid --uts --ipc --fork --propagation private -- /bin/sh "$stage/tools/boot/init.sh" "$stage" "$host"
fi
exec nsenter --user="/proc/$holder/ns/user" --setuid 0 --setgid 0 -- \
    unshare --mount --pid --uts --ipc --fork --propagation private -- /bin/sh "$stage/tools/boot/init.sh" "$stage" "$host"
