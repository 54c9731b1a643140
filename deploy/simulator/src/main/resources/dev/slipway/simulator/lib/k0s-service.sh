# What systemd or OpenRC does for a k0s service that is to be up: runs it, and again ten seconds after it ended.
# argument: k0scontroller or k0sworker
. /.simulator/lib/lib.sh
. "$SIM/lib/units.sh"
! openrc || . "$SIM/lib/openrc.sh"
service=$1
up=$SIM/boot/services/$service
file=$(unit_file "$service.service") || exit 1
journal=$(unit_journal "$service")
{
    echo PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    unit_environment "$file"
    unit_command "$file"
} >"$up.command"
while [ -e "$up" ]; do
    set --
    while IFS= read -r word; do set -- "$@" "$word"; done <"$up.command"
    env -i "$@" >>"$journal" 2>&1 &
    echo $! >"$up.pid"
    wait $!
    echo "$service.service: Main process exited, code=exited, status=$?" >>"$journal"
    rm -f "$up.pid"
    [ -e "$up" ] || exit 0
    pause 10
done
