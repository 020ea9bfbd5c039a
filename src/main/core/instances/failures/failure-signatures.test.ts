import { describe, expect, test } from 'vitest';
import { captured } from './failure-signatures.fixture.ts';
import { evidenceLineCount, explainEnd } from './failure-signatures.ts';

const explain = (lines: readonly string[], code: number | null = 1, hadBeenReady = false) =>
  explainEnd({ exit: { code, signal: null }, hadBeenReady, lines });

describe('the end of a start', () => {
  test.each([
    ['portTaken', 1, 'LAUNCH_PORT_TAKEN', { port: 18188, address: '127.0.0.1' }],
    ['unknownFlag', 2, 'LAUNCH_BAD_ARGUMENT', { message: 'unrecognized arguments: --nope', arguments: ['--nope'] }],
    [
      'severalUnknownFlags',
      2,
      'LAUNCH_BAD_ARGUMENT',
      { message: 'unrecognized arguments: --nope value --neither', arguments: ['--nope', '--neither'] },
    ],
    [
      'badPort',
      2,
      'LAUNCH_BAD_ARGUMENT',
      { message: "argument --port: invalid int value: 'x'", arguments: ['--port'] },
    ],
    [
      'missingUserFolder',
      2,
      'LAUNCH_BAD_ARGUMENT',
      { message: "argument --user-directory: The path '/nope' does not exist.", arguments: ['--user-directory'] },
    ],
    [
      'exclusiveFlags',
      2,
      'LAUNCH_BAD_ARGUMENT',
      { message: 'argument --lowvram: not allowed with argument --cpu', arguments: ['--lowvram'] },
    ],
    [
      'unbindableAddress',
      1,
      'LAUNCH_BAD_ARGUMENT',
      {
        message: "bind on address ('203.0.113.77', 18190): cannot assign requested address",
        arguments: ['--listen'],
        address: '203.0.113.77',
      },
    ],
    ['forbiddenPort', 1, 'LAUNCH_PERMISSION_DENIED', { address: '127.0.0.1', port: 80 }],
    ['frontendMissing', 255, 'LAUNCH_FRONTEND_MISSING', {}],
    ['databaseLockedForAssets', 1, 'LAUNCH_DATABASE_LOCKED', { path: '/srv/inst1/comfy.db' }],
    ['databaseLockedInMigration', 1, 'LAUNCH_DATABASE_LOCKED', {}],
    ['customNodesFolderMissing', 1, 'LAUNCH_FOLDER_INVALID', { path: '/srv/inst3/custom_nodes' }],
    ['mainMissing', 2, 'LAUNCH_FOLDER_INVALID', { path: '/srv/nowhere/main.py' }],
    ['moduleMissing', 1, 'LAUNCH_MODULE_MISSING', { module: 'torch' }],
    [
      'importBroken',
      1,
      'LAUNCH_MODULE_MISSING',
      { message: 'DLL load failed while importing fbgemm: The specified module could not be found.' },
    ],
    [
      'customNodeFails',
      1,
      'LAUNCH_CUSTOM_NODE',
      {
        name: 'research_pack',
        file: '/srv/inst1/custom_nodes/research_pack/server.py',
        message: 'SystemError: licence server not reachable',
      },
    ],
    [
      'customNodeFailsOnWindows',
      1,
      'LAUNCH_CUSTOM_NODE',
      {
        name: 'research_pack',
        file: 'C:\\ComfyUI\\custom_nodes\\research_pack\\__init__.py',
        message: "ModuleNotFoundError: No module named 'insightface'",
      },
    ],
    ['noCuda', 1, 'GPU_UNAVAILABLE', { message: 'Torch not compiled with CUDA enabled' }],
    ['noDriver', 1, 'GPU_UNAVAILABLE', { message: 'Found no NVIDIA driver' }],
    ['hiddenGpu', 1, 'GPU_UNAVAILABLE', { message: 'No CUDA GPUs are available' }],
    ['wrongOrdinal', 1, 'GPU_UNAVAILABLE', { message: 'invalid device ordinal' }],
    ['outOfMemory', 1, 'GPU_OUT_OF_MEMORY', {}],
    ['diskFull', 1, 'LAUNCH_DISK_FULL', { message: '[Errno 28]' }],
    ['diskFullInDatabase', 1, 'LAUNCH_DISK_FULL', { message: 'database or disk is full' }],
    ['forbiddenFolder', 1, 'LAUNCH_PERMISSION_DENIED', { path: '/srv/inst1/user' }],
  ] as const)('%s (exit %d) is %s', (name, exitCode, code, details) => {
    const reason = explain(captured[name], exitCode);
    expect(reason).toMatchObject({ code, details: { exitCode, ...details } });
    expect(Object.keys(reason.details)).toEqual(['exitCode', ...Object.keys(details)]);
  });

  test.each(['templatesMissing', 'databaseLockedButRunning', 'skippedNode'] as const)(
    '%s is only a warning, so that an end soon after has another reason',
    (name) => {
      expect(explain([...captured[name], 'Segmentation fault (core dumped)'], 139).code).toBe('PROCESS_EXITED');
    },
  );

  test('counts among the last words only', () => {
    const talk = ['[INFO] a', '[INFO] b', '[INFO] c'];
    expect(explain([...captured.moduleMissing, ...talk]).code).toBe('LAUNCH_MODULE_MISSING');
    expect(explain([...captured.moduleMissing, ...talk, '[INFO] d']).code).toBe('PROCESS_EXITED');
    expect(explain([...captured.customNodeFails, ...talk]).code).toBe('LAUNCH_CUSTOM_NODE');
    expect(explain([...captured.customNodeFails, ...talk, '[INFO] d']).code).toBe('PROCESS_EXITED');
  });

  test('is blamed on the innermost custom node of the last traceback', () => {
    const frames = [
      'Traceback (most recent call last):',
      '  File "/srv/custom_nodes/first/a.py", line 1, in <module>',
      'ValueError: caught',
      'Traceback (most recent call last):',
      '  File "/srv/custom_nodes/outer/a.py", line 1, in <module>',
      '  File "/srv/custom_nodes/inner.py", line 1, in <module>',
      'ValueError: fatal',
    ];
    expect(explain(frames).details).toMatchObject({ name: 'inner.py' });
  });

  test('with exit code 2 is an argument, whatever was printed', () => {
    expect(explain(['something unreadable'], 2)).toMatchObject({
      code: 'LAUNCH_BAD_ARGUMENT',
      details: { exitCode: 2 },
    });
    expect(explain(['something unreadable'], 2, true).code).toBe('PROCESS_EXITED');
  });

  test('that nobody knows keeps its exit code and its last lines, without colours and empty lines', () => {
    const many = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    const reason = explain([...many, '', ...captured.interruptedImports.slice(0, 1)]);
    expect(reason.code).toBe('PROCESS_EXITED');
    expect(reason.details).toEqual({ exitCode: 1 });
    expect(reason.evidence).toHaveLength(evidenceLineCount);
    expect(reason.evidence.at(-2)).toBe('line 59');
    expect(explain(captured.portTaken).evidence.slice(-2)).toEqual([
      'Starting server',
      'Port 18188 is already in use on address 127.0.0.1. Please close the other application or use a different port with --port.',
    ]);
  });

  test('without any log is told by its exit alone', () => {
    expect(explain([])).toEqual({ code: 'PROCESS_EXITED', details: { exitCode: 1 }, evidence: [] });
  });
});

describe('the end of an instance that had been ready', () => {
  test('cannot be one of a start', () => {
    const startOnly = ['moduleMissing', 'portTaken', 'customNodeFails', 'forbiddenFolder', 'hiddenGpu'] as const;
    for (const name of startOnly) expect(explain(captured[name], 1, true).code).toBe('PROCESS_EXITED');
  });

  test('can be a full disk or a full GPU', () => {
    expect(explain(captured.diskFull, 1, true).code).toBe('LAUNCH_DISK_FULL');
    expect(explain(captured.outOfMemory, 1, true).code).toBe('GPU_OUT_OF_MEMORY');
  });

  test('is not blamed on a job that ran out of memory long before', () => {
    expect(explain(captured.outOfMemoryInJob, 1, true).code).toBe('PROCESS_EXITED');
  });

  test('by a signal from outside is a kill', () => {
    const end = explainEnd({ exit: { code: null, signal: 'SIGKILL' }, hadBeenReady: true, lines: [] });
    expect(end).toEqual({ code: 'PROCESS_KILLED', details: { signal: 'SIGKILL' }, evidence: [] });
  });
});
