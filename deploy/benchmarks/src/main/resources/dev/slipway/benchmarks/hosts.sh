# Starts one OpenSSH server per address, each as a host of its own: own processes, /run, /root and
# /var/lib/slipway. Prints "up ADDRESS" as each is started. $1: folder, $2: sshd; addresses on stdin.
folder=$1
sshd=$2
while read -r address; do
    mkdir -p "$folder/hosts/$address"
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child --mount-proc sh -c '
        mount --bind "$1/hosts/$2" /var/lib/slipway &&
        mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/sshd &&
        mount -t tmpfs -o mode=700 tmpfs /root &&
        exec "$3" -D -e -f "$1/sshd_config" -o "ListenAddress $2"' sh "$folder" "$address" "$sshd" </dev/null 2>>"$folder/sshd.log" &
    echo "up $address"
done
wait
