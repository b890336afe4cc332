#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs retold over labelled story collections and prints one table: how right, how long, how much memory.
#   bench/quality.sh build/retold FOLDER SCORER
# FOLDER holds collections NAME.jsonl (id, text, title, story); SCORER is a program called as `SCORER stories GOLD PREDICTED`
# that prints "… b3_f1 X … pair_f1 Y …". Collections whose events are weeks long (multiling_*) are scored at topic level.
set -euo pipefail
[[ $# == 3 ]] || { sed -n '3,6s/^# //p' "$0" >&2; exit 2; }
retold=$1 folder=$2 scorer=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

printf '%-22s %-6s %8s %8s %8s %8s\n' collection level B-cubed pairwise seconds MiB
for gold in "$folder"/*.jsonl; do
  name=$(basename "$gold" .jsonl)
  level=story
  [[ $name == multiling_* ]] && level=topic
  rm -f "$work/out.json"
  began=$(date +%s.%N)
  "$retold" cluster "$gold" --level "$level" --quiet --json "$work/out.json" >/dev/null 2>&1 &
  pid=$! peak=0
  while kill -0 "$pid" 2>/dev/null; do
    now=$(awk '/VmHWM/ {print int($2 / 1024)}' "/proc/$pid/status" 2>/dev/null || true)
    [[ -n $now ]] && peak=$now
    sleep 0.02
  done
  code=0
  wait "$pid" || code=$?
  ((code <= 1)) || { echo "$retold failed on $gold with code $code" >&2; exit 1; }  # 1: a record without text was skipped
  ended=$(date +%s.%N)
  "$scorer" stories "$gold" "$work/out.json" | awk -v name="$name" -v level="$level" -v peak="$peak" \
    -v seconds="$(awk "BEGIN {print $ended - $began}")" '
    {for (i = 1; i < NF; ++i) value[$i] = $(i + 1)}
    END {printf "%-22s %-6s %8.4f %8.4f %8.2f %8d\n", name, level, value["b3_f1"], value["pair_f1"], seconds, peak}'
done | tee "$work/table"
awk '$2 == "story" {b += $3; p += $4; ++n} END {if (n) printf "%-22s %-6s %8.4f %8.4f\n", "mean", "story", b / n, p / n}' "$work/table"
