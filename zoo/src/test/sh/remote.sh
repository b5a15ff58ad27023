# Several hosts behind real sshds on 127.0.0.1, in a mount namespace of their own, and a command that asks them.
#   remote.sh DIRECTORY SSHD COMMAND...
# web-1 is root's; web-2 an ordinary user's in a root with busybox alone; web-3 an ordinary user's; full has no place
# for a program; down does not listen; stranger knows no key. h1 to h20 are web-1.
set -e
dir=$1 sshd=$2
shift 2
mount -t tmpfs -o mode=755 none /run
mkdir /run/sshd
mkdir -p /root/.ssh
mount -t tmpfs none /root/.ssh
for key in host key other; do ssh-keygen -q -t ed25519 -N '' -f "$dir/$key"; done

sed 's/^root:!/root:*/' /etc/shadow >"$dir/shadow"
printf 'visitor:*:19000::::::\n' >>"$dir/shadow"
cp /etc/passwd "$dir/passwd"
printf 'visitor:x:12345:12345::%s/home:/bin/sh\n' "$dir" >>"$dir/passwd"
mount --bind "$dir/shadow" /etc/shadow
mount --bind "$dir/passwd" /etc/passwd
mkdir "$dir/home"
chown 12345:12345 "$dir/home"
chmod 755 "$dir"

# A root with busybox and no library; in the second one nothing can be written.
for root in busybox full; do
  mkdir -p "/run/$root/bin" "/run/$root/proc" "/run/$root/dev" "/run/$root/tmp"
  cp /bin/busybox "/run/$root/bin/busybox"
  # What a shell there needs, and nothing else.
  for name in sh cat echo head wc rm mktemp chmod uname kill env; do ln -s busybox "/run/$root/bin/$name"; done
  mount -t proc none "/run/$root/proc"
  mknod -m 666 "/run/$root/dev/null" c 1 3
done
chmod 1777 /run/busybox/tmp

serve() { # NAME PORT OPTION...
  name=$1 port=$2
  shift 2
  "$sshd" -D -e -h "$dir/host" -o ListenAddress=127.0.0.1:"$port" -o UsePAM=no -o PidFile=none -o StrictModes=no \
    -o PermitRootLogin=yes -o MaxStartups=100 -o AuthorizedKeysFile="$dir/key.pub" "$@" 2>"$dir/$name.log" &
  servers="$servers $!"
}
servers=
serve web-1 2221
serve web-2 2222 -o ChrootDirectory=/run/busybox
serve web-3 2223
serve full 2224 -o ChrootDirectory=/run/full

{
  host() { printf 'Host %s\n  HostName 127.0.0.1\n  Port %s\n  User %s\n' "$@"; }
  host web-1 2221 root
  host web-2 2222 visitor
  host web-3 2223 visitor
  host full 2224 visitor
  host down 2229 root
  for i in $(seq 20); do host "h$i" 2221 root; done
  printf 'Host stranger\n  HostName 127.0.0.1\n  Port 2221\n  IdentityFile %s\n' "$dir/other"
  printf 'Host * !stranger\n  IdentityFile %s\n' "$dir/key"
  printf 'Host *\n  IdentitiesOnly yes\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n'
} >/root/.ssh/config
chmod 600 /root/.ssh/config

for port in 2221 2222 2223 2224; do
  until grep -q "listening on 127.0.0.1 port $port" "$dir"/*.log; do sleep 0.05; done
done
set +e
"$@"
status=$?
# shellcheck disable=SC2086 # pids
kill $servers
exit $status
