#!/bin/sh
# machine.sh systemd|'docker [OPTION]...'|podman DIRECTORY...
#
# A machine of its own for daemons: its own mounts, processes, network, cgroups, names and IPC. Says "pid N" (its first
# process, as seen from outside) and "ready"; ends, with everything in it, when standard input ends. What it writes goes
# to file systems in memory that vanish with it. The directories given stay visible in it.
set -eu

cgroup=$(awk '$0 ~ / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)/inuse-zoo-$$
mkdir "$cgroup"

# In the background, so that this shell notices when its input ends; dash gives it /dev/null to read.
sh -c 'echo $$ > "$1/cgroup.procs"; shift; exec "$@"' - "$cgroup" \
	unshare --mount --net --pid --fork --cgroup --uts --ipc --kill-child "$(dirname "$0")/machine-inside.sh" "$@" &
machine=$!

# Shown, not silently swallowed: the machine ended by itself.
cat > /dev/null
kill -KILL "$machine" 2> /dev/null || true
wait "$machine" 2> /dev/null || true
# A process that was just killed is still leaving its cgroup.
for attempt in 1 2 3 4 5 6 7 8 9 10; do
	find "$cgroup" -depth -type d -exec rmdir {} + 2> /dev/null && exit 0
	sleep 0.1
done
echo "left behind: $cgroup"
