#!/usr/bin/env bash
# Tries a finished package where nothing else is: installs it in a bare Debian or Ubuntu, uses it as a person does, removes it,
# and compares all files with those of before. Needs root, debootstrap and a network; Xvfb, xdotool and ImageMagick for the window.
#
#   packaging/linux/try_in_root.sh bookworm dist/vislumbre_0.1.0_amd64.deb [PHOTOS [WORDS]]
#   packaging/linux/try_in_root.sh jammy dist/Vislumbre-0.1.0-x86_64.AppImage
#
# PHOTOS is a folder of photos to index; without it, the program's own self-test makes some. Roots are kept in $ROOTS, pictures
# of the window go to $PICTURES; $EXTRA names packages that the root gets besides, as squashfs-tools for a trial's AppImage.
set -euo pipefail

suite=$1 package=$(realpath "$2") photos=${3:-} words=${4:-flowers}
# How long a window may take to be there, on a machine that has other things to do.
patience_s=${PATIENCE_S:-20}
roots=${ROOTS:-/var/tmp/vislumbre-roots} pictures=${PICTURES:-$PWD}
here=$(cd "$(dirname "$0")" && pwd)
root=$roots/trial-$suite-$$
x_server=
# Said by Qt's plugin for no screen at every start.
expected='This plugin does not support propagateSizeHints\(\)'
# What changes on any Debian by itself, and the person's own folder.
unlike='^./(home/person|proc|sys|dev|tmp|run|root|var/(cache|log|tmp|lib/(apt|dpkg|rpm|systemd|pam))|etc/(ld.so.cache|mailcap|machine-id)|usr/(share/(mime|info/dir|applications/mimeinfo.cache|icons/hicolor/icon-theme.cache)|lib/sysimage))(/|$)'

say() { printf '\n== %s\n' "$*"; }

ended() {
  [ -z "$x_server" ] || kill "$x_server" 2>/dev/null || true
  for mounted in proc sys dev tmp/.X11-unix; do
    umount -R "$root/$mounted" 2>/dev/null || true
  done
  # What is still mounted is the machine's own, and is not removed.
  if grep -q " $root/" /proc/self/mounts; then
    echo "$root is still in use and stays"
  else
    rm -rf --one-file-system "$root"
  fi
}
trap ended EXIT

bare_root() {
  local mirror=http://deb.debian.org/debian components=main keyring=()
  case $suite in
    jammy | noble) mirror=http://archive.ubuntu.com/ubuntu components=main,universe
      # Where the host has no keys of Ubuntu, the packages come unsigned; it is a root for one trial.
      [ -e /usr/share/keyrings/ubuntu-archive-keyring.gpg ] || keyring=(--no-check-gpg) ;;
  esac
  if [ ! -e "$roots/$suite/etc/os-release" ]; then
    debootstrap "${keyring[@]}" --variant=minbase --components="$components" --include=ca-certificates "$suite" "$roots/$suite" "$mirror" >&2
  fi
  cp -a "$roots/$suite" "$root"
  mount -t proc proc "$root/proc"
  mount --rbind --make-rslave /sys "$root/sys"
  mount --rbind --make-rslave /dev "$root/dev"
  cp /etc/resolv.conf "$root/etc/resolv.conf"
  in_root useradd --create-home person
}

in_root() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }

# Runs the program as the person, ended after so many seconds (0: never); whatever it says on the error stream is a failure.
as_person_for() {
  local seconds=$1 code=0
  shift
  echo "\$ vislumbre $*"
  in_root setpriv --reuid=person --regid=person --init-groups env HOME=/home/person USER=person "${environment[@]}" \
    timeout --foreground --preserve-status "$seconds" "${program[@]}" "$@" 2>"$root/tmp/errors" || code=$?
  if [ "$code" -ne 0 ] || grep -Evq "$expected" "$root/tmp/errors"; then
    sed 's/^/  on the error stream: /' "$root/tmp/errors"
    echo "FAILED with exit code $code: vislumbre $*"
    return 1
  fi
}

as_person() { as_person_for 0 "$@"; }

files() { (cd "$root" && find . -xdev ! -type d -printf '%p %s\n' | grep -Ev "$unlike" | sort); }

