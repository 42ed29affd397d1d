#!/bin/sh
# Installs what the tests need beside Python: Chromium, fonts, Java (for the HTML checker), npm packages.
# What cannot be installed is named; the tests that need it then skip and say so.
set -u
cd "$(dirname "$0")"

missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
[ -n "$(find /usr/share/fonts -name 'NotoSansGujarati*' 2>/dev/null | head -n 1)" ] || missing="$missing fonts-noto-core"
[ -n "$(find /usr/share/fonts -name 'NotoSansCJK*' 2>/dev/null | head -n 1)" ] || missing="$missing fonts-noto-cjk"
[ -n "$(find /usr/lib /lib -name 'libfribidi.so*' 2>/dev/null | head -n 1)" ] || missing="$missing libfribidi0"
command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
command -v npm >/dev/null 2>&1 || missing="$missing nodejs npm"
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing:$missing"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null \
      || echo "not all could be installed; some tests will skip"
  else
    echo "missing, and not permitted to install:$missing (as root: apt-get install$missing)"
  fi
fi

# PostgreSQL and Redis are used where they run; Debian's are started where they are installed and do not.
if ! python3 - <<'PY'
import socket
socket.create_connection(("127.0.0.1", 5432), 1)
PY
then
  if [ "$(id -u)" = 0 ] && command -v pg_ctlcluster >/dev/null 2>&1; then
    pg_ctlcluster --skip-systemctl-redirect "$(ls /etc/postgresql | head -n 1)" main start || echo "PostgreSQL did not start"
  else
    echo "PostgreSQL does not answer on 127.0.0.1:5432; its tests will skip"
  fi
fi 2>/dev/null

if command -v npm >/dev/null 2>&1; then
  [ -f node_modules/axe-core/axe.min.js ] && [ -f node_modules/vnu-jar/build/dist/vnu.jar ] && [ -f node_modules/lighthouse/cli/index.js ] \
    || npm install --no-audit --no-fund --no-package-lock --ignore-scripts --silent \
    || echo "npm packages could not be installed; the axe, Lighthouse and HTML tests will skip"
fi
exit 0
