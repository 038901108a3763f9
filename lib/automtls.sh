#!/bin/sh
# The program: runs lib/cli.ts with the Node of this project, wherever it is called, also by a link to this file.
lib=$(dirname "$(readlink -f "$0")")
exec "$lib/node.sh" --experimental-vm-modules "$lib/cli.ts" "$@"
