# Services of OpenRC, for hosts that have it: init scripts in place of units. Sourced after units.sh, whose functions it replaces.

unit_file() { [ -x "/etc/init.d/${1%.service}" ] && echo "/etc/init.d/${1%.service}"; }

unit_program() { sed -n 's/^command="\(.*\)"$/\1/p' "$1" | head -n 1; }

stale_warning() { :; }

# Those that come with the system.
is_systems_own() { case $1 in cgroups | modules | sysctl | localmount | net) ;; *) return 1 ;; esac; }
