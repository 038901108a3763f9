#!/bin/sh
# The program, wherever it is called, also by a link to this file: lib/cli.ts with the Node of this project, or what has
# been made of it in the package.
lib=$(dirname "$(readlink -f "$0")")
program=$lib/cli.ts
[ -e "$program" ] || program=$lib/../dist/lib/cli.js
exec "$lib/node.sh" --experimental-vm-modules "$program" "$@"
