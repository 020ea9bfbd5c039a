/**
 * Ends of real runs as ComfyUI 0.33.0 wrote them, colours included (comfyui-protocol.md 1.3), and of PyTorch and Python where a
 * message is theirs.
 */

const escape = String.fromCodePoint(27);
const info = `${escape}[32m[INFO]${escape}[0m `;
const warning = `${escape}[1m${escape}[33m[WARNING]${escape}[0m `;
const error = `${escape}[1m${escape}[31m[ERROR]${escape}[0m `;

const portTaken = [
  '********** ERROR ***********',
  `${info}comfyui-embedded-docs package not found`,
  `${info}Using RAM pressure cache.`,
  `${info}Starting server`,
  '',
  `${error}Port 18188 is already in use on address 127.0.0.1. Please close the other application or use a different port with --port.`,
];

const unknownFlag = [
  '               [--comfy-api-base COMFY_API_BASE] [--database-url DATABASE_URL]',
  '               [--enable-assets] [--enable-asset-hashing]',
  '               [--feature-flag KEY[=VALUE]] [--list-feature-flags]',
  'main.py: error: unrecognized arguments: --nope',
];

const severalUnknownFlags = ['main.py: error: unrecognized arguments: --nope value --neither'];

const badPort = [
  '               [--feature-flag KEY[=VALUE]] [--list-feature-flags]',
  "main.py: error: argument --port: invalid int value: 'x'",
];

const missingUserFolder = ["main.py: error: argument --user-directory: The path '/nope' does not exist."];

const exclusiveFlags = ['main.py: error: argument --lowvram: not allowed with argument --cpu'];

const unbindableAddress = [
  '                   ^^^^^^^^^^^^^^^^^^^^^^^^^',
  '  File "/root/.pyenv/versions/3.11.7/lib/python3.11/asyncio/base_events.py", line 1525, in create_server',
  "    raise OSError(err.errno, 'error while attempting '",
  "OSError: [Errno 99] error while attempting to bind on address ('203.0.113.77', 18190): cannot assign requested address",
];

const forbiddenPort = [
  '  File "/root/.pyenv/versions/3.11.7/lib/python3.11/asyncio/base_events.py", line 1525, in create_server',
  "PermissionError: [Errno 13] error while attempting to bind on address ('127.0.0.1', 80): permission denied",
];

const frontendMissing = [
  `${info}Python version: 3.11.7 (main, May  9 2026, 07:35:25) [GCC 12.2.0]`,
  `${info}ComfyUI version: 0.33.0`,
  `${error}********** ERROR ***********`,
  '',
  'comfyui-frontend-package is not installed.',
  '',
  'Please install the updated requirements.txt file by running:',
  '/srv/venv/bin/python -m pip install -r /srv/ComfyUI/requirements.txt',
  'If you are on the portable package you can run: update\\update_comfyui.bat to solve this problem.',
  '',
  'The ComfyUI frontend is shipped in a pip package so it needs to be updated separately from the ComfyUI code.',
  '',
  '********** ERROR ***********',
];

/** The same banner for the templates is no reason to end: this is from a run that came up. */
const templatesMissing = [
  `${error}********** ERROR ***********`,
  '',
  'comfyui-workflow-templates is not installed.',
  '',
  'Please install the updated requirements.txt file by running:',
  '/srv/venv/bin/python -m pip install -r /srv/ComfyUI/requirements.txt',
  '',
  '********** ERROR ***********',
];

const databaseLockedForAssets = [
  `${info}Context impl SQLiteImpl.`,
  `${info}Will assume non-transactional DDL.`,
  `${error}Failed to initialize database: Could not acquire lock on database '/srv/inst1/comfy.db'. Another ComfyUI process may already be using it. Use --database-url to specify a separate database file.`,
  'The --enable-assets flag requires a working database connection.',
  'To resolve this, try one of the following:',
  '  1. Install the latest requirements: pip install -r requirements.txt',
  '  2. Specify an alternative database URL: --database-url sqlite:///path/to/your.db',
  '  3. Use an in-memory database: --database-url sqlite:///:memory:',
];

/** Without --enable-assets ComfyUI goes on after this line. */
const databaseLockedButRunning = [
  `${error}Failed to initialize database. Please ensure you have installed the latest requirements. If the error persists, please report this as in future the database will be required: Could not acquire lock on database '/srv/inst1/comfy.db'. Another ComfyUI process may already be using it. Use --database-url to specify a separate database file.`,
  `${info}Starting server`,
];

const databaseLockedInMigration = [
  'Traceback (most recent call last):',
  '  File "/srv/ComfyUI/main.py", line 430, in setup_database',
  'sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database is locked',
  '(Background on this error at: https://sqlalche.me/e/20/e3q8)',
];

const customNodesFolderMissing = [
  '  File "/srv/ComfyUI/main.py", line 264, in <module>',
  '    execute_prestartup_script()',
  '  File "/srv/ComfyUI/main.py", line 227, in execute_prestartup_script',
  '    possible_modules = os.listdir(custom_node_path)',
  '                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
  "FileNotFoundError: [Errno 2] No such file or directory: '/srv/inst3/custom_nodes'",
];

const mainMissing = [
  "/srv/venv/bin/python: can't open file '/srv/nowhere/main.py': [Errno 2] No such file or directory",
];

