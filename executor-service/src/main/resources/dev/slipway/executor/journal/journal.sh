# shellcheck shell=sh disable=SC2034,SC2154
# The node journal: runs one attempt of a task on this host, at most once, and tells how it goes.
#
# The executor's root shell evaluates this text with the order on standard input ("deliver"). The
# work itself is done by a detached process ("runner") that survives the connection; each step is
# one more process ("step") with a time keeper beside it ("warden"). Nothing but functions stands
# above the last line, so a truncated copy does nothing.
#
# Needs: POSIX utilities and setsid, /proc. Runs under dash, bash and BusyBox ash alike.
#
#   STATE/tasks/TASK/ATTEMPT/    an entry, root only
#     claim.G    "1 run|tomb BOOT PID BORN DIGEST EPOCH": whose the entry is. The highest G counts;
#                each appears complete, by a hard link, and never changes. "tomb": nobody may run it.
#     events     "step N EPOCH OFFSET" and "done N OUTCOME EXIT CENTISECONDS", a line each
#     output     what the steps printed, raw
#     fact.N     what step N reported
#     result     "OUTCOME REASON CENTISECONDS": present once all is over
#   STATE/contents/SHA256        a file for "put", or one lent to a script, brought beforehand
#                                (contents.sh); the latter goes at once
#   STATE/lock.N                 who changes the host: "BOOT PID BORN TASK ATTEMPT", the highest N
#   MEMORY/slipway/PID.BORN.TASK.ATTEMPT/   the order and its secrets, while they are needed
#
# Lines to the executor start with "="; "=out" and "=fact" are followed by that many raw bytes and a
# newline. "=end" is the last.

version=1
output_limit=67108864 # bytes an attempt may print
lost_patience=500     # centiseconds a program may be gone before its attempt counts as lost
lock_patience=3000    # centiseconds to wait for another task that changes the host
kill_grace=300        # centiseconds between TERM and KILL
journal_days=30       # longer than any topic keeps an order

# --- time and processes -----------------------------------------------------------------------

# Sets ticks: centiseconds since boot, which no clock change moves.
uptime_ticks() {
    read -r ticks _ </proc/uptime
    ticks=${ticks%.*}${ticks#*.}
}

# Sets ticks, and epoch: seconds since 1970 by the clock as it was when this process first asked.
epoch_now() {
    uptime_ticks
    [ -n "${epoch_zero:-}" ] || epoch_zero=$(($(date +%s) - ticks / 100))
    epoch=$((epoch_zero + ticks / 100))
}

# Sets seconds: $1 centiseconds as sleep takes them.
in_seconds() {
    seconds=$(($1 % 100))
    [ "$seconds" -gt 9 ] || seconds=0$seconds
    seconds=$(($1 / 100)).$seconds
}

# Sleeps $1 centiseconds; whole seconds where sleep knows no fractions.
pause() {
    in_seconds "$1"
    sleep "$seconds" 2>/dev/null || sleep "$((($1 + 99) / 100))"
}

# Sets born (when process $1 started, in clock ticks since boot) and group. False if there is none.
look_up() {
    born=
    group=
    { read -r look_stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    # shellcheck disable=SC2086
    set -- ${look_stat##*) }
    [ "$#" -ge 20 ] || return 1
    case $1 in Z | X | x) return 1 ;; esac
    group=$3
    shift 19
    born=$1
}

# Whether the process known by boot id $1, pid $2 and start time $3 still runs.
alive() {
    [ -n "${3:-}" ] && [ "$1" = "$boot" ] && look_up "$2" && [ "$born" = "$3" ]
}

know_thyself() {
    read -r boot </proc/sys/kernel/random/boot_id
    look_up "$$"
    self_born=$born
    self_group=$group
}

# Sets marked_pids: the processes of attempt $1 (of task $3 if it is another), wherever they went, but
# for this process group and group $2. They carry SLIPWAY_TASK=TASK/ATTEMPT/ in their environment. All
# environments are read at once, since a host may have many processes; a candidate is looked at again,
# since what it says is its own. One grep does it where it reads lines that end with NUL: then it has
# found the mark that it carries itself.
marked() {
    marked_word=SLIPWAY_TASK=${3:-$task}/$1/
    marked_files=$(SLIPWAY_LOOK=$$ grep -lzxF -e "SLIPWAY_LOOK=$$" -e "$marked_word" /proc/self/environ /proc/[0-9]*/environ 2>/dev/null)
    case $marked_files in
    */proc/self/environ*) ;;
    *)
        marked_files=$(head -n 100000 /proc/[0-9]*/environ 2>/dev/null | tr '\000' '\n' |
            awk -F/ -v "word=$marked_word" '/^==> \/proc\/[0-9]+\/environ <==$/ { pid = $3 } $0 == word { print "/proc/" pid "/environ" }')
        ;;
    esac
    marked_pids=
    for marked_file in $marked_files; do
        marked_pid=${marked_file#/proc/}
        marked_pid=${marked_pid%/environ}
        if [ "$marked_pid" != self ] && look_up "$marked_pid" && [ "$group" != "$self_group" ] && [ "$group" != "${2:-}" ] &&
            tr '\000' '\n' 2>/dev/null <"/proc/$marked_pid/environ" | grep -qxF "$marked_word"; then
            marked_pids="$marked_pids $marked_pid"
        fi
    done
}

# Ends them: asks first, then insists until none is left.
kill_marked() {
    kill_signal=TERM
    kill_rounds=0
    uptime_ticks
    kill_since=$ticks
    while marked "$1" "${2:-}" && [ -n "$marked_pids" ]; do
        # shellcheck disable=SC2086
        kill -s "$kill_signal" $marked_pids 2>/dev/null
        pause 5
        uptime_ticks
        [ $((ticks - kill_since)) -lt "$kill_grace" ] || kill_signal=KILL
        kill_rounds=$((kill_rounds + 1))
        [ "$kill_rounds" -lt 400 ] || return 1
    done
    return 0
}

# --- disk ---------------------------------------------------------------------------------------

to_disk() {
    sync "$@" 2>/dev/null || sync
}

# Appends line $2 to file $1, and reads it back: not every shell's printf tells of a full disk.
append() {
    append_back=
    { printf '%s\n' "$2" >>"$1"; } 2>/dev/null || return 1
    while read -r append_line; do append_back=$append_line; done <"$1"
    [ "$append_back" = "$2" ]
}

# Makes file $1 of line $2, and reads it back. False if the disk took less.
draft() {
    draft_back=
    { printf '%s\n' "$2" >"$1" && read -r draft_back <"$1"; } 2>/dev/null
    [ "$draft_back" = "$2" ]
}

# Names what is wrong with the disk under $1: DISK_FULL, DISK_READ_ONLY or nothing.
disk_trouble() {
    disk_text=$(dd if=/dev/zero "of=$1/.probe.$$" bs=4096 count=4 2>&1)
    disk_code=$?
    rm -f "$1/.probe.$$"
    [ "$disk_code" != 0 ] || return 0
    case $disk_text in
    *"No space left"* | *"quota exceeded"*) echo DISK_FULL ;;
    *"Read-only file system"*) echo DISK_READ_ONLY ;;
    esac
}

