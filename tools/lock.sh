#!/bin/sh
# Writes constraints.txt: the versions of a fresh installation of everything.
# torch is written without its local label (+cpu), so that any build of that version fits.
set -eu
folder=$(mktemp -d)
"${1:-python3}" -m venv "$folder"
"$folder/bin/python" -m pip install --quiet --upgrade pip
"$folder/bin/python" -m pip install --quiet --editable '.[dev]'
{
  echo "# Made by make lock. Versions that make install uses."
  "$folder/bin/python" -m pip freeze --exclude-editable | sed -E 's/^(torch==[^+]*)\+.*/\1/'
} > constraints.txt
rm -rf "$folder"
