# etcd's members. Sourced by cluster.sh. clusters/ID/etcd/NAME/: id, address, state (voter|learner). wire: etcd/ADDRESS: its host, while it runs.

etcd_runs() ( read -r address <"$cluster/etcd/$1/address" && [ -e "$WIRE/etcd/$address" ] )

etcd_members() ( for member in "$cluster"/etcd/*; do [ ! -e "$member/state" ] || echo "${member##*/}"; done )

# Whether a majority of the voting members runs: without it nothing is read or written.
etcd_answers() (
    voters=0 running=0
    for member in "$cluster"/etcd/*; do
        [ -e "$member/state" ] && read -r state <"$member/state" && [ "$state" = voter ] && read -r address <"$member/address" || continue
        voters=$((voters + 1))
        [ ! -e "$WIRE/etcd/$address" ] || running=$((running + 1))
    done
    [ "$voters" -eq 0 ] || [ $((running * 2)) -gt "$voters" ]
)

# etcd_learner NAME: takes the one place for a member that catches up; fails while another one has it.
etcd_learner() {
    [ ! -e "$cluster/etcd/$1/state" ] || return 0
    mkdir "$cluster/learner" 2>/dev/null
}

etcd_promote() {
    echo voter >"$cluster/etcd/$1/state"
    rm -rf "${cluster:?}/learner"
}

# Prints the address of a member that is down, or fails.
etcd_down() ( for member in $(etcd_members); do etcd_runs "$member" || { cat "$cluster/etcd/$member/address"; return 0; }; done; return 1 )

# etcd_add NAME ADDRESS STATE
etcd_add() {
    mkdir -p "$cluster/etcd/$1"
    openssl rand -hex 8 >"$cluster/etcd/$1/id"
    echo "$2" >"$cluster/etcd/$1/address"
    echo "$3" >"$cluster/etcd/$1/state"
}

# etcd_spares NAME: whether the member may go: those that stay and run must be a majority of those that stay.
etcd_spares() (
    kept=0 running=0
    for member in $(etcd_members); do
        [ "$member" != "$1" ] && [ "$(cat "$cluster/etcd/$member/state")" = voter ] || continue
        kept=$((kept + 1))
        ! etcd_runs "$member" || running=$((running + 1))
    done
    [ "$running" -gt $((kept / 2)) ]
)

# A member that is removed ends, and its API server with it.
etcd_remove() {
    [ "$(cat "$cluster/etcd/$1/state")" = voter ] || rm -rf "${cluster:?}/learner"
    gone_address=$(cat "$cluster/etcd/$1/address")
    rm -rf "${cluster:?}/etcd/$1" "${WIRE:?}/etcd/$gone_address"
    for heard in "$WIRE/listen/$gone_address":*; do [ ! -e "$heard/cluster" ] || rm -rf "$heard"; done
}
