#!/bin/sh
# fetch.sh DIR: puts the PostgreSQL migrations of other projects into the new folder DIR, a folder a
# project, the files in their order as NNNN_name.sql, for the test in lint/corpus.rs.
#
# They are those of published packages, of these versions; nothing of them is kept here. A folder whose
# name ends in `-part` lacks the schema on which its first file builds. Needs cargo, pip, npm, apt-get,
# dpkg-deb and unzip, as they are configured.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 DIR" >&2
    exit 2
fi
if [ -e "$1" ]; then
    echo "$1 exists already; name a new folder" >&2
    exit 2
fi
mkdir "$1"
dir=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"

# crate NAME VERSION: its source. `cargo info` unpacks what it shows.
crate() {
    cargo info --quiet "$1@$2" >/dev/null
    ln -s "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$1-$2" "$1"
}

python() {
    pip download --quiet --no-deps --dest . "$1==$2"
    unzip -q ./*.whl -d "$1"
    rm ./*.whl
}

node() {
    npm pack --silent "$1@$2" >/dev/null
    mkdir "$1"
    tar -xzf "$1-$2.tgz" -C "$1" --strip-components=1
}

# debian NAME: of the release that apt is configured with; the closing list says which version.
debian() {
    apt-get download -qq -o APT::Sandbox::User= "$1"
    dpkg-deb -x "$1"_*.deb "$1"
    ls "$1"_*.deb
}

# put PROJECT: the files whose paths are read, in that order. What stands for a schema's name in a
# file becomes one.
put() {
    mkdir "$dir/$1"
    number=0
    while read -r path; do
        number=$((number + 1))
        name=$(echo "$path" | sed -e 's,/up\.sql$,.sql,' -e 's,.*/,,' -e 's/\.sql.*//' -e 's/\.up$//' |
            tr '[:upper:]' '[:lower:]' | tr -c 'a-z0-9\n' '_' | sed -e 's/__*/_/g' -e 's/^_*/f_/' -e 's/_*$//')
        sed -e 's/:GRAPHILE_WORKER_SCHEMA/graphile_worker/g' -e 's/@extschema@/public/g' "$path" \
            >"$dir/$1/$(printf '%04d' "$number")_$name.sql"
    done
    echo "$1: $number files"
}

crate zksync_dal 29.13.0-non-semver-compat
find zksync_dal/migrations/ -name '*.up.sql' | LC_ALL=C sort | put zksync
crate lemmy_db_schema 1.0.0-test-fix-publish-3
echo 'CREATE TABLE __diesel_schema_migrations (version text PRIMARY KEY, run_on timestamp NOT NULL DEFAULT now());' \
    >000_prelude.sql
{ echo 000_prelude.sql; find lemmy_db_schema/migrations/ -name up.sql | LC_ALL=C sort; } | put lemmy
crate atuin-server-postgres 18.20.1
find atuin-server-postgres/migrations/ -name '*.sql' | LC_ALL=C sort | put atuin
crate fuel-indexer-postgres 0.25.0
find fuel-indexer-postgres/migrations/ -name '*.up.sql' | LC_ALL=C sort | put fuel-indexer
crate fang 0.11.0
find fang/postgres_migrations/ -name up.sql | LC_ALL=C sort | put fang
crate underway 0.2.0
# What those who run migrations make before: tables of what was applied, a schema.
echo 'CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY);' >000_prelude.sql
{ echo 000_prelude.sql; find underway/migrations/ -name '*.sql' | LC_ALL=C sort; } | put underway
crate sqlxmq 0.6.0
find sqlxmq/migrations/ -name '*.up.sql' | LC_ALL=C sort | put sqlxmq
crate cala-ledger 0.33.3
find cala-ledger/migrations/ -name '*.sql' | LC_ALL=C sort | put cala-ledger

python procrastinate 3.10.0
find procrastinate/procrastinate/sql/migrations -name '*.sql' | LC_ALL=C sort | put procrastinate
node graphile-worker 0.17.3
echo 'CREATE SCHEMA graphile_worker; CREATE TABLE graphile_worker.migrations (id integer PRIMARY KEY);' >000_prelude.sql
{ echo 000_prelude.sql; find graphile-worker/sql -name '*.sql' | LC_ALL=C sort; } | put graphile-worker

python matrix-synapse 1.120.0
schema=matrix-synapse/synapse/storage/schema
deltas() {
    find $schema/main/delta $schema/common/delta $schema/state/delta \
        \( -name '*.sql' -o -name '*.sql.postgres' \) | awk -F/ "\$(NF-1) $1 { print \$(NF-1) \" \" \$NF \" \" \$0 }" |
        LC_ALL=C sort -k1,1n -k2,2 | cut -d ' ' -f 3
}
{
    ls $schema/common/full_schemas/72/full.sql.postgres $schema/main/full_schemas/72/full.sql.postgres \
        $schema/state/full_schemas/72/full.sql.postgres
    deltas '> 72'
} | put synapse
deltas '<= 72' | put synapse-part

debian tt-rss
find tt-rss/usr/share/tt-rss/schema/versions/pgsql -name '*.sql' | sort -V | put tt-rss-part
debian davical
find davical/usr/share/davical/dba/patches -name '*.sql' | sort -V | put davical-part
debian roundcube-core
find roundcube-core/usr/share/roundcube/SQL/postgres -name '[0-9]*.sql' | sort -V | put roundcube-part
debian icinga2-ido-pgsql
find icinga2-ido-pgsql/usr/share/icinga2-ido-pgsql/schema/upgrade -name '*.sql' | sort -V | put icinga-part
debian mediawiki
find mediawiki/usr/share/mediawiki/maintenance/postgres/archives -name '*.sql' | LC_ALL=C sort | put mediawiki-part

# What is written for other servers, to see if it is refused.
find roundcube-core/usr/share/roundcube/SQL/mysql roundcube-core/usr/share/roundcube/SQL/mssql \
    roundcube-core/usr/share/roundcube/SQL/oracle roundcube-core/usr/share/roundcube/SQL/sqlite \
    -name '*.sql' | LC_ALL=C sort | put roundcube-others-part
find mediawiki/usr/share/mediawiki/maintenance -name '*.sql' -not -path '*/postgres/*' | LC_ALL=C sort |
    put mediawiki-others-part
find tt-rss/usr/share/tt-rss/schema/versions/mysql -name '*.sql' | sort -V | put tt-rss-others-part
find $schema -name '*.sql.sqlite' | LC_ALL=C sort | put synapse-others-part
find fang/mysql_migrations fang/src -name '*.sql' | LC_ALL=C sort | put fang-others-part