# The same for the nearest directory that exists at or above $1.
disk_trouble_near() {
    disk_place=$1
    while [ ! -d "$disk_place" ]; do
        disk_place=${disk_place%/*}
        [ -n "$disk_place" ] || disk_place=/
    done
    disk_trouble "$disk_place"
}

# --- entries of the journal -----------------------------------------------------------------------

# Sets generation and holder (none, tomb, running, gone) of entry $1.
read_entry() {
    generation=0
    holder=none
    while [ -e "$1/claim.$((generation + 1))" ]; do
        generation=$((generation + 1))
    done
    [ "$generation" -gt 0 ] || return 0
    read -r claim_version holder claim_boot claim_pid claim_born _ <"$1/claim.$generation"
    [ "$holder" != tomb ] || return 0
    holder=gone
    if alive "$claim_boot" "$claim_pid" "$claim_born"; then holder=running; fi
}

# Makes generation $2 of entry $1 ours as $3 (run, tomb). False if another was faster or the disk
# takes nothing; disk_trouble tells which. The name is on disk once the caller has synced the entry.
claim() {
    claim_draft=$1/draft.$2.$$.$self_born # never a second time: once linked, it is the claim
    epoch_now
    if draft "$claim_draft" "$version $3 $boot $$ $self_born $digest $epoch"; then
        to_disk "$claim_draft"
        ln "$claim_draft" "$1/claim.$2" 2>/dev/null && return 0
    fi
    rm -f "$claim_draft"
    return 1
}

# Writes the result of entry $1: outcome $2, reason $3, centiseconds $4. What its events say is on
# disk before it.
write_result() {
    result_draft=$1/result.$$
    draft "$result_draft" "$2 $3 $4" || {
        rm -f "$result_draft"
        return 1
    }
    if [ -e "$1/events" ]; then to_disk "$1/events" "$result_draft"; else to_disk "$result_draft"; fi
    mv -f "$result_draft" "$1/result" 2>/dev/null || return 1
    to_disk "$1"
}

# Sees to it that nobody runs entry $1 (attempt $2) any more, for reason $3. False on disk trouble. The
# tomb comes first: what was killed without one looks crashed, and the next delivery would go on with it.
fence() {
    mkdir -p "$1" 2>/dev/null || return 1
    while :; do
        [ ! -e "$1/result" ] || return 0
        read_entry "$1"
        [ "$holder" != tomb ] || break
        if claim "$1" "$((generation + 1))" tomb; then
            to_disk "$1"
            break
        fi
        [ -e "$1/claim.$((generation + 1))" ] || return 1
    done
    fence_generation=1
    while read -r _ fence_holder fence_boot fence_pid fence_born _ fence_epoch <"$1/claim.$fence_generation"; do
        [ "$fence_holder" = run ] || break
        [ "$fence_generation" != 1 ] || fence_began=$fence_epoch
        if alive "$fence_boot" "$fence_pid" "$fence_born"; then
            kill -s KILL "$fence_pid" 2>/dev/null
            stop_unit "$2"
        fi
        fence_generation=$((fence_generation + 1))
    done
    if [ "$fence_generation" = 1 ]; then
        write_result "$1" NOT_STARTED "$3" 0
        return
    fi
    kill_marked "$2" || return 1
    # What was killed cannot do it itself, and who delivered it may live on and follow.
    rm -rf "$memory"/slipway/*.*."$task.$2"
    if [ -e "$1/result" ]; then return 0; fi
    epoch_now
    write_result "$1" CANCELLED "$3" "$(((epoch - fence_began) * 100))"
}

# --- memory-backed staging -------------------------------------------------------------------------

# Sets memory: the first of the candidates that is a writable tmpfs. A node has hundreds of mounts, and
# a shell reads byte by byte: grep picks the lines.
find_memory() {
    memory=
    # shellcheck disable=SC2086
    set -- $memory_candidates
    for memory_candidate; do
        set -- "$@" -e " $memory_candidate "
        shift
    done
    memory_mounts=$(grep -F "$@" /proc/mounts)
    for memory_candidate in $memory_candidates; do
        memory_type=
        while read -r _ memory_point mount_type _; do
            [ "$memory_point" = "$memory_candidate" ] && memory_type=$mount_type
        done <<MOUNTS
$memory_mounts
MOUNTS
        case $memory_type in
        tmpfs | ramfs) [ -w "$memory_candidate" ] && memory=$memory_candidate && return 0 ;;
        esac
    done
    return 1
}

# Removes what crashed attempts left in memory.
sweep() {
    for sweep_stage in "$memory"/slipway/*.*.*.*; do
        [ -d "$sweep_stage" ] || continue
        sweep_name=${sweep_stage##*/}
        sweep_pid=${sweep_name%%.*}
        sweep_rest=${sweep_name#*.}
        if alive "$boot" "$sweep_pid" "${sweep_rest%%.*}"; then continue; fi
        sweep_pid=
        { read -r sweep_pid sweep_born <"$sweep_stage/runner"; } 2>/dev/null
        if [ -n "$sweep_pid" ] && alive "$boot" "$sweep_pid" "$sweep_born"; then continue; fi
        rm -rf "$sweep_stage"
    done
}

# --- delivery: from the channel to a running program -------------------------------------------------

refuse() {
    printf '=refused %s %s\n' "$1" "$2"
    [ -z "$stage" ] || rm -rf "$stage"
    exit 0
}

deliver() {
    read -r order_bytes
    read -r state
    read -r memory_candidates
    # Byte by byte only where dd cannot be told to fill a block, and then it says so before it reads.
    take_one_block=yes
    order=$(take "$order_bytes") || {
        take_one_block=no
        order=$(take "$order_bytes")
    }
    for tool in awk cat cmp cp date dd find grep head id ln ls mkdir mv rm setsid sleep sync tail tr; do
        command -v "$tool" >/dev/null || refuse HOST_TOOL_MISSING "$tool"
    done
    [ -r /proc/self/stat ] || refuse HOST_TOOL_MISSING /proc
    find_memory || refuse NO_MEMORY_FS "$memory_candidates"
    know_thyself
    uptime_ticks
    arrived=$ticks
    sweep
    whole=
    loans=
    eval "$order"
    [ "$whole" = yes ] || exit 1 # the connection broke while the order came: nothing has begun
    entry=$state/tasks/$task/$attempt
    if [ "$kind" = cancel ]; then
        return_loans .part
        mkdir -p "$entry" 2>/dev/null || refuse_for_disk
        cancel
        exit 0
    fi
    read_entry "$entry"
    if [ "$generation" -gt 0 ] && [ "${claim_version:-}" != "$version" ]; then
        refuse INTERNAL "journal version ${claim_version:-} in $entry"
    fi
    if [ -e "$entry/result" ] || [ "$holder" = running ] || [ "$holder" = tomb ]; then
        [ -z "$blobs" ] || cat >/dev/null
        return_loans
        printf '=claim attached\n'
    else
        stage_order
        launch
    fi
    follow "$from"
}

# Reads exactly $1 bytes of standard input.
take() {
    if [ "$take_one_block" = yes ]; then
        dd "bs=$1" count=1 iflag=fullblock 2>/dev/null
    else
        dd bs=1 "count=$1" 2>/dev/null
    fi
}

refuse_for_disk() {
    disk_reason=$(disk_trouble_near "$state")
    refuse "${disk_reason:-INTERNAL}" "$state"
}

# Puts the order, its files and this program where the runner finds them. What follows the files says
# that all of them came.
stage_order() {
    stage=$memory/slipway/$$.$self_born.$task.$attempt
    trap 'rm -rf "$stage"' EXIT
    mkdir -p "$stage" "$entry" 2>/dev/null
    [ -d "$stage" ] || refuse NO_MEMORY_FS "$memory"
    [ -d "$entry" ] || refuse_for_disk
    exec 3<&0
    while read -r blob_name blob_bytes; do
        [ -n "$blob_name" ] || continue
        if [ "$blob_bytes" = 0 ]; then
            true >"$stage/$blob_name"
        else
            take "$blob_bytes" <&3 >"$stage/$blob_name"
        fi || refuse NO_MEMORY_FS "$memory"
    done <<LIST
$blobs
LIST
    read -r staged <&3
    exec 3<&-
    [ "$staged" = over ] || exit 1 # the connection broke while the files came
    borrow
    {
        printf '%s\n' "$order" >"$stage/order" &&
            printf '%s\n' "$program" >"$stage/program" &&
            printf 'boot=%s\nstate=%s\nmemory=%s\nstage=%s\narrived=%s\n' "$boot" "$state" "$memory" "$stage" "$arrived" >"$stage/place"
    } 2>/dev/null || refuse NO_MEMORY_FS "$memory"
}

# Takes the files that are lent to scripts into memory, and off the disk, where nothing of them stays.
# One that another delivery took away meanwhile has to be brought once more: nothing has begun. Where
# it is too late to begin, none was brought, and none is needed to say so.
borrow() {
    while read -r loan_name loan_sum; do
        [ -n "$loan_name" ] || continue
        loan=$state/contents/$loan_sum
        if [ ! -f "$loan" ]; then
            [ "$start_within" -le 0 ] || exit 1
            continue
        fi
        if ! { cp "$loan" "$stage/$loan_name" && chmod 700 "$stage/$loan_name"; } 2>/dev/null; then
            [ -f "$loan" ] || exit 1
            refuse NO_MEMORY_FS "$memory"
        fi
        loan_found=$(sha256sum <"$stage/$loan_name")
        if [ "${loan_found%% *}" != "$loan_sum" ]; then
            return_loans
            refuse CHECKSUM_MISMATCH "$loan has SHA-256 ${loan_found%% *}"
        fi
    done <<LIST
$loans
LIST
    return_loans
}

# With $1 also those that came in part.
return_loans() {
    while read -r _ loan_sum; do
        [ -z "$loan_sum" ] || rm -f "$state/contents/$loan_sum" ${1:+"$state/contents/$loan_sum$1"}
    done <<LIST
$loans
LIST
}

systemd_here() {
    [ -d /run/systemd/system ] && command -v systemd-run >/dev/null
}

unit_name() {
    echo "slipway-$task-$1"
}

# Starts the runner where neither the end of this session nor a step's exit reaches it. A unit that
# was killed is forgotten like one that ended well, else it would count as failed until the next boot.
launch() {
    trap - EXIT
    if systemd_here; then
        launch_unit=$(unit_name "$attempt")-$$
        # A systemd that is too old for the first options knows the last.
        for launch_options in "--collect --property=OOMPolicy=continue" --collect --property=KillMode=control-group; do
            # shellcheck disable=SC2086
            systemd-run --quiet "--unit=$launch_unit" $launch_options "--setenv=SLIPWAY_TASK=$task/$attempt/" \
                "--setenv=PATH=$PATH" /bin/sh "$stage/program" runner "$stage" </dev/null >/dev/null 2>&1 && return 0
        done
    fi
    SLIPWAY_TASK=$task/$attempt/ setsid sh "$stage/program" runner "$stage" </dev/null >/dev/null 2>&1 &
}

stop_unit() {
    systemd_here || return 0
    systemctl kill --signal=KILL "$(unit_name "$1")-*.service" >/dev/null 2>&1
}

# --- following -----------------------------------------------------------------------------------------

# Tells the executor what happens in the entry, output from byte $1 on, until all is over.
follow() {
    follow_at=$1
    follow_seen=0
    follow_delay=1 # a program claims its entry soon; what comes later is noticed within two thirds of the time it took
    follow_told=no
    [ ! -d "$stage" ] && follow_told=yes
    uptime_ticks
    follow_beat=$ticks
    follow_alive=$ticks
    while :; do
        follow_verdict=
        if [ "$follow_told" = no ]; then
            { read -r follow_verdict follow_detail <"$stage/verdict"; } 2>/dev/null
            if [ -z "$follow_verdict" ] && [ ! -d "$stage" ]; then follow_verdict=claimed; fi
            case $follow_verdict in
            '') ;;
            claimed)
                printf '=claim started\n' || exit 1
                follow_told=yes
                ;;
            lost)
                rm -rf "$stage"
                printf '=claim attached\n' || exit 1
                follow_told=yes
                ;;
            *) refuse "$follow_verdict" "$follow_detail" ;;
            esac
        fi
        follow_last=no
        [ ! -e "$entry/result" ] || follow_last=yes
        follow_news=no
        tell_news
        if [ "$follow_last" = yes ]; then
            tell_end
            return 0
        fi
        read_entry "$entry"
        uptime_ticks
        [ "$holder" = gone ] || follow_alive=$ticks
        # Whoever ends a program writes its result a little later.
        if [ $((ticks - follow_alive)) -ge "$lost_patience" ] && [ "$follow_told" = yes ] && [ ! -e "$entry/result" ]; then
            { read -r follow_verdict follow_detail <"$stage/verdict"; } 2>/dev/null
            case ${follow_verdict:-claimed} in
            claimed | lost) printf '=lost\n' ;;
            *) refuse "$follow_verdict" "$follow_detail" ;;
            esac
            return 0
        fi
        if [ "$holder" = none ] && [ $((ticks - arrived)) -gt 6000 ] && marked "$attempt" && [ -z "$marked_pids" ]; then
            printf '=lost\n'
            return 0
        fi
        if [ "$follow_news" = yes ]; then
            follow_delay=3
        elif [ "$follow_delay" -lt 40 ]; then
            follow_delay=$((follow_delay + follow_delay / 2 + 1))
        fi
        if [ $((ticks - follow_beat)) -ge 500 ]; then
            printf '=beat\n' || exit 1
            follow_beat=$ticks
        fi
        pause "$follow_delay"
    done
}

