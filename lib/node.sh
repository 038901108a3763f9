#!/bin/sh
# Runs a program with the Node that npm has installed for this project. npm 10 installs it without putting it on the PATH.
lib=$(dirname "$0")
for node in "$lib"/../node_modules/node-*/bin/node; do
  if [ -x "$node" ]; then exec "$node" --disable-warning=ExperimentalWarning "$@"; fi
done
# npm has none for this platform, was told to leave out optional packages, or was not run.
node "$lib/suitable-node.cjs" || exit
exec node --disable-warning=ExperimentalWarning "$@"
