# shellcheck shell=sh
# Brings one file of the content store to this host, before the task that puts it in its place.
#
# The executor's root shell evaluates this text. On standard input follow the journal's directory
# (STATE), a line "SHA256 SIZE", and, once this program has said how many of its bytes are here, the
# others, up to the end of the input. A cut leaves a part, which the next delivery goes on with.
#
#   STATE/contents/SHA256        the file, root only: it appears whole, checked and on disk
#   STATE/contents/SHA256.part   its first bytes
#
# Two deliveries at once do no harm: each writes the same bytes to the same places, and a part never
# has holes, since each goes on from its end. Whoever uses the file checks it once more.
#
# Lines to the executor: "=have whole" or "=have BYTES"; "=beat" from time to time; at last "=kept",
# "=short BYTES" (the input ended early) or "=refused REASON DETAIL".

refuse() {
    printf '=refused %s %s\n' "$1" "$2"
    exit 0
}

# Sets found: how many bytes file $1 has; 0 if there is none.
size_of() {
    found=0
    [ -f "$1" ] || return 0
    # shellcheck disable=SC2012,SC2046
    set -- $(ls -ln "$1")
    found=$5
}

to_disk() {
    sync "$1" 2>/dev/null || sync
}

# Refuses with what is wrong with the disk, of which $1 is what a command said.
refuse_for_disk() {
    disk_text="$1 $(dd if=/dev/zero "of=$store/.probe.$$" bs=4096 count=4 2>&1)"
    rm -f "$store/.probe.$$" 2>/dev/null
    case $disk_text in
    *"No space left"* | *"quota exceeded"*)
        # A part that cannot grow would only keep the disk full.
        rm -f "$part"
        refuse DISK_FULL "$store"
        ;;
    *"Read-only file system"*) refuse DISK_READ_ONLY "$store" ;;
    esac
    refuse INTERNAL "$store: $1"
}

# Refuses at once what has no room, where df can tell.
need_room() {
    # shellcheck disable=SC2046
    set -- $(df -Pk "$store" 2>/dev/null | tail -n 1)
    case ${4:-} in
    '' | *[!0-9]*) return 0 ;;
    esac
    if [ $(((size - found) / 1024)) -ge "$4" ]; then
        rm -f "$part"
        refuse DISK_FULL "$store: $size bytes are to come, $4 KiB are free"
    fi
}

# Says that this program lives, until nobody listens.
beats() {
    while sleep 5 >/dev/null 2>&1; do
        printf '=beat\n' || exit 0
    done
}

# The input goes where the part ends, whatever others do to it meanwhile. A function of its own: of a
# command substitution's text, bash loses the 1 of 1<>.
fill() {
    {
        dd bs=1 "seek=$found" count=0 2>/dev/null && cat
    } 1<>"$part"
}

receive() {
    text=$( (true >>"$part") 2>&1) || refuse_for_disk "$text"
    text=$(fill 2>&1) || refuse_for_disk "$text"
}

# Whether the file is here, whole.
is_whole() {
    [ -f "$whole" ] || return 1
    size_of "$whole"
    [ "$found" = "$size" ]
}

check() {
    sum=$( (sha256sum <"$part") 2>/dev/null)
    sum=${sum%% *}
    if [ "$sum" = "$sha256" ]; then
        to_disk "$part"
        mv -f "$part" "$whole" 2>/dev/null
        to_disk "$store"
    elif [ -f "$part" ]; then
        rm -f "$part"
        refuse CHECKSUM_MISMATCH "$sum"
    fi
    # Another delivery may have been faster.
    is_whole || refuse_for_disk "cannot move $part"
    printf '=kept\n'
}

contents() {
    set -u
    umask 077
    IFS= read -r state
    read -r sha256 size
    for tool in cat dd df ls mkdir mv rm sha256sum sleep sync tail touch; do
        command -v "$tool" >/dev/null || refuse HOST_TOOL_MISSING "$tool"
    done
    store=$state/contents
    whole=$store/$sha256
    part=$whole.part
    text=$(mkdir -p "$store" 2>&1) || refuse_for_disk "$text"
    if is_whole; then
        touch "$whole" 2>/dev/null # it is in use: it stays for as long as a journal
        printf '=have whole\n'
        exit 0
    fi
    size_of "$part"
    if [ "$found" -gt "$size" ]; then
        rm -f "$part"
        found=0
    fi
    need_room
    printf '=have %s\n' "$found"
    beats &
    beat=$!
    trap 'kill "$beat" 2>/dev/null' EXIT
    receive
    size_of "$part"
    if [ "$found" -lt "$size" ] && ! is_whole; then
        size_of "$part"
        printf '=short %s\n' "$found"
        exit 0
    fi
    check
}

contents
