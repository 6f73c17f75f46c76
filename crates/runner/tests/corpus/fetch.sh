#!/bin/sh
# fetch.sh DIR [PACKAGE]: puts the SQL files of PostgreSQL's source into the new folder DIR, without
# what only psql understands (strip.pl), for the test in runner/corpus.rs.
#
# The source is Debian's, of the mirrors that this system is configured with; nothing of that
# configuration is changed. Needs apt, perl and tar with bzip2 or xz; not the rights of root.
set -eu

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    echo "usage: $0 DIR [PACKAGE]" >&2
    exit 2
fi
package=${2:-postgresql-15}
strip=$(cd "$(dirname "$0")" && pwd)/strip.pl
if [ -e "$1" ]; then
    echo "$1 exists already; name a new folder" >&2
    exit 2
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/sources" "$work/lists/partial" "$work/cache/archives/partial" "$work/source"

# The configured sources, asked for source packages instead of binary ones.
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    if [ -f "$file" ]; then
        sed -n -e '/^deb-src/d' -e '/^#/d' -e 's/^deb\([[:space:]]\)/deb-src\1/' \
            -e 's/^Types:.*/Types: deb-src/' -e p "$file" >"$work/sources/$(basename "$file")"
    fi
done

options="-o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=$work/sources
    -o Dir::State::lists=$work/lists -o Dir::Cache=$work/cache -o APT::Sandbox::User= -qq"
# shellcheck disable=SC2086 # each word is an option
apt() { program=$1 && shift && "$program" $options "$@"; }

apt apt-get update
# A mirror may list a version that it does not hold.
for version in $(apt apt-cache showsrc "$package" | sed -n 's/^Version: //p' | sort -ruV); do
    if (cd "$work/source" && apt apt-get source --download-only "$package=$version"); then
        break
    fi
    rm -f "$work/source"/*
done
if ! [ -e "$(echo "$work/source"/*.orig.tar.*)" ]; then
    echo "no configured mirror holds the source of $package" >&2
    exit 1
fi

mkdir "$1"
dir=$(cd "$1" && pwd)
tar -xf "$work/source"/*.orig.tar.* -C "$dir" --strip-components=1 --wildcards '*.sql'
find "$dir" -type f -name '*.sql' -exec perl "$strip" {} +
echo "$(basename "$work/source"/*.dsc .dsc): $(find "$dir" -type f -name '*.sql' | wc -l) files in $dir"
