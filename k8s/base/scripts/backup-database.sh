#!/bin/bash
# Dumps the database that libpq's variables name (PGHOST, PGDATABASE, ...) into BACKUP_DIR, then removes dumps older than
# RETENTION_DAYS, but never one of the KEEP_AT_LEAST newest.
# A dump gets its name when it is whole and on disk. Any failure before that ends the script: nothing is removed then.
set -euo pipefail
umask 077
: "${BACKUP_DIR:?}" "${RETENTION_DAYS:?}" "${KEEP_AT_LEAST:?}"
cd "$BACKUP_DIR"

name="backup-$(date -u +%Y%m%d-%H%M%S).sql.gz"
partial="partial-$name"
trap 'rm -f -- "$partial"' EXIT
# What a run left behind that was killed.
find . -maxdepth 1 -type f -name 'partial-*' -mmin +1440 -delete

pg_dump --no-password --lock-wait-timeout=5min --format=plain --compress=6 --file="$partial"
# pg_dump writes this line last, and reading up to it checks the whole file's checksum.
if ! gzip --decompress --stdout "$partial" | tail -n 20 | grep '^-- PostgreSQL database dump complete' >/dev/null; then
  echo "the dump is not complete" >&2
  exit 1
fi
sync -- "$partial"
mv -- "$partial" "$name"
sync -- .
echo "wrote $name, $(stat --format=%s -- "$name") bytes"

mapfile -t dumps < <(find . -maxdepth 1 -type f -name 'backup-????????-??????.sql.gz' -printf '%f\n' | sort --reverse)
for dump in "${dumps[@]:KEEP_AT_LEAST}"; do
  if [[ -n $(find "$dump" -mmin "+$((RETENTION_DAYS * 24 * 60))") ]]; then
    rm -- "$dump"
    echo "removed $dump, older than $RETENTION_DAYS days"
  fi
done
