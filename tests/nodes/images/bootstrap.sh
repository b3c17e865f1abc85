#!/bin/sh
# Writes a minimal Debian or Ubuntu root file system to standard output, as a tar archive.
#   bootstrap.sh SUITE OVERLAY_DIRECTORY
# Runs in a mount namespace of its own (unshare --mount): the tmpfs below is nobody else's, and is gone however this ends.
set -eu
suite=$1 overlay=$2
root=/mnt

log=$(mktemp)
trap 'status=$?; [ $status -eq 0 ] || tail -n 30 "$log" >&2; rm -f "$log"' EXIT

# In memory: dpkg asks for every file to be on disk before it goes on. Not on a machine that has little of it.
if [ "$(awk '/MemAvailable/ {print $2}' /proc/meminfo)" -gt 3000000 ]; then
    mount -t tmpfs -o size=2g,mode=755 tmpfs $root
else
    disk=$(mktemp -d /var/tmp/bootstrap.XXXXXX)
    mount --bind "$disk" $root
    trap 'status=$?; [ $status -eq 0 ] || tail -n 30 "$log" >&2; umount $root; rm -rf "$log" "$disk"' EXIT
fi

debootstrap --variant=minbase "$suite" $root >"$log" 2>&1

# Nobody reads manuals here, and every image and every pull carries them.
cat >$root/etc/dpkg/dpkg.cfg.d/no-manuals <<'EOF'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
EOF
find $root/usr/share/doc -type f ! -name copyright -delete
rm -rf $root/usr/share/info/* $root/usr/share/locale/* $root/usr/share/man/*

if [ -d "$overlay/etc/apt/sources.list.d" ] && [ ! -e "$overlay/etc/apt/sources.list" ]; then
    rm -f $root/etc/apt/sources.list
fi
cp -r "$overlay/." $root/
cp -L /etc/resolv.conf $root/etc/resolv.conf
# Sources may be https ones, and what they are believed by comes only with ca-certificates, which writes this file anew.
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    mkdir -p $root/etc/ssl/certs
    cp -L /etc/ssl/certs/ca-certificates.crt $root/etc/ssl/certs/
fi

mount -t proc proc $root/proc
export DEBIAN_FRONTEND=noninteractive
{
    chroot $root apt-get update
    chroot $root apt-get install --yes --no-install-recommends -o Dpkg::Options::=--force-unsafe-io ca-certificates python3
    chroot $root apt-get clean
} >>"$log" 2>&1
umount $root/proc

rm -rf $root/var/lib/apt/lists/* $root/var/cache/apt/* $root/var/cache/debconf/*-old $root/var/log/*.log $root/var/log/apt
rm -f $root/etc/machine-id $root/etc/resolv.conf $root/etc/hostname $root/var/cache/ldconfig/aux-cache
tar --create --numeric-owner --sort=name --directory=$root .
