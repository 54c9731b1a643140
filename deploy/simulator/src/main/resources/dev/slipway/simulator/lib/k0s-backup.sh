# k0s backup and restore: what lies in the data folder, and etcd's content, which is the cluster's on the wire but for its members. Sourced after k0s-config.sh.

# Notes of a command that is quiet unless asked.
backup_log() { [ -z "$flag_verbose$flag_debug" ] || log "$@" >&2; }

k0s_backup() {
    command_path=backup
    flags "$common_flags save-path=" "$@"
    no_words
    locations
    [ "$(id -u)" = 0 ] || fails 'this command must be run as root!'
    step k0s backup
    [ "$flag_save_path" = - ] || [ -d "$flag_save_path" ] || fails "the save-path directory ($flag_save_path) does not exist"
    [ -d "$data" ] || fails "cannot find data-dir ($data). check your environment and/or command input and try again"
    running && [ -e "$RUNNING/serving" ] || fails "unable to detect cluster status status: can't do http request: ${flag_status_socket:-$STATUS_SOCKET} status"
    [ "$(cat "$RUNNING/role")" = controller ] || fails "backup command must be run on the controller node, have \`$(cat "$RUNNING/role")\`"
    cat "$RUNNING/config" >"$work/config" 2>/dev/null || : >"$work/config"
    ! awk -F '\t' '$2 ~ /^spec\|storage\|etcd\|externalCluster\|/ { found = 1 } END { exit !found }' "$work/config" || fails "command 'k0s backup' does not support external etcd cluster"
    backup_log info 'Starting backup'
    mkdir "$work/backup"
    backup_cluster || fails "failed to create backup on step \`etcd\`: context deadline exceeded"
    basename "$cluster" >"$work/was"
    for member in $(etcd_members); do cat "$cluster/etcd/$member/address"; done >>"$work/was"
    tar -C "$cluster" --exclude=./etcd --exclude=./learner --exclude='./leader*' --exclude=./data -cf "$work/backup/etcd-snapshot.db" . -C "$work" was || fails "failed to create backup on step \`etcd\`: cannot save the snapshot"
    set -- etcd-snapshot.db
    config=$(sed -n 's/^--config=//p; /^\(--config\|-c\)$/{n;p;}' "$RUNNING/args" | head -n 1)
    config=${config:-/etc/k0s/k0s.yaml}
    file="k0s_backup_$(date '+%Y-%m-%dT%H_%M_%S_000Z').tar.gz"
    [ -r "$config" ] || fails "failed to create archive \`$file\`: failed to add file to backup archive: failed to open file: open $config: no such file or directory"
    cp "$config" "$work/backup/k0s.yaml"
    for part in pki manifests images helmhome; do
        [ ! -d "$data/$part" ] || { backup_log info "adding \`$data/$part\` path to the backup archive" && cp -a "$data/$part" "$work/backup/" && set -- "$@" "$part"; }
    done
    tar -C "$work/backup" -czf "$work/$file" "$@" k0s.yaml || fails "failed to create archive \`$file\`: cannot write it"
    if [ "$flag_save_path" = - ]; then cat "$work/$file"; return; fi
    cat "$work/$file" >"$flag_save_path/$file" || fails "failed to rename temporary archive: cannot write $flag_save_path/$file"
    backup_log info "archive $flag_save_path/$file created successfully"
}

# Sets $cluster to the one whose member runs here.
backup_cluster() {
    for member in "$WIRE"/clusters/*/etcd/*; do
        [ -e "$member/address" ] && [ "$(cat "$WIRE/etcd/$(cat "$member/address")" 2>/dev/null)" = "$(sim_host)" ] || continue
        cluster=${member%/etcd/*}
        return 0
    done
    return 1
}

k0s_restore() {
    command_path=restore
    flags "$common_flags config-out=" "$@"
    # shellcheck disable=SC2086 # words on purpose
    set -- $words
    [ $# = 1 ] || misused "accepts 1 arg(s), received $#"
    locations
    as_root
    step k0s restore
    ! running || { log fatal 'k0s seems to be running! k0s must be down during the restore operation.' >&2; exit 1; }
    [ "$1" = - ] || [ -e "$1" ] || fails "given file $1 does not exist"
    mkdir -p "$data" "$work/restore" && chmod 755 "$data"
    if [ "$1" = - ]; then cat; else cat "$1"; fi >"$work/archive"
    gzip -t "$work/archive" 2>/dev/null || fails "failed to unpack backup archive \`$1\`: gzip: invalid header"
    tar -C "$work/restore" -xpzf "$work/archive" 2>/dev/null || fails "failed to unpack backup archive \`$1\`: unexpected EOF"
    [ -e "$work/restore/etcd-snapshot.db" ] || fails "failed to restore on step \`etcd\`: etcd snapshot not found at $work/restore/etcd-snapshot.db"
    [ -z "$(ls -A "$data/etcd" 2>/dev/null)" ] || fails "failed to restore on step \`etcd\`: data-dir \"$data/etcd\" not empty or could not be read"
    restore_etcd
    for part in pki manifests images helmhome; do
        [ ! -d "$work/restore/$part" ] || { mkdir -p "$data/$part" && cp -a "$work/restore/$part/." "$data/$part/"; }
    done
    restore_config "$1"
}

# A cluster of its own from now on, with one member: whoever goes on with the old one has nothing to do with it.
restore_etcd() {
    config_open /etc/k0s/k0s.yaml '' >/dev/null
    peer_address=$(configured 'spec|storage|etcd|peerAddress' "$(host_address)")
    cluster=$WIRE/clusters/$(cat /proc/sys/kernel/random/uuid)
    mkdir -p "$cluster"
    tar -C "$cluster" -xpf "$work/restore/etcd-snapshot.db" 2>/dev/null && [ -s "$cluster/was" ] || { rm -rf "$cluster"; fails "failed to restore on step \`etcd\`: snapshot file integrity check failed. Expected hash, got none"; }
    etcd_add "$(hostname)" "$peer_address" voter
    (umask 077 && mkdir -p "$data/etcd/member/snap" && : >"$data/etcd/member/snap/db" && basename "$cluster" >"$data/etcd/member/cluster")
    # Balancers on workers know addresses of API servers, no cluster: one that comes back at its own is found.
    grep -qxF "$peer_address" "$cluster/was" || return 0
    for balances in "$WIRE"/routes/*/balances; do
        [ "$(cat "$balances" 2>/dev/null)" != "$(head -n 1 "$cluster/was")" ] || basename "$cluster" >"$balances"
    done
}

restore_config() { # ARCHIVE
    [ -e "$work/restore/k0s.yaml" ] || return 0
    out=$flag_config_out
    if [ -z "$out" ]; then case $1 in -) out=- ;; *) out=$(basename "$1") && out=k0s_$(echo "${out%%.*}" | sed 's/^k0s_backup_//').yaml ;; esac; fi
    if [ "$out" = - ]; then cat "$work/restore/k0s.yaml"; else cat "$work/restore/k0s.yaml" >"$out" || fails "failed to restore on step \`k0s-config\`: open $out: cannot write it"; fi
}
