#!/bin/sh
# Installs inuse from an archive of a release: install.sh [--to PREFIX] [ARCHIVE-OR-URL]
# Without an archive: the one for this machine beside this script. The sum is that of SHA256SUMS beside the archive.
# Installs to ~/.local, as root to /usr/local. install.sh --remove [--to PREFIX] takes away what it installed.
set -eu
umask 022

fail() {
  echo "install.sh: $*" >&2
  exit 1
}

usage() {
  echo 'usage: install.sh [--to PREFIX] [ARCHIVE-OR-URL]
       install.sh --remove [--to PREFIX]' >&2
  exit 2
}

if [ "$(id -u)" -eq 0 ]; then prefix=/usr/local; else prefix=${HOME:?}/.local; fi
from='' remove=false
while [ $# -gt 0 ]; do
  case $1 in
    --to)
      [ $# -gt 1 ] || usage
      prefix=$2
      shift
      ;;
    --remove) remove=true ;;
    -*) usage ;;
    *)
      [ -z "$from" ] || usage
      from=$1
      ;;
  esac
  shift
done

# What is installed, below the prefix: name in the archive, place.
files='inuse bin/inuse
inuse.1 share/man/man1/inuse.1
completions/inuse.bash share/bash-completion/completions/inuse
completions/_inuse share/zsh/site-functions/_inuse
completions/inuse.fish share/fish/vendor_completions.d/inuse.fish'

if $remove; then
  [ -z "$from" ] || usage
  echo "$files" | while read -r _ place; do
    if [ -e "$prefix/$place" ]; then
      rm "$prefix/$place"
      echo "removed $prefix/$place"
    fi
  done
  exit 0
fi

architecture=$(uname -m)
case $architecture in
  x86_64 | aarch64) ;;
  *) fail "there is no executable for $architecture; build it from the sources" ;;
esac
[ "$(uname -s)" = Linux ] || fail "inuse asks Linux; this is $(uname -s)"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# fetch URL FILE
fetch() {
  if command -v curl >/dev/null; then
    curl --proto '=https,http,file' -fsSL -o "$2" "$1"
  elif command -v wget >/dev/null; then
    wget -q -O "$2" "$1"
  else
    fail 'neither curl nor wget is here; download the archive and SHA256SUMS by hand'
  fi
}

if [ -z "$from" ]; then
  for from in "$(dirname "$0")"/inuse-*-linux-"$architecture".tar.gz; do :; done
  [ -f "$from" ] || fail "no archive for $architecture beside this script; name one, or a URL"
fi
base=${from##*/}
case $from in
  *://*)
    archive=$work/$base
    fetch "$from" "$archive" || fail "cannot download $from"
    fetch "${from%/*}/SHA256SUMS" "$work/SHA256SUMS" || fail "cannot download ${from%/*}/SHA256SUMS"
    ;;
  *)
    archive=$from
    case $from in */*) sums=${from%/*}/SHA256SUMS ;; *) sums=SHA256SUMS ;; esac
    [ -f "$archive" ] || fail "$archive is not there"
    [ -f "$sums" ] || fail "$sums is not there; it has the sum that $base must have"
    cp "$sums" "$work/SHA256SUMS"
    ;;
esac
wanted=$(awk -v name="$base" '$2 == name { print $1 }' "$work/SHA256SUMS")
[ -n "$wanted" ] || fail "SHA256SUMS does not name $base"
found=$(sha256sum <"$archive")
[ "${found%% *}" = "$wanted" ] || fail "$base is damaged or another file: its SHA-256 is ${found%% *}, not $wanted"

mkdir "$work/unpacked"
tar -xzf "$archive" -C "$work/unpacked" --strip-components=1
"$work/unpacked/inuse" --version >/dev/null || fail "the executable in $base does not run on this machine"

echo "$files" | while read -r name place; do
  mkdir -p "$prefix/${place%/*}"
  mode=644
  [ "$name" != inuse ] || mode=755
  # Beside its place first: what runs now keeps running, and no one meets half a file.
  cp "$work/unpacked/$name" "$prefix/$place.new"
  chmod "$mode" "$prefix/$place.new"
  mv "$prefix/$place.new" "$prefix/$place"
  echo "installed $prefix/$place"
done
"$prefix/bin/inuse" --version
case ":$PATH:" in
  *":$prefix/bin:"*) ;;
  *) echo "$prefix/bin is not in PATH: add it, or call $prefix/bin/inuse" ;;
esac