# Sets follow_news to yes if there were any. Events first up to now, then the output there was before them: so a reader knows each byte's step.
tell_news() {
    size_of "$entry/output"
    tell_size=$size
    tell_line=0
    if [ -e "$entry/events" ]; then
        while read -r tell_event; do
            tell_line=$((tell_line + 1))
            [ "$tell_line" -le "$follow_seen" ] || printf '=%s\n' "$tell_event" || exit 1
        done <"$entry/events"
    fi
    if [ "$tell_line" -gt "$follow_seen" ]; then
        follow_seen=$tell_line
        follow_news=yes
    fi
    while [ "$follow_at" -lt "$tell_size" ]; do
        follow_news=yes
        tell_bytes=$((tell_size - follow_at))
        [ "$tell_bytes" -le 65536 ] || tell_bytes=65536
        printf '=out %s %s\n' "$follow_at" "$tell_bytes" || exit 1
        tail -c "+$((follow_at + 1))" "$entry/output" | head -c "$tell_bytes" || exit 1
        printf '\n' || exit 1
        follow_at=$((follow_at + tell_bytes))
    done
}

# Sets size: how many bytes file $1 has; 0 if there is none.
size_of() {
    size=0
    [ -s "$1" ] || return 0
    # shellcheck disable=SC2012,SC2046
    set -- $(ls -ln "$1")
    size=$5
}

