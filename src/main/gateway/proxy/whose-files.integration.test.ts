import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ask, type GatewayWorld, openGatewayOver, type ScriptedServer, startScripted } from './gateway-over.fixture.ts';

let world: GatewayWorld;
let servers: ScriptedServer[] = [];
let heard: string[] = [];

afterEach(async () => {
  heard = [];
  await world.close();
  for (const server of servers) await server.end();
  servers = [];
});

/** Answers with its name, its request and the body of that. */
const named =
  (
    name: string,
    more: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
  ): RequestListener =>
  (request, response) => {
    if (more(request, response)) return;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { 'content-length': length = '' } = request.headers;
      const body = Buffer.concat(chunks).toString('latin1');
      if (request.url !== '/object_info')
        heard.push(`${name} ${request.method} ${request.url} ${length} ${body}`.trim());
      response.end(`from ${name}`);
    });
  };

const open = async (answers: readonly RequestListener[]): Promise<void> => {
  servers = await Promise.all(answers.map((answer) => startScripted(answer)));
  world = await openGatewayOver(servers.map(({ endpoint }) => endpoint));
};

const answersJson =
  (answers: Readonly<Record<string, unknown>>) =>
  (request: IncomingMessage, response: ServerResponse): boolean => {
    const value = answers[request.url ?? ''];
    if (value === undefined) return false;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    return true;
  };

describe('a file that a custom node shows through an address of its own', () => {
  it.each([
    [
      '/vhs/viewvideo?filename=a.mp4&subfolder=%40b%2Fsub&type=output&x=%20',
      '/vhs/viewvideo?filename=a.mp4&subfolder=sub&type=output&x=%20',
    ],
    ['/api/viewvideo?subfolder=@b&filename=a.mp4', '/api/viewvideo?subfolder=&filename=a.mp4'],
    ['/pack/view?filename=@b/sub/a.png', '/pack/view?filename=sub/a.png'],
  ])('comes from the instance that has it: %s', async (target, asked) => {
    await open([named('a'), named('b')]);
    expect((await ask(world.gateway, target)).body.toString()).toBe('from b');
    expect((await ask(world.gateway, target, { method: 'DELETE' })).body.toString()).toBe('from b');
    expect(heard).toEqual([`b GET ${asked}`, `b DELETE ${asked} 0`]);
  });

  it('stays as it is where nobody has that name', async () => {
    await open([named('a'), named('b')]);
    const target = '/pack/view?filename=a.png&subfolder=@gone/x';
    expect((await ask(world.gateway, target)).body.toString()).toBe('from a');
    expect(heard).toEqual([`a GET ${target}`]);
  });

  it('is missed in clear words while its instance does not run, and nobody else is asked', async () => {
    await open([named('a'), named('b')]);
    world.fleet.change('b', { status: 'stopped', readyAt: null });
    for (const [target, body] of [
      ['/vhs/viewvideo?filename=a.mp4&subfolder=@b', undefined],
      ['/pack/save', '{"filename":"a.mp4","subfolder":"@b"}'],
    ] as const) {
      const answer = await ask(world.gateway, target, body === undefined ? {} : { method: 'POST', body });
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      expect(JSON.parse(answer.body.toString())).toMatchObject({
        error: { type: 'instance_not_running', details: 'b' },
        node_errors: {},
      });
    }
    expect(heard).toEqual([]);
  });

  it('is not looked for elsewhere when its instance does not answer', async () => {
    await open([named('a'), (request) => request.socket.destroy()]);
    expect((await ask(world.gateway, '/vhs/viewvideo?filename=a.mp4&subfolder=@b')).status).toBe(502);
    expect(heard).toEqual([]);
  });

  it('may be named by a body, of which only that changes', async () => {
    await open([named('a'), named('b')]);
    const body = '{ "filename": "ä.png", "subfolder": "@b/sub", "size": 1.0 }';
    const sent = '{ "filename": "ä.png", "subfolder": "sub", "size": 1.0 }';
    const answer = await ask(world.gateway, '/pack/save', { method: 'POST', body });
    expect(answer.body.toString()).toBe('from b');
    expect(heard).toEqual([`b POST /pack/save ${Buffer.byteLength(sent)} ${Buffer.from(sent).toString('latin1')}`]);
  });

  it.each([
    ['/pack/save', '{"filename":"a.png","subfolder":"sub"}', {}],
    ['/pack/workflow', '{"workflow":{"subfolder":"@b/sub"}}', {}],
    ['/userdata/workflow.json', '{"subfolder":"@b"}', {}],
    ['/pack/upload', '{"subfolder":"@b"}', { 'content-type': 'application/octet-stream' }],
    ['/pack/save', `{"subfolder":"@b","data":"${'x'.repeat(70_000)}"}`, {}],
    ['/pack/save', '\xff{"subfolder":"@b"}', { 'content-type': 'application/octet-stream' }],
  ])('is not looked for in other bodies: %s', async (target, body, headers) => {
    await open([named('a'), named('b')]);
    await ask(world.gateway, target, { method: 'POST', body, headers });
    const asSent = Buffer.from(body).toString('latin1');
    expect(heard).toEqual([`a POST ${target} ${Buffer.byteLength(body)} ${asSent}`]);
  });

  it('is told of through a websocket of that instance', async () => {
    await open([named('a'), named('b')]);
    const accepted = new WebSocketServer({ noServer: true });
    servers[1]?.server.on('upgrade', (request, socket, head) => {
      accepted.handleUpgrade(request, socket, head, (connection) => connection.send(request.url ?? ''));
    });
    const address = `ws://127.0.0.1:${world.gateway.port}/pack/stream?filename=a&subfolder=@b/c`;
    const connection = new WebSocket(address);
    const [data] = await once(connection, 'message');
    expect(String(data)).toBe('/pack/stream?filename=a&subfolder=c');
    connection.close();
    await once(connection, 'close');
    accepted.close();
  });
});