const moduleMissing = [
  'Traceback (most recent call last):',
  '  File "/srv/ComfyUI/main.py", line 178, in <module>',
  '    import comfy.utils',
  '  File "/srv/ComfyUI/comfy/utils.py", line 20, in <module>',
  '    import torch',
  "ModuleNotFoundError: No module named 'torch'",
];

const importBroken = [
  'Traceback (most recent call last):',
  '  File "/srv/ComfyUI/main.py", line 178, in <module>',
  'ImportError: DLL load failed while importing fbgemm: The specified module could not be found.',
];

/** A module that only a built-in node lacks: it is skipped, and the start goes on. From a run that came up. */
const skippedNode = [
  `${warning}Traceback (most recent call last):`,
  '  File "/srv/ComfyUI/nodes.py", line 2263, in load_custom_node',
  '    module_spec.loader.exec_module(module)',
  '  File "/srv/ComfyUI/comfy_extras/nodes_glsl.py", line 12, in <module>',
  '    import comfy_angle',
  "ModuleNotFoundError: No module named 'comfy_angle'",
  '',
  `${warning}Cannot import /srv/ComfyUI/comfy_extras/nodes_glsl.py module for custom nodes: No module named 'comfy_angle'`,
  info,
  'Import times for custom nodes:',
  `${info}   0.0 seconds: /srv/inst1/custom_nodes/websocket_image_save.py`,
  `${info}   0.0 seconds: /srv/inst1/custom_nodes/research_pack`,
  info,
  `${warning}WARNING: some comfy_extras/ nodes did not import correctly. This may be because they are missing some dependencies.`,
];

const customNodeFails = [
  'Traceback (most recent call last):',
  '  File "/srv/ComfyUI/main.py", line 455, in <module>',
  '    event_loop.run_until_complete(start_all_func())',
  '  File "/srv/inst1/custom_nodes/research_pack/server.py", line 12, in on_startup',
  '    raise SystemError(reply)',
  '  File "/usr/lib/python3.11/json/decoder.py", line 337, in decode',
  'SystemError: licence server not reachable',
];

const customNodeFailsOnWindows = [
  'Traceback (most recent call last):',
  '  File "C:\\ComfyUI\\main.py", line 455, in <module>',
  '  File "C:\\ComfyUI\\custom_nodes\\research_pack\\__init__.py", line 3, in <module>',
  "ModuleNotFoundError: No module named 'insightface'",
];

const noCuda = [
  '  File "/srv/venv/lib/python3.11/site-packages/torch/cuda/__init__.py", line 310, in _lazy_init',
  '    raise AssertionError("Torch not compiled with CUDA enabled")',
  'AssertionError: Torch not compiled with CUDA enabled',
];

const noDriver = [
  '    torch._C._cuda_init()',
  'RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed a driver from http://www.nvidia.com/Download/index.aspx',
];

const hiddenGpu = ['    torch._C._cuda_init()', 'RuntimeError: No CUDA GPUs are available'];

const wrongOrdinal = [
  'RuntimeError: CUDA error: invalid device ordinal',
  'CUDA kernel errors might be asynchronously reported at some other API call, so the stacktrace below might be incorrect.',
  'For debugging consider passing CUDA_LAUNCH_BLOCKING=1',
  'Compile with `TORCH_USE_CUDA_DSA` to enable device-side assertions.',
];

const outOfMemory = [
  '  File "/srv/ComfyUI/comfy/model_management.py", line 700, in load_models_gpu',
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.53 GiB of which 1.20 GiB is free.',
];

/** An execution that runs out of memory fails alone; the server goes on. */
const outOfMemoryInJob = [
  '!!! Exception during processing !!! CUDA out of memory.',
  'torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.',
  'Got an OOM, unloading all loaded models.',
  'Prompt executed in 3.10 seconds',
  'got prompt',
  'Requested to load SDXL',
  'loaded completely; 4897.05 MB loaded, full load: True',
  'Prompt executed in 12.10 seconds',
];

const diskFull = [
  '  File "/srv/ComfyUI/folder_paths.py", line 90, in <module>',
  "OSError: [Errno 28] No space left on device: '/srv/inst1/input'",
];

const diskFullInDatabase = ['sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database or disk is full'];

const forbiddenFolder = [
  '  File "/srv/ComfyUI/app/user_manager.py", line 40, in __init__',
  "PermissionError: [Errno 13] Permission denied: '/srv/inst1/user'",
];

const interruptedImports = [
  '  File "<frozen importlib._bootstrap_external>", line 729, in _compile_bytecode',
  'KeyboardInterrupt',
];

export const captured = {
  portTaken,
  unknownFlag,
  severalUnknownFlags,
  badPort,
  missingUserFolder,
  exclusiveFlags,
  unbindableAddress,
  forbiddenPort,
  frontendMissing,
  templatesMissing,
  databaseLockedForAssets,
  databaseLockedButRunning,
  databaseLockedInMigration,
  customNodesFolderMissing,
  mainMissing,
  moduleMissing,
  importBroken,
  skippedNode,
  customNodeFails,
  customNodeFailsOnWindows,
  noCuda,
  noDriver,
  hiddenGpu,
  wrongOrdinal,
  outOfMemory,
  outOfMemoryInJob,
  diskFull,
  diskFullInDatabase,
  forbiddenFolder,
  interruptedImports,
} as const;
