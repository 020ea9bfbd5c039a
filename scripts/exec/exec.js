#!/usr/bin/env node
// A POSIX shell never gets here: its builtin replaces the shell by the program, so that a signal that npm passes on reaches the
// program. Windows has no such signals; there it is enough to run the program.
const { spawnSync } = require('node:child_process');

const [command = '', ...args] = process.argv.slice(2);
const { status } = spawnSync(command === 'node' ? process.execPath : command, args, { stdio: 'inherit' });
process.exitCode = status ?? 1;
