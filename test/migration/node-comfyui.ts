import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Just enough of a ComfyUI for whoever looks for one; Node runs it, whatever its name ends with. */
const program = `
  const { createServer } = require('node:http');
  const { readdirSync, mkdirSync, writeFileSync } = require('node:fs');
  const { join } = require('node:path');
  const argv = process.argv.slice(2);
  if (argv.includes('--help')) {
    console.log('usage: main.py [-h] [--listen [IP]] [--port PORT] [--base-directory BASE_DIRECTORY] [--extra-model-paths-config PATH [PATH ...]] [--output-directory OUTPUT_DIRECTORY] [--temp-directory TEMP_DIRECTORY] [--input-directory INPUT_DIRECTORY] [--user-directory USER_DIRECTORY] [--database-url DATABASE_URL] [--models-directory MODELS_DIRECTORY] [--lowvram]');
    process.exit(0);
  }
  const flag = (name) => { const at = argv.indexOf(name); return at === -1 ? null : argv[at + 1]; };
  const port = Number(flag('--port') ?? 8188);
  const user = flag('--user-directory') ?? join(__dirname, 'user');
  const models = flag('--models-directory') ?? join(__dirname, 'models');
  mkdirSync(join(user, 'default'), { recursive: true });
  writeFileSync(join(user, 'comfyui.log'), 'a log of this start ' + port);
  const kinds = ['checkpoints', 'loras'];
  const list = (kind) => { try { return readdirSync(join(models, kind), { recursive: true }).filter((name) => name.endsWith('.safetensors')); } catch { return []; } };
  const history = {};
  const stats = { system: { os: 'linux', comfyui_version: '0.33.0', python_version: '3', pytorch_version: '2', embedded_python: false, argv: ['main.py', ...argv], ram_total: 1, ram_free: 1 }, devices: [] };
  const info = Object.fromEntries(['EmptyImage', 'PreviewImage'].map((name) => [name, { input: { required: {} }, output: [], output_node: name === 'PreviewImage', name }]));
  const answers = { '/system_stats': stats, '/prompt': { exec_info: { queue_remaining: 0 } }, '/object_info': info, '/queue': { queue_running: [], queue_pending: [] }, '/models': kinds };
  createServer((request, response) => {
    const path = request.url.split('?')[0];
    let body = '';
    request.on('data', (piece) => { body += piece; });
    request.on('end', () => {
      const [, first, second] = path.split('/');
      let answer = answers[path];
      if (request.method === 'POST' && path === '/prompt') {
        const id = JSON.parse(body).prompt_id ?? 'prompt';
        history[id] = { prompt: [1, id, {}, {}, []], outputs: { 2: { images: [] } }, status: { status_str: 'success', completed: true, messages: [] } };
        answer = { prompt_id: id, number: 1, node_errors: {} };
      }
      if (first === 'history') answer = second === undefined ? history : second in history ? { [second]: history[second] } : {};
      if (first === 'models' && second !== undefined) answer = list(second);
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    });
  }).listen(port, '127.0.0.1', () => console.log('To see the GUI go to: http://127.0.0.1:' + port));
  process.on('SIGINT', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
`;

/** Makes the program of an old install one that runs here: its Python is Node. */
export const makeRunnable = (root: string): void => {
  writeFileSync(join(root, 'main.py'), program);
  writeFileSync(join(root, 'comfyui_version.py'), '__version__ = "0.33.0"\n');
  mkdirSync(join(root, 'comfy'), { recursive: true });
  writeFileSync(join(root, 'comfy', '__init__.py'), '');
  writeFileSync(join(root, 'nodes.py'), '');
  writeFileSync(join(root, 'folder_paths.py'), '');
  writeFileSync(join(root, 'execution.py'), '');
  mkdirSync(join(root, 'venv', 'bin'), { recursive: true });
  symlinkSync(process.execPath, join(root, 'venv', 'bin', 'python'));
};
