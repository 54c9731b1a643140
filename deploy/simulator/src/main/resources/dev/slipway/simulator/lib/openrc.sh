# Services of OpenRC, for hosts that have it: init scripts in place of units. Sourced after units.sh, whose functions it replaces.

unit_file() { [ -x "/etc/init.d/${1%.service}" ] && echo "/etc/init.d/${1%.service}"; }

unit_program() { sed -n 's/^command="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$1" | head -n 1; }

# The words of command and command_args, a line each.
unit_command() {
    unit_program "$1"
    sed -n 's/^command_args="\(.*\)"$/\1/p' "$1" | xargs -r -n 1
}

# What the script exports, and the file that belongs to it.
unit_environment() {
    for exports in "$1" "/etc/conf.d/${1##*/}"; do
        [ ! -e "$exports" ] || sed -n 's/^export //p' "$exports" | xargs -r -n 1
    done
}

stale_warning() { :; }

# Those that come with the system.
is_systems_own() { case $1 in cgroups | modules | sysctl | localmount | net) ;; *) return 1 ;; esac; }
