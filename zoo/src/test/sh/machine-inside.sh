#!/bin/sh
# machine-inside.sh systemd|'docker [OPTION]...'|podman DIRECTORY...: what the first process of the machine does; see
# machine.sh.
set -eu
kind=$1
shift

# Still the outer /proc.
read -r pid rest < /proc/self/stat
echo "pid $pid"

# Fresh file systems over whatever a daemon writes to; DIRECTORY... are carried over.
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /run
number=0
for directory; do
	number=$((number + 1))
	mkdir -p "/run/zoo/$number"
	mount --bind "$directory" "/run/zoo/$number"
done
for fresh in /tmp /var/tmp /var/log /var/lib/systemd /var/lib/docker /var/lib/containers /var/lib/cni /etc/cni; do
	mkdir -p "$fresh"
	mount -t tmpfs -o mode=1777 tmpfs "$fresh"
done
number=0
for directory; do
	number=$((number + 1))
	mkdir -p "$directory"
	mount --move "/run/zoo/$number" "$directory"
done
mkdir /run/etc
cp -a /etc/. /run/etc/
mount --bind /run/etc /etc
mount -t proc proc /proc
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up
cd /

# A root file system with nothing but busybox and inuse.
tiny() {
	mkdir -p /run/tiny/bin /run/tiny/etc /run/tiny/proc /run/tiny/tmp
	cp "$(command -v busybox)" /run/tiny/bin/
	for name in sh env httpd sleep nc cat echo kill wget; do ln -sf busybox "/run/tiny/bin/$name"; done
	echo 'root:x:0:0:root:/:/bin/sh' > /run/tiny/etc/passwd
}

# Runs until the daemon ends; the shell stays the first process and buries what has no parent.
serve() {
	"$@" > /run/daemon.log 2>&1 &
	daemon=$!
	until answers 2> /dev/null > /dev/null; do
		if ! kill -0 "$daemon" 2> /dev/null; then
			tail -n 5 /run/daemon.log
			exit 1
		fi
		sleep 0.1
	done
}

case $kind in
systemd)
	mkdir -p /run/systemd/system
	# These would change the kernel's settings, or files that are not the machine's own.
	for outer in sysctl binfmt modules-load remount-fs sysusers tmpfiles-setup tmpfiles-setup-dev update-utmp udevd; do
		ln -s /dev/null "/run/systemd/system/systemd-$outer.service"
	done
	cat > /run/systemd/system/lab.target <<- 'UNIT'
		[Unit]
		Requires=sysinit.target
		After=sysinit.target
		AllowIsolate=yes
	UNIT
	echo ready
	export container=lab
	exec /lib/systemd/systemd --system --unit=lab.target
	;;
docker*)
	answers() { docker version; }
	# A runtime that makes no container before there is the file /run/go.
	cat > /run/slow-runc <<- 'RUNTIME'
		#!/bin/sh
		case " $* " in *" create "*) while [ ! -e /run/go ]; do sleep 0.05; done ;; esac
		exec runc "$@"
	RUNTIME
	chmod 755 /run/slow-runc
	# shellcheck disable=SC2086 # the daemon's options
	serve dockerd --storage-driver vfs --add-runtime slow=/run/slow-runc ${kind#docker}
	tiny
	tar -C /run/tiny -c . | docker import - tiny > /dev/null
	echo ready
	wait "$daemon"
	;;
podman)
	answers() { [ -S /run/podman/podman.sock ]; }
	mkdir -p /run/podman /etc/containers
	# Without controllers in its cgroups (the outer kernel may have them in cgroup v1) there is no limit to be set.
	cat > /etc/containers/containers.conf <<- 'CONF'
		[containers]
		pids_limit = 0
		default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
		[engine]
		runtime = "runc"
		cgroup_manager = "cgroupfs"
	CONF
	tiny
	serve podman system service --time 0 unix:///run/podman/podman.sock
	echo ready
	wait "$daemon"
	;;
esac
