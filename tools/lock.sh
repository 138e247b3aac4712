#!/bin/sh
# Writes constraints.txt: the versions of a fresh installation of everything.
# torch is written without its local label (+cpu), so that any build of that version fits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${1:-python3}" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --upgrade pip
"$folder/bin/python" -m pip install --quiet --editable '.[dev]'
# First in full: a lock that is cut off half way must not take the place of a good one.
"$folder/bin/python" -m pip freeze --exclude-editable > "$folder/frozen"
{
  echo "# Made by make lock. Versions that make install uses."
  sed -E 's/^(torch==[^+]*)\+.*/\1/' "$folder/frozen"
} > constraints.txt
