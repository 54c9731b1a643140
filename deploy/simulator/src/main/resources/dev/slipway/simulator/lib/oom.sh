# Kills every process whose command line contains $1, except itself and the host's first one; prints how many.
killed=0
for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    [ "$pid" = 1 ] || [ "$pid" = $$ ] || [ "$pid" = "$PPID" ] && continue
    tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -qF -- "$1" || continue
    kill -KILL "$pid" 2>/dev/null && killed=$((killed + 1))
done
echo $killed
