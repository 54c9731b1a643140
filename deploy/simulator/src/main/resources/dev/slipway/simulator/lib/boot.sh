# The host's init: brings it up, says "ready", stays until the simulator lets go of its input, reaps what is orphaned.
. /.simulator/lib/lib.sh
mkdir -p "$SIM/boot/services" /run/lock
chmod 1777 /run/lock
if [ "$(cat /proc/self/uid_map | awk '{print $3; exit}')" = 1 ]; then cp "$SIM"/lib/single-uid/* /usr/local/bin/ && chmod 755 /usr/local/bin/*; fi
# What the password of "ops" is now; nobody else has one.
(umask 077 && printf '%s\n' 'root:*:19000:0:99999:7:::' "ops:$(cat "$STATE/password"):19000:0:99999:7:::" 'deploy:*:19000:0:99999:7:::' >/etc/shadow)
for modules in /etc/modules-load.d/*.conf; do
    [ -e "$modules" ] && sed 's/[#;].*//' "$modules" | while read -r module; do [ -n "$module" ] && modprobe "$module"; done
done
sysctl -q --system >/dev/null 2>&1
off_the_wire
if openrc; then
    mkdir -p /run/openrc
    for service in /etc/runlevels/default/*; do
        [ -x "$service" ] && rc-service "${service##*/}" start >/dev/null 2>&1
    done
fi
for unit in /etc/systemd/system/multi-user.target.wants/*; do
    [ -e "$unit" ] && systemctl start "${unit##*/}" >/dev/null 2>&1
done
trap 'exit 0' TERM
exec 3<&0 4>&1 </dev/null >/dev/null
cat <&3 3<&- 4>&- &
echo ready >&4
exec 3<&- 4>&-
wait
