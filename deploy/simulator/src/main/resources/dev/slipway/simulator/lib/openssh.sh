# The machine's own sshd as this host's server, for its users and with its own sudo. Run by the simulator as root of the host.
# arguments: listen ADDRESS PORT USERS CLIENT-KEY (host key on stdin) | listens | hang-up
. /.simulator/lib/lib.sh
set -eu
pid=/run/sshd.pid
config=/etc/ssh/sshd_config
key=/etc/ssh/ssh_host_ed25519_key

# As a Debian has it, once per boot: a full or read-only disk comes later.
prepare() {
    [ ! -e "$SIM/boot/openssh" ] || return 0
    grep -q '^sshd:' /etc/passwd || echo 'sshd:x:101:65534::/run/sshd:/usr/sbin/nologin' >>/etc/passwd
    mkdir -p -m 755 /run/sshd /var/empty /etc/ssh /etc/pam.d
    for service in sshd sudo; do printf '%s required pam_unix.so\n' auth account password session >"/etc/pam.d/$service"; done
    printf '%s required pam_deny.so\n' auth account password session >/etc/pam.d/other
    echo "Plugin sudoers_policy $SIM/real/sudoers.so" >/etc/sudo.conf
    cat >$config <<END
ListenAddress $1
Port $2
HostKey $key
PidFile $pid
AllowUsers $3
UsePAM yes
KbdInteractiveAuthentication no
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp internal-sftp
END
    for user in root ops deploy; do
        case $user in root) keys=/root/.ssh ;; *) keys=/home/$user/.ssh ;; esac
        mkdir -p -m 700 "$keys"
        echo "$4" >"$keys/authorized_keys"
        chown -R "$user:$user" "$keys"
    done
    # Where the home's file system ignores set-uid bits, sudo says so now and not in the middle of a story.
    setpriv --reuid 1001 --regid 1001 --clear-groups -- env -i PATH=/usr/bin:/bin sudo -n true >&2
    : >"$SIM/boot/openssh"
}

listens() { [ -s $pid ] && kill -0 "$(cat $pid)" 2>/dev/null; }

# The listener, the sessions, and those that log in: newer releases have programs of their own for them.
servers() {
    for process in /proc/[0-9]*; do
        case $(readlink "$process/exe") in */sshd | */sshd-session | */sshd-auth) echo "${process#/proc/}" ;; esac
    done
}

case $1 in
listens) if listens; then echo yes; fi ;;
hang-up)
    # A session that was about to start may appear after a look, so look until there is none.
    while left=$(servers) && [ -n "$left" ]; do
        # shellcheck disable=SC2086 # numbers
        kill -KILL $left 2>/dev/null || :
    done ;;
listen)
    if listens; then exit 0; fi
    rm -f $pid
    prepare "$2" "$3" "$4" "$5"
    (umask 077 && cat >/run/sshd.key)
    cmp -s /run/sshd.key $key || cp /run/sshd.key $key
    rm /run/sshd.key
    log=$STATE/sshd.log
    setsid /usr/sbin/sshd -D -E "$log" </dev/null >/dev/null 2>&1 &
    server=$!
    tries=0
    while ! [ -s $pid ]; do
        if ! kill -0 $server 2>/dev/null || [ $tries -ge 200 ]; then tail -n 3 "$log" >&2; exit 1; fi
        tries=$((tries + 1))
        sleep 0.05
    done ;;
esac
