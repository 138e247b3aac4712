#!/bin/sh
# Installs what some tests use and pip cannot bring: a browser, speech synthesisers, a mail server.
# Without root or apt-get nothing is installed, and those tests say why they are skipped.
set -u
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v flite >/dev/null 2>&1 || missing="$missing flite"
command -v espeak-ng >/dev/null 2>&1 || missing="$missing espeak-ng"
{ command -v dovecot || [ -x /usr/sbin/dovecot ]; } >/dev/null 2>&1 \
  || missing="$missing dovecot-imapd"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing$missing"
  log=$(mktemp)
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
      --no-install-recommends $missing; } >"$log" 2>&1 \
    || echo "could not install$missing (see $log): tests that need them are skipped"
else
  echo "not installed:$missing (needs root and apt-get): tests that need them are skipped"
fi
exit 0
