# Makes the writable root of a new host: a small Debian-like tree, as an installer finds it on a fresh machine:
# binaries and units are there, nothing is configured, swap is on, no kernel module is loaded.
# arguments: staging directory, host name
set -eu
stage=$1 host=$2
cd "$stage/root"
mkdir -p usr usr-local/bin usr-local/sbin usr-local/lib proc dev sys run etc home mnt opt srv \
    var/lib/containerd var/log var/cache var/tmp opt/cni/bin etc/systemd/system/multi-user.target.wants \
    etc/sysctl.d etc/modules-load.d etc/sudoers.d etc/containerd etc/ssl/certs
mkdir -m 700 root
mkdir -m 1777 tmp
ln -s /run var/run
chmod 1777 var/tmp
for machine in alternatives ld.so.cache ld.so.conf ld.so.conf.d localtime protocols services mime.types debian_version; do
    [ ! -e "/etc/$machine" ] || cp -dR --preserve=mode,timestamps "/etc/$machine" etc/
done
# The bundle that curl and openssl read: one by one, authorities are the most files of a host.
for ssl in certs/ca-certificates.crt certs/ca-bundle.crt cert.pem openssl.cnf; do [ ! -e "/etc/ssl/$ssl" ] || cp -L "/etc/ssl/$ssl" "etc/ssl/$ssl"; done
# Whatever the machine is.
cat >etc/os-release <<END
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
END
echo "$host" >etc/hostname
printf '127.0.0.1\tlocalhost\n127.0.1.1\t%s\n' "$host" >etc/hosts
tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
cat /proc/sys/kernel/random/uuid >"$stage/state/product_uuid"
printf '/dev/vda1 / ext4 defaults 0 1\n/swap.img none swap sw 0 0\n' >etc/fstab
: >swap.img
cat >etc/passwd <<END
root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
ops:x:1000:1000:sudo with a password:/home/ops:/bin/sh
deploy:x:1001:1001:sudo without a password:/home/deploy:/bin/sh
END
printf 'root:x:0:\nsudo:x:27:ops,deploy\nshadow:x:42:\nops:x:1000:\ndeploy:x:1001:\nnogroup:x:65534:\n' >etc/group
echo 'nameserver 192.0.2.53' >etc/resolv.conf
printf 'passwd: files\ngroup: files\nhosts: files\n' >etc/nsswitch.conf
cat >etc/sudoers <<'END'
Defaults env_reset
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
Defaults use_pty
root ALL=(ALL:ALL) ALL
%sudo ALL=(ALL:ALL) ALL
deploy ALL=(ALL:ALL) NOPASSWD: ALL
END
chmod 440 etc/sudoers
mkdir -m 700 home/ops home/deploy
# With one uid only everybody owns everything.
if [ "$(awk '{ print $3; exit }' /proc/self/uid_map)" != 1 ]; then chown 1000:1000 home/ops && chown 1001:1001 home/deploy; fi
for plugin in bridge host-local loopback portmap firewall tuning bandwidth; do
    printf '#!/bin/sh\necho "CNI plugin %s v1.7.1 (simulated)"\n' "$plugin" >"opt/cni/bin/$plugin"
    chmod 755 "opt/cni/bin/$plugin"
done
mkdir .simulator