tell_end() {
    for tell_fact in "$entry"/fact.*; do
        [ -e "$tell_fact" ] || continue
        size_of "$tell_fact"
        printf '=fact %s %s\n' "${tell_fact##*.}" "$size"
        cat "$tell_fact"
        printf '\n'
    done
    read -r tell_outcome tell_reason tell_ticks <"$entry/result"
    printf '=end %s %s %s\n' "$tell_outcome" "$tell_reason" "$tell_ticks"
}

# Ends every attempt up to this one and tells what the journal says of the last that ran since the
# user last asked for the task.
cancel() {
    cancel_number=0
    cancel_found=$attempt
    while [ "$cancel_number" -lt "$attempt" ]; do
        cancel_number=$((cancel_number + 1))
        cancel_entry=$state/tasks/$task/$cancel_number
        fence "$cancel_entry" "$cancel_number" RUN_CANCELLED || refuse_for_disk
        read -r _ cancel_holder _ <"$cancel_entry/claim.1"
        [ "$cancel_holder" != run ] || [ "$cancel_number" -lt "$first" ] || cancel_found=$cancel_number
    done
    sweep
    entry=$state/tasks/$task/$cancel_found
    printf '=claim attached\n'
    follow "$from"
}

# --- the runner --------------------------------------------------------------------------------------------

