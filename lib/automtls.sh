#!/bin/sh
# The program, wherever it is called, also by a link to this file: lib/cli.ts with the Node of this project, or what has
# been made of it in the package. Suites of users may be modules without a package.json that says so.
lib=$(dirname "$(readlink -f "$0")")
program=$lib/cli.ts
[ -e "$program" ] || program=$lib/../dist/lib/cli.js
exec "$lib/node.sh" --disable-warning=MODULE_TYPELESS_PACKAGE_JSON --experimental-vm-modules "$program" "$@"
