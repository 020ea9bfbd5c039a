import { type Flag, switchFlag, valueFlag } from './flag.ts';

/** Switches that only the sandbox has: the simulated card, the control route, and the faults. */
export const sandboxFlags: readonly Flag[] = [
  valueFlag('--sandbox-speed', 'X', 'Speed of the simulated card; 0.5 takes twice as long. (default: 1)', 'float'),
  valueFlag('--sandbox-clock', 'X', 'Run all simulated work X times faster. (default: 1)', 'float'),
  valueFlag('--sandbox-vram', 'BYTES', 'Memory of the simulated card. (default: 8 GiB)', 'int'),
  valueFlag('--sandbox-gpu-name', 'NAME', 'Name of the simulated card.'),
  valueFlag('--sandbox-start-delay', 'SECONDS', 'Length of the simulated imports. (default: 0.3)', 'float'),
  switchFlag('--sandbox-control', 'Serve POST /sandbox/fault, which turns faults on and off in a running server.'),
  switchFlag('--sandbox-etn', 'Add the nodes and routes that editors of pictures, such as Krita, expect.'),
  switchFlag('--sandbox-test-nodes', 'Add the node classes of the conformance suite.'),
  valueFlag('--fault-slow-start', 'SECONDS', 'Fault: the imports take so much longer.', 'float'),
  valueFlag('--fault-exit-during-start', 'CODE', 'Fault: end with CODE in the middle of the imports.', 'int'),
  valueFlag('--fault-exit-after', 'SECONDS', 'Fault: end so long after the start.', 'float'),
  valueFlag('--fault-exit-in-job', 'N', 'Fault: end in the middle of job N (1 = the first).', 'int'),
  valueFlag('--fault-exit-code', 'CODE', 'Exit code of the two faults above. (default: 1)', 'int'),
  valueFlag('--fault-hang-after', 'SECONDS', 'Fault: block the event loop for good so long after the start.', 'float'),
  valueFlag('--fault-hang-in-job', 'N', 'Fault: block the event loop for good in the middle of job N.', 'int'),
  valueFlag('--fault-hang-job', 'N', 'Fault: job N never goes on, while HTTP answers.', 'int'),
  switchFlag('--fault-http-500', 'Fault: answer every request with 500.'),
  switchFlag('--fault-http-mute', 'Fault: accept every request and never answer.'),
  switchFlag('--fault-ignore-sigint', 'Fault: ignore SIGINT.'),
  switchFlag('--fault-ignore-sigterm', 'Fault: ignore SIGTERM.'),
  {
    ...valueFlag(
      '--fault-grandchild',
      '{plain,stubborn,detached}',
      'Fault: start a child that outlives this process and holds its output: one of its own process group, one that ignores SIGINT and SIGTERM besides, or one in a group of its own.',
      {
        oneOf: ['plain', 'stubborn', 'detached'],
      },
    ),
    arity: { kind: 'optional', bare: 'plain' },
  },
  {
    ...valueFlag('--fault-log-flood', 'BYTES', 'Fault: write so much log after the start. (bare: 50 MB)', 'int'),
    arity: { kind: 'optional', bare: '50000000' },
  },
  switchFlag('--fault-split-utf8', 'Fault: log in chunks that cut through the middle of a character.'),
  valueFlag('--fault-websocket-drop-in-job', 'N', 'Fault: drop every websocket in the middle of job N.', 'int'),
  valueFlag(
    '--fault-websocket-silent-in-job',
    'N',
    'Fault: send nothing more over websockets from the middle of job N on.',
    'int',
  ),
  switchFlag('--fault-refuse-port', 'Fault: find the port taken, whatever it is.'),
  valueFlag(
    '--fault-reboot-after',
    'SECONDS',
    'Fault: reboot as ComfyUI-Manager does, so long after the start.',
    'float',
  ),
  valueFlag('--fault-stats', '{nan,huge}', 'Fault: NaN, or huge values, in /system_stats.', { oneOf: ['nan', 'huge'] }),
];
