import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isListening } from '../../test/processes.ts';
import { waitFor } from '../../test/studio-client.ts';
import { freePort, type OnFinished } from '../../test/studio-fixture.ts';

/*
 * What else people put in front of one ComfyUI. Each runs on loopback, in one process with one thread, with a configuration as its
 * manual has it for one upstream with connections that are kept.
 */

export interface OtherProxy {
  readonly name: string;
  readonly origin: string;
  readonly pid: number;
}

interface Plan {
  readonly name: string;
  readonly program: string;
  readonly configure: (ports: { readonly own: number; readonly upstream: number }, folder: string) => string;
  readonly args: (file: string, folder: string) => readonly string[];
}

const nginx: Plan = {
  name: 'nginx',
  program: 'nginx',
  configure: ({ own, upstream }, folder) => `
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  sendfile on;
  keepalive_requests 1000000;
  upstream comfyui { server 127.0.0.1:${upstream}; keepalive 64; }
  server {
    listen 127.0.0.1:${own};
    client_max_body_size 100m;
    location / {
      proxy_pass http://comfyui;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_max_temp_file_size 0;
    }
  }
}
`,
  args: (file, folder) => ['-c', file, '-p', folder, '-g', 'daemon off; master_process off;'],
};

const haproxy: Plan = {
  name: 'HAProxy',
  program: 'haproxy',
  configure: ({ own, upstream }) => `
global
  nbthread 1
  maxconn 2000
defaults
  mode http
  http-reuse always
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen comfyui
  bind 127.0.0.1:${own}
  server upstream 127.0.0.1:${upstream}
`,
  args: (file) => ['-db', '-f', file],
};

/** How a program is had that is not there. */
const advice = 'Debian: apt-get install -y nginx-light haproxy';

const isInstalled = (program: string): boolean => spawnSync(program, ['-v'], { stdio: 'ignore' }).error === undefined;

const start = async (
  plan: Plan,
  upstreamPort: number,
  { folder, onFinished }: { readonly folder: string; readonly onFinished: OnFinished },
): Promise<OtherProxy> => {
  const own = await freePort();
  const home = join(folder, plan.program);
  await mkdir(home, { recursive: true });
  const file = join(home, `${plan.program}.conf`);
  await writeFile(file, plan.configure({ own, upstream: upstreamPort }, home));
  const child = spawn(plan.program, [...plan.args(file, home)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  onFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await waitFor(
    plan.name,
    () => isListening(own),
    (listens) => listens,
    5000,
  );
  return { name: plan.name, origin: `http://127.0.0.1:${own}`, pid: child.pid ?? 0 };
};

/** Starts those that are installed; says of the others how to get them. */
export const startOtherProxies = async (
  upstreamPort: number,
  surroundings: { readonly folder: string; readonly onFinished: OnFinished },
): Promise<{ readonly proxies: readonly OtherProxy[]; readonly missing: readonly string[] }> => {
  const plans = [nginx, haproxy];
  const proxies: OtherProxy[] = [];
  for (const plan of plans.filter(({ program }) => isInstalled(program)))
    proxies.push(await start(plan, upstreamPort, surroundings));
  const missing = plans
    .filter(({ program }) => !isInstalled(program))
    .map(({ name }) => `${name} is not installed (${advice}): its figures are missing`);
  return { proxies, missing };
};