runner() {
    stage=$1
    cd /
    # shellcheck disable=SC1091
    . "$stage/place"
    # shellcheck disable=SC1091
    . "$stage/order"
    know_thyself
    HOME=/root
    export HOME
    echo "$$ $self_born" >"$stage/runner"
    entry=$state/tasks/$task/$attempt
    tasks=$state/tasks
    fence_lower
    if [ "$mutating" = yes ]; then
        take_lock || decline NOT_STARTED HOST_BUSY
    fi
    begin
    resume_point
    [ -z "$over_outcome" ] || finish "$over_outcome" "$over_reason"
    run_steps
}

# Leaves a word for whoever follows and gives up, with the secrets gone.
give_up() {
    find "$stage" -type f ! -name verdict -exec rm -f {} +
    echo "$1 ${2:-}" >"$stage/verdict.new"
    mv "$stage/verdict.new" "$stage/verdict"
    exit 0
}

give_up_for_disk() {
    disk_reason=$(disk_trouble "$state")
    give_up "${disk_reason:-INTERNAL}" "$state"
}

fence_lower() {
    lower=0
    while [ "$((lower + 1))" -lt "$attempt" ]; do
        lower=$((lower + 1))
        fence "$tasks/$task/$lower" "$lower" ORDER_FENCED || give_up_for_disk
    done
    sweep
}

# Settles the entry as never started, so that it never will be.
decline() {
    read_entry "$entry"
    if [ "$holder" = none ]; then
        if claim "$entry" 1 tomb; then
            to_disk "$entry"
            write_result "$entry" "$1" "$2" 0 || give_up_for_disk
            give_up claimed
        fi
        [ -e "$entry/claim.1" ] || give_up_for_disk
    fi
    give_up lost
}

# A lock file counts as long as its writer lives, or processes that it left behind do. A new one is
# only made above a dead one, and only the highest counts: so whoever finds a higher one than his own
# steps back.
take_lock() {
    uptime_ticks
    lock_since=$ticks
    lock_draft=$entry/lock.$$.$self_born # never a second time: once linked, it is the lock
    draft "$lock_draft" "$boot $$ $self_born $task $attempt" || give_up_for_disk
    while :; do
        highest_lock
        lock_owner=
        if [ "$lock_highest" -gt 0 ]; then
            { read -r lock_boot lock_pid lock_owner lock_task lock_attempt _ <"$state/lock.$lock_highest"; } 2>/dev/null
        fi
        if [ -z "$lock_owner" ] || ! lock_held; then
            lock_mine=$((lock_highest + 1))
            if ln "$lock_draft" "$state/lock.$lock_mine" 2>/dev/null; then
                highest_lock
                [ "$lock_highest" != "$lock_mine" ] || return 0
                rm -f "$state/lock.$lock_mine"
            elif [ ! -e "$state/lock.$lock_mine" ]; then
                rm -f "$lock_draft"
                give_up_for_disk
            fi
            continue
        fi
        uptime_ticks
        if [ $((ticks - lock_since)) -ge "$lock_patience" ]; then
            rm -f "$lock_draft"
            return 1
        fi
        pause 5
    done
}

