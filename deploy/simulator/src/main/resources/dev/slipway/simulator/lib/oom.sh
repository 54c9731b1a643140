# Kills every process whose command line contains $1, except itself and the host's first one; prints how many, once they have ended.
runs() { tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -qF -- "$2"; }

killed=0 dying=''
for process in /proc/[0-9]*; do
    pid=${process#/proc/}
    [ "$pid" = 1 ] || [ "$pid" = $$ ] || [ "$pid" = "$PPID" ] && continue
    runs "$pid" "$1" || continue
    kill -KILL "$pid" 2>/dev/null && killed=$((killed + 1)) dying="$dying $pid"
done
# On a busy machine that takes a moment.
for pid in $dying; do while runs "$pid" "$1"; do sleep 0.01; done; done
echo $killed
