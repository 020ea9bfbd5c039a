/** Where a recording is compared. `tests` are files beside this one; `left` says what of it is not compared, and why. */
export interface Covered {
  readonly tests: readonly string[];
  /** Fixtures made from it; several recordings are cut to what concerns the sandbox. */
  readonly fixtures: readonly string[];
  readonly left?: string;
}

/** A recording that does not concern the sandbox. */
export interface NotApplicable {
  readonly why: string;
}

const runs = 'prompt-runs.integration.test.ts';
const routes = 'http-routes.integration.test.ts';
const errors = 'prompt-errors.integration.test.ts';
const sockets = 'websockets.integration.test.ts';
const order = 'queue-order.integration.test.ts';
const cache = 'cache-and-files.integration.test.ts';
const life = 'process-life.integration.test.ts';
const flags = 'flags-run.integration.test.ts';

const by = (test: string, name: string, left?: string): Covered => ({
  tests: [test],
  fixtures: [`${name}.json`],
  ...(left === undefined ? {} : { left }),
});

/**
 * Every recording of the real server, with the tests that compare the sandbox with it. Compared are status codes, the
 * headers that clients read, bodies, message types, their order and all their fields. Never compared are ids (their
 * identity is), times, tracebacks, tooltips, sizes of encoded pictures, and the order of what Python keeps in sets.
 */
export const coverage: Readonly<Record<string, Covered | NotApplicable>> = {
  'assets-enabled.json': {
    why: 'the sandbox has no assets system: its routes answer 503 as they do in ComfyUI without --enable-assets',
  },
  'cache-free-png.json': by(cache, 'cache-free-png'),
  'cache-modes-ABAA.json': by(cache, 'cache-modes-ABAA'),
  'duplicate-prompt-id.json': by(order, 'duplicate-prompt-id'),
  'extra-observations.json': {
    tests: [cache, errors, life],
    fixtures: ['extra-observations.json'],
    left: 'output nodes for audio, video, animation, latents and files of text, which the sandbox does not have',
  },
  'features.json': by(routes, 'features'),
  'get-routes-idle.json': by(
    routes,
    'get-routes-idle',
    'bodies of /global_subgraphs and /node_replacements: content of packages that the sandbox does not have',
  ),
  'history-paging.json': by(order, 'history-paging'),
  'http-middleware.json': by(routes, 'http-middleware'),
  'model-free-nodes.json': {
    why: 'it lists which of the 889 classes run without model files; what the classes of the sandbox do is compared run by run',
  },
  'model-loader-inputs.json': by(routes, 'model-loader-inputs', 'loaders that the sandbox does not have'),
  'object_info-full.json': {
    tests: [routes],
    fixtures: ['object-info.json'],
    left: 'classes that the sandbox does not have',
  },
  'object_info-headers.json': {
    why: 'its figures are those of 889 classes; the headers of /object_info are those of every JSON answer',
  },
  'ordering-and-shutdown.json': {
    tests: [order, life, sockets],
    fixtures: ['ordering-and-shutdown.json'],
  },
  'other-routes.json': by(routes, 'other-routes'),
  'process-lifecycle.json': {
    tests: [life, flags],
    fixtures: ['process-lifecycle.json'],
    left: 'a missing front-end package: the sandbox has its own start page',
  },
  'prompt-cached.json': by(runs, 'prompt-cached'),
  'prompt-errors.json': by(errors, 'prompt-errors'),
  'prompt-failed.json': by(runs, 'prompt-failed'),
  'prompt-interrupted.json': by(runs, 'prompt-interrupted'),
  'prompt-no-client-id.json': by(runs, 'prompt-no-client-id'),
  'prompt-partial-targets-none.json': by(runs, 'prompt-partial-targets-none'),
  'prompt-partial-targets.json': by(runs, 'prompt-partial-targets'),
  'prompt-partially-cached.json': by(runs, 'prompt-partially-cached'),
  'prompt-progress-legacy-preview.json': by(runs, 'prompt-progress-legacy-preview'),
  'prompt-progress-metadata-preview.json': by(runs, 'prompt-progress-metadata-preview'),
  'prompt-save-image-websocket.json': by(runs, 'prompt-save-image-websocket'),
  'prompt-success.json': by(runs, 'prompt-success'),
  'prompt-text.json': by(runs, 'prompt-text'),
  'prompt-two-outputs.json': by(
    runs,
    'prompt-two-outputs',
    'which of the two output nodes runs first: chance in ComfyUI',
  ),
  'queue-and-cancel.json': by(runs, 'queue-and-cancel'),
  'startup-stderr.txt': {
    tests: [life],
    fixtures: ['startup-stderr.txt'],
    left: 'lines about packages that were missing on the recording machine',
  },
  'startup-with-log-stdout.stderr.txt': {
    tests: [life],
    fixtures: ['startup-with-log-stdout.stderr.txt'],
    left: 'the same, and tracebacks',
  },
  'startup-with-log-stdout.stdout.txt': {
    tests: [life],
    fixtures: ['startup-with-log-stdout.stdout.txt'],
    left: 'DEBUG lines about the import of each node file',
  },
  'system_stats.json': by(
    routes,
    'system_stats',
    'values: they tell about the machine; every field and its type is compared',
  ),
  'upload.json': by(routes, 'upload'),
  'v3-dynamic-inputs.json': { why: 'none of the classes with dynamic inputs is in the sandbox' },
  'view.json': by(routes, 'view', 'lengths of pictures'),
  'ws-cross-origin.json': by(sockets, 'ws-cross-origin'),
  'ws-feature-flags.json': by(sockets, 'ws-feature-flags'),
  'ws-logs-subscription.json': by(sockets, 'ws-logs-subscription'),
  'ws-no-client-id.json': by(sockets, 'ws-no-client-id'),
  'ws-reconnect.json': by(sockets, 'ws-reconnect', 'how far the job had come when the client came back'),
};
