#!/bin/sh
# crowded.sh CROWD INUSE WORDS...: what inuse says of the port that a crowd has, on a host of its own, and "pid N" of its holder.
set -eu
crowd=$1
inuse=$2
shift 2
if [ "${INUSE_CROWD_ISOLATED:-}" != yes ]; then
  exec env INUSE_CROWD_ISOLATED=yes unshare --net --pid --fork --kill-child --mount-proc sh "$0" "$crowd" "$inuse" "$@"
fi
ip link set lo up
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkfifo "$work/end" "$work/ready"
"$crowd" "$@" <"$work/end" >"$work/ready" &
exec 3>"$work/end" 4<"$work/ready"
read -r _ port pid <&4
status=0
"$inuse" --json "$port" || status=$?
echo "pid $pid"
exit "$status"