install_what_it_needs() {
  local needs
  needs=$(cd "$here/.." && python3 -c 'from steps import linked; print(linked.debian_packages(list(linked.DEBIAN)))')
  [ "${package##*.}" != deb ] || needs=$(dpkg-deb -f "$package" Depends)
  in_root apt-get update -qq
  in_root apt-get satisfy -y -qq --no-install-recommends "$needs${EXTRA:+, $EXTRA}" >/dev/null
}

install_it() {
  cp "$package" "$root/opt/"
  local name=${package##*/}
  case $package in
    *.deb) in_root apt-get install -y -qq --no-install-recommends "/opt/$name" >/dev/null; program=(vislumbre) ;;
    *.rpm) rpm --root "$root" --nodeps --nosignature -i "$root/opt/$name"; program=(vislumbre) ;;
    # Nothing in a chroot can be mounted by a person, so the runtime unpacks for each start.
    *.AppImage) chmod 755 "$root/opt/$name"; program=("/opt/$name"); environment+=(APPIMAGE_EXTRACT_AND_RUN=1) ;;
    *) echo "$package is neither .deb, .rpm nor .AppImage"; exit 2 ;;
  esac
}

remove_it() {
  case $package in
    *.deb) in_root apt-get purge -y -qq vislumbre >/dev/null ;;
    *.rpm) rpm --root "$root" -e vislumbre ;;
  esac
  rm "$root/opt/${package##*/}"
}

use_it() {
  as_person --version
  local help
  help=$(as_person --help)
  case $help in *self-test*) as_person self-test ;; *) echo "this version has no self-test" ;; esac
  [ -n "$photos" ] || return 0
  cp -r "$photos" "$root/home/person/Photos"
  chown -R 1000:1000 "$root/home/person/Photos"
  as_person index /home/person/Photos
  as_person search "$words" --limit 5
  as_person status
}

# A window that nobody sees, ended as a session ends it.
open_offscreen() {
  environment+=(QT_QPA_PLATFORM=offscreen)
  as_person_for "$patience_s"
  unset 'environment[-1]'
}

open_window() {
  command -v Xvfb xdotool import >/dev/null || { echo "no Xvfb, xdotool or ImageMagick here: the window is not tried"; return 0; }
  local number=$((200 + $$ % 700))
  Xvfb ":$number" -screen 0 1400x900x24 -nolisten tcp >/dev/null 2>&1 &
  x_server=$!
  for _ in $(seq "$patience_s"); do
    [ ! -S "/tmp/.X11-unix/X$number" ] || break
    sleep 1
  done
  mkdir -p "$root/tmp/.X11-unix" /tmp/.X11-unix
  mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
  environment+=("DISPLAY=:$number")
  as_person_for $((3 * patience_s)) --search "$words" ${photos:+/home/person/Photos} &
  local running=$!
  DISPLAY=:$number timeout "$patience_s" xdotool search --sync --onlyvisible --class Vislumbre >/dev/null
  sleep "$patience_s"
  DISPLAY=:$number import -window root "$pictures/window-$suite-${package##*.}.png"
  # Into the photos, and one of them large.
  DISPLAY=:$number xdotool key Down
  sleep 1
  DISPLAY=:$number xdotool key space
  sleep 4
  DISPLAY=:$number import -window root "$pictures/photo-$suite-${package##*.}.png"
  wait "$running"
  unset 'environment[-1]'
}

environment=()
program=()
say "A bare $suite"
bare_root
# shellcheck source=/dev/null
. "$root/etc/os-release"
echo "$PRETTY_NAME, $(in_root ldd --version | head -n 1)"
install_what_it_needs
files >"$root/tmp/before"
say "Installing ${package##*/}"
install_it
say "Used on the command line"
use_it
say "Opened without a screen"
open_offscreen
say "Opened on X"
open_window
say "Removed"
remove_it
files >"$root/tmp/after"
if diff "$root/tmp/before" "$root/tmp/after"; then
  echo "Nothing is left but the person's own folders:"
  (cd "$root/home/person" && find . -maxdepth 3 -type d -iname '*vislumbre*')
else
  echo "FAILED: the package left what is listed above"
  exit 1
fi
say "Passed: ${package##*/} on $PRETTY_NAME"