describe('the scripts that packs add to the page', () => {
  const listsOf = (paths: readonly string[]) => answersJson({ '/extensions': paths });

  it('are listed for all instances and come from one that has the pack, home first', async () => {
    await open([
      named('a', listsOf(['/extensions/core/c.js', '/extensions/Shared/s.js'])),
      named('b', listsOf(['/extensions/shared/s.js', '/extensions/Only%20B/b.js'])),
      named('c', listsOf(['/extensions/Only%20B/b.js', '/extensions/only-c/c.js'])),
    ]);
    const list = [
      '/extensions/core/c.js',
      '/extensions/Shared/s.js',
      '/extensions/Only%20B/b.js',
      '/extensions/only-c/c.js',
    ];
    for (const target of ['/extensions', '/api/extensions']) {
      const answer = await ask(world.gateway, target);
      expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' } });
      expect(JSON.parse(answer.body.toString())).toEqual(list);
    }
    for (const target of [...list, '/extensions/Only%20B/icon.svg', '/extensions/nobodys/x.js'])
      await ask(world.gateway, target);
    expect(heard).toEqual([
      'a GET /extensions/core/c.js',
      'a GET /extensions/Shared/s.js',
      'b GET /extensions/Only%20B/b.js',
      'c GET /extensions/only-c/c.js',
      'b GET /extensions/Only%20B/icon.svg',
      'a GET /extensions/nobodys/x.js',
    ]);
  });

  it('come from another instance when the first one stops, and are not listed when none has them', async () => {
    await open([
      named('a', listsOf([])),
      named('b', listsOf(['/extensions/p/x.js'])),
      named('c', listsOf(['/extensions/p/x.js'])),
    ]);
    expect((await ask(world.gateway, '/extensions/p/x.js')).body.toString()).toBe('from b');
    world.fleet.change('b', { status: 'stopped', readyAt: null });
    expect((await ask(world.gateway, '/extensions/p/x.js')).body.toString()).toBe('from c');
    world.fleet.change('c', { status: 'stopped', readyAt: null });
    expect(JSON.parse((await ask(world.gateway, '/extensions')).body.toString())).toEqual([]);
  });

  it('are those of home alone while another instance does not answer', async () => {
    await open([named('a', listsOf(['/extensions/core/c.js'])), (request) => request.socket.destroy()]);
    expect(JSON.parse((await ask(world.gateway, '/extensions')).body.toString())).toEqual(['/extensions/core/c.js']);
  });
});

describe('the database of files that one instance has', () => {
  const withAssets = answersJson({ '/features': { supports_preview_metadata: true, assets: true } });

  it('is none of the fleet, so that pages show all files by their names', async () => {
    await open([named('a', withAssets), named('b', withAssets)]);
    expect(JSON.parse((await ask(world.gateway, '/features')).body.toString())).toMatchObject({ assets: false });
    for (const [target, method] of [
      ['/api/assets?limit=3', 'GET'],
      ['/api/%61ssets', 'POST'],
      ['/api/assets/x/content', 'GET'],
      ['/api/tags', 'GET'],
    ] as const) {
      const answer = await ask(world.gateway, target, {
        method,
        ...(method === 'POST' ? { body: 'x'.repeat(200_000) } : {}),
      });
      expect(answer.status, target).toBe(503);
      expect(JSON.parse(answer.body.toString())).toMatchObject({ error: { code: 'SERVICE_DISABLED', details: {} } });
    }
    expect((await ask(world.gateway, '/view?filename=blake3:00')).status).toBe(404);
    expect(heard).toEqual([]);
  });

  it('does not hide the files of the page', async () => {
    await open([named('a')]);
    for (const target of ['/assets/index-1a.js', '/assets/settings.svg', '/tags', '/api/tagsx'])
      expect((await ask(world.gateway, target)).body.toString()).toBe('from a');
  });
});