# Whether the task of the lock that was read last may still change the host. Whoever ends a program
# kills its writer first: what it left is ended before there is a result, unless it is our own.
lock_held() {
    if alive "$lock_boot" "$lock_pid" "$lock_owner"; then return 0; fi
    [ "$lock_boot" = "$boot" ] || return 1
    [ "$lock_task/$lock_attempt" != "$task/$attempt" ] || return 1
    [ ! -e "$tasks/$lock_task/$lock_attempt/result" ] || return 1
    marked "$lock_attempt" '' "$lock_task"
    [ -n "$marked_pids" ]
}

highest_lock() {
    lock_highest=0
    for lock_file in "$state"/lock.[0-9]*; do
        [ -e "$lock_file" ] || continue
        [ "${lock_file##*.}" -le "$lock_highest" ] || lock_highest=${lock_file##*.}
    done
}

# Makes the entry ours, or leaves.
begin() {
    read_entry "$entry"
    case $holder in
    none)
        uptime_ticks
        [ $((ticks - arrived)) -lt "$start_within" ] || decline NOT_STARTED ORDER_EXPIRED
        ;;
    gone) kill_marked "$attempt" ;;
    *) give_up lost ;;
    esac
    if ! claim "$entry" "$((generation + 1))" run; then
        [ -e "$entry/claim.$((generation + 1))" ] || give_up_for_disk
        give_up lost
    fi
    forget
    [ "$kind" != adopt ] || [ -e "$entry/events" ] || adopt
    # What a power cut left of a line must not swallow the next one.
    [ "$generation" = 0 ] || append "$entry/events" "" 2>/dev/null
    epoch_now
    {
        append "$entry/events" "begun $epoch" &&
            printf '%65536s' '' >"$entry/reserve" &&
            true >>"$entry/output"
    } 2>/dev/null || give_up_for_disk
    claim_on_disk=no
    echo claimed >"$stage/verdict"
}

