# Makes the host's disk full or read-only, and mends it. Run by the simulator as root of the host.
# Full: the writable directories get an overlay whose upper layer has no block and no inode left; mending takes it away again.
set -eu
PATH=/.simulator/real:/usr/sbin:/usr/bin
writable="etc var root home opt tmp usr/local"
full=/.simulator/boot/full
mend() {
    if [ -d $full ]; then
        for dir in $writable; do umount -l "/$dir"; done
        umount -l $full
        rmdir $full
    fi
    mount -o remount,bind,rw /
    mount -o remount,bind,rw /usr/local
}
case $1 in
free) mend ;;
read-only)
    mend
    mount -o remount,bind,ro /
    mount -o remount,bind,ro /usr/local ;;
fill)
    mend
    mkdir $full
    mount -t tmpfs -o size=64k,nr_inodes=64 tmpfs $full
    for dir in $writable; do
        name=$(echo "$dir" | tr / -)
        mkdir "$full/$name" "$full/$name.work"
        mount -t overlay -o "lowerdir=/$dir,upperdir=$full/$name,workdir=$full/$name.work" overlay "/$dir"
    done
    dd if=/dev/zero of=$full/blocks bs=4k 2>/dev/null || :
    n=0
    while (: >"$full/inode-$n") 2>/dev/null; do n=$((n + 1)); done ;;
esac