# Removes old journals, and contents that no task has asked for since, once a day; epoch is set.
forget() {
    forget_day=
    { read -r forget_day <"$state/forgotten"; } 2>/dev/null
    [ "$forget_day" != $((epoch / 86400)) ] || return 0
    find "$tasks"/* "$state"/contents/* -prune -mtime "+$journal_days" -exec rm -rf {} + 2>/dev/null
    { echo $((epoch / 86400)) >"$state/forgotten"; } 2>/dev/null
}

# Takes over what the last attempt that ran has done, since the user last asked for the task.
adopt() {
    adopt_number=$attempt
    while [ "$adopt_number" -gt "$first" ]; do
        adopt_number=$((adopt_number - 1))
        adopt_entry=$tasks/$task/$adopt_number
        read -r _ adopt_holder _ <"$adopt_entry/claim.1"
        if [ "$adopt_holder" = run ] && [ -e "$adopt_entry/events" ]; then
            cp "$adopt_entry"/fact.* "$entry" 2>/dev/null
            { cp "$adopt_entry/output" "$entry/output" &&
                cp "$adopt_entry/events" "$entry/events.$$" &&
                printf '\n' >>"$entry/events.$$" &&
                mv -f "$entry/events.$$" "$entry/events"; } 2>/dev/null || give_up_for_disk
            read -r adopt_outcome adopt_reason adopt_ticks <"$adopt_entry/result"
            if [ "$adopt_reason" != ORDER_FENCED ]; then
                settle "$adopt_outcome" "$adopt_reason" "$adopt_ticks"
            fi
            return 0
        fi
    done
}

# Sets finished (numbers of steps that need not run), interrupted (the one that was running), and
# over_outcome and over_reason where a step has ended the attempt and only its result is missing.
resume_point() {
    finished=' '
    interrupted=0
    over_outcome=
    over_reason=
    began_epoch=
    while read -r event_kind event_number event_value event_exit _; do
        case $event_kind in
        begun) [ -n "$began_epoch" ] || began_epoch=$event_number ;;
        step)
            interrupted=$event_number
            over_outcome=
            ;;
        done)
            case $event_value.$event_exit in
            succeeded.* | skipped.*)
                interrupted=0
                finished="$finished$event_number "
                ;;
            interrupted.*) over_outcome=INTERRUPTED over_reason=INTERRUPTED ;;
            failed.-) over_outcome=FAILED over_reason=COMMAND_KILLED ;;
            failed.*) over_outcome=FAILED over_reason=COMMAND_FAILED ;;
            esac
            ;;
        esac
    done <"$entry/events"
    if [ "$generation" = 0 ]; then # this attempt's own time starts now
        epoch_now
        began_epoch=$epoch
    fi
    epoch_now
    began=$ticks
    deadline=$((ticks + timeout - (epoch - began_epoch) * 100))
    # A clock that was set back must not give more time than the order does.
    [ "$deadline" -le $((ticks + timeout)) ] || deadline=$((ticks + timeout))
}

record() {
    if append "$entry/events" "$1" 2>/dev/null; then return 0; fi
    rm -f "$entry/reserve"
    append "$entry/events" "$1" 2>/dev/null || give_up_for_disk
}

run_steps() {
    n=0
    while [ "$n" -lt "$steps" ]; do
        n=$((n + 1))
        case $finished in *" $n "*) continue ;; esac
        describe "$n"
        if [ "$interrupted" = "$n" ] && [ "$rerun" = no ]; then
            record "done $n interrupted - 0"
            finish INTERRUPTED INTERRUPTED
        fi
        uptime_ticks
        [ "$ticks" -lt "$deadline" ] || finish FAILED TASK_TIMEOUT
        run_step
    done
    finish SUCCEEDED -
}

run_step() {
    epoch_now
    size_of "$entry/output"
    record "step $n $epoch $size"
    if [ "$claim_on_disk" = no ]; then
        to_disk "$entry" "$entry/events"
        claim_on_disk=yes
    elif [ "$rerun" = no ]; then
        to_disk "$entry/events"
    fi
    step_began=$ticks
    for step_word in "$stage/limit" "$stage/skipped"; do
        [ ! -e "$step_word" ] || rm -f "$step_word"
    done
    if [ "$step" = command ] && [ ! -e "$stage/$n.unless" ]; then
        # The same as what step does, without starting a shell that reads this program once more.
        (exec_command) </dev/null >>"$entry/output" 2>&1 &
    else
        setsid sh "$stage/program" step "$stage" "$n" </dev/null >>"$entry/output" 2>&1 &
    fi
    step_pid=$!
    step_until=$deadline
    step_word=task
    if [ "$limit" -gt 0 ] && [ $((ticks + limit)) -lt "$deadline" ]; then
        step_until=$((ticks + limit))
        step_word=step
    fi
    # Most steps are over before the time keeper has anything to do: until then it is no more than a sleep.
    warden_rest=$((step_until - ticks))
    [ "$warden_rest" -le 100 ] || warden_rest=100
    in_seconds "$warden_rest"
    (
        trap 'kill -KILL "$!" 2>/dev/null; exit 0' TERM
        sleep "$seconds" &
        wait "$!"
        exec setsid sh "$stage/program" warden "$stage" "$$" "$step_until" "$step_word"
    ) </dev/null >/dev/null 2>&1 &
    warden_pid=$!
    wait "$step_pid"
    step_code=$?
    { kill -KILL "-$warden_pid" || kill -TERM "$warden_pid"; } 2>/dev/null
    wait "$warden_pid" 2>/dev/null
    uptime_ticks
    judge_step
    record "done $n $step_outcome $step_exit $((ticks - step_began))"
    [ -z "$step_reason" ] || finish FAILED "$step_reason"
    # The last one's word goes to disk with the result.
    [ "$rerun" = yes ] || [ "$n" = "$steps" ] || to_disk "$entry/events"
}

# Sets step_outcome, step_exit and, of a failure, step_reason.
judge_step() {
    step_outcome=failed
    step_exit=-
    step_reason=
    step_limit=
    { read -r step_limit <"$stage/limit"; } 2>/dev/null
    if [ -n "$step_limit" ]; then
        case $step_limit in
        output) step_reason=OUTPUT_LIMIT ;;
        task) step_reason=TASK_TIMEOUT ;;
        *) if [ "$step" = await ]; then step_reason=AWAIT_TIMEOUT; else step_reason=STEP_TIMEOUT; fi ;;
        esac
        [ "$step" != await ] || cat "$stage/$n.look" >>"$entry/output" 2>/dev/null
        return 0
    fi
    step_exit=$step_code
    if [ "$step_code" = 0 ]; then
        step_outcome=succeeded
        [ ! -e "$stage/skipped" ] || step_outcome=skipped
        [ ! -e "$stage/$n.fact" ] || keep_fact
        return 0
    fi
    step_reason=$(disk_trouble "$state")
    [ -z "$step_reason" ] || return 0
    step_reason=COMMAND_FAILED
    case $step.$step_code in
    put.28) step_reason=DISK_FULL ;;
    put.29) step_reason=CHECKSUM_MISMATCH ;;
    put.30) step_reason=DISK_READ_ONLY ;;
    read.27) step_reason=OUTPUT_LIMIT ;;
    *)
        # A shell tells a signal as 128 and its number, of which there are 64: 255 is a command's own word.
        if [ "$step_code" -gt 128 ] && [ "$step_code" -le 192 ]; then
            step_exit=-
            step_reason=COMMAND_KILLED
        fi
        ;;
    esac
}

keep_fact() {
    size_of "$stage/$n.fact"
    if [ "$size" -gt 4096 ]; then
        step_outcome=failed
        step_reason=OUTPUT_LIMIT
        return 0
    fi
    { cp "$stage/$n.fact" "$entry/fact.$$" && mv -f "$entry/fact.$$" "$entry/fact.$n"; } 2>/dev/null || {
        step_outcome=failed
        step_reason=$(disk_trouble "$state")
        step_reason=${step_reason:-INTERNAL}
    }
}

finish() {
    kill_marked "$attempt"
    uptime_ticks
    settle "$1" "$2" "$((ticks - began))"
}

# The end: secrets first, then the result, which lets the planner go on. What this attempt no longer
# needs and locks below its own go with them.
settle() {
    settle_outcome=$1
    settle_reason=$2
    settle_ticks=$3
    set -- "$stage" "$entry/reserve"
    if [ "$mutating" = yes ]; then
        for lock_file in "$state"/lock.[0-9]*; do
            [ "${lock_file##*.}" -ge "$lock_mine" ] || set -- "$@" "$lock_file"
        done
    fi
    rm -rf "$@"
    if write_result "$entry" "$settle_outcome" "$settle_reason" "$settle_ticks"; then exit 0; fi
    mkdir "$stage"
    if [ "$settle_outcome" = FAILED ]; then give_up "$settle_reason" "$state"; fi
    give_up_for_disk
}

# --- one step -------------------------------------------------------------------------------------------------

step() {
    stage=$1
    n=$2
    # shellcheck disable=SC1091
    . "$stage/order"
    describe "$n"
    case $step in
    command) step_command ;;
    put) step_put ;;
    read) step_read ;;
    await) step_await ;;
    esac
}

step_command() {
    environment "$n"
    if [ -e "$stage/$n.unless" ] && sh -eu "$stage/$n.unless" >/dev/null 2>&1; then
        echo >"$stage/skipped"
        exit 0
    fi
    exec_script sh
}

# From within the runner: in a session of its own.
exec_command() {
    environment "$n"
    exec_script setsid sh
}

exec_script() {
    umask 022
    if [ "$fact" = yes ]; then
        exec "$@" -eu "$stage/$n.script" >"$stage/$n.fact"
    fi
    exec "$@" -eu "$stage/$n.script"
}

# Mode, owner and group of a file, as numbers.
access_of() {
    # shellcheck disable=SC2012
    ls -ldn "$1" | awk '{ print substr($1, 1, 10), $3, $4 }'
}

# Writes a file of the task's own, or one of the contents; of the latter nothing is in memory.
step_put() {
    put_like=$stage/$n.content # whose mode and owner are the file's
    put_new=$put_like
    if [ -n "$content" ]; then
        # shellcheck disable=SC1091
        . "$stage/place"
        put_new=$state/contents/$content
        if [ ! -f "$put_new" ]; then
            echo "cannot write $path: $put_new is gone since it was brought; retry"
            exit 1
        fi
    fi
    chown "$owner" "$put_like" && chmod "$mode" "$put_like" || exit 1
    if [ -d "$path" ]; then
        echo "cannot write $path: it is a directory"
        exit 1
    fi
    if [ -f "$path" ] && [ ! -h "$path" ] && cmp -s "$put_new" "$path" &&
        [ "$(access_of "$put_like")" = "$(access_of "$path")" ]; then
        echo >"$stage/skipped"
        exit 0
    fi
    put_directory=${path%/*}
    put_draft=$put_directory/.slipway.$task.$n
    (
        umask 022
        mkdir -p "${put_directory:-/}"
    ) 2>"$stage/trouble" &&
        cp "$put_new" "$put_draft" 2>>"$stage/trouble" &&
        chown "$owner" "$put_draft" 2>>"$stage/trouble" &&
        chmod "$mode" "$put_draft" 2>>"$stage/trouble" &&
        put_check "$put_draft" &&
        to_disk "$put_draft" &&
        mv -f "$put_draft" "$path" 2>>"$stage/trouble" &&
        exit 0
    cat "$stage/trouble"
    rm -f "$put_draft" 2>/dev/null
    if grep -qF 'No space left' "$stage/trouble"; then exit 28; fi
    if grep -qF 'Read-only file system' "$stage/trouble"; then exit 30; fi
    if grep -qF ' has SHA-256 ' "$stage/trouble"; then exit 29; fi
    exit 1
}

# Whether the copy of a content is what it should be; if not, the next attempt is brought it anew.
put_check() {
    [ -n "$content" ] || return 0
    put_sum=$(sha256sum <"$1")
    [ "${put_sum%% *}" != "$content" ] || return 0
    echo "cannot write $path: $put_new has SHA-256 ${put_sum%% *}" >"$stage/trouble"
    rm -f "$put_new"
    return 1
}

step_read() {
    [ -e "$path" ] || exit 0
    head -c "$((max + 1))" "$path" >"$stage/$n.read" || exit 1
    size_of "$stage/$n.read"
    if [ "$size" -gt "$max" ]; then
        echo "$path is longer than $max bytes"
        exit 27
    fi
    mv "$stage/$n.read" "$stage/$n.fact"
}

step_await() {
    until sh -eu "$stage/$n.condition" >"$stage/$n.look.new" 2>&1; do
        mv "$stage/$n.look.new" "$stage/$n.look"
        pause "$interval"
    done
    cat "$stage/$n.look.new"
}

# Ends the step of runner $2 when its time ($3, centiseconds since boot) is over or it prints too much.
warden() {
    stage=$1
    # shellcheck disable=SC1091
    . "$stage/place"
    # shellcheck disable=SC1091
    . "$stage/order"
    know_thyself
    while :; do
        uptime_ticks
        warden_word=
        [ "$ticks" -lt "$3" ] || warden_word=$4
        size_of "$state/tasks/$task/$attempt/output"
        [ "$size" -le "$output_limit" ] || warden_word=output
        if ! look_up "$2"; then # nobody would notice the step's end: it is ended with its runner
            kill_marked "$attempt"
            exit 0
        fi
        if [ -n "$warden_word" ]; then
            echo "$warden_word" >"$stage/limit"
            while :; do
                kill_marked "$attempt" "$2"
                look_up "$2" || exit 0
                pause 10
            done
        fi
        warden_sleep=$(($3 - ticks))
        [ "$warden_sleep" -le 200 ] || warden_sleep=200
        pause "$warden_sleep"
    done
}

journal() {
    set -u
    umask 077
    stage= # none yet
    case ${1:-deliver} in
    deliver) deliver ;;
    runner) runner "$2" ;;
    step) step "$2" "$3" ;;
    warden) warden "$2" "$3" "$4" "$5" ;;
    esac
}

journal "$@"
