import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import {
  ask,
  type GatewayWorld,
  openGatewayOver,
  type ScriptedServer,
  startScripted,
} from '../proxy/gateway-over.fixture.ts';

let world: GatewayWorld;
let servers: ScriptedServer[] = [];

afterEach(async () => {
  await world.close();
  for (const server of servers) await server.end();
  servers = [];
});

const node = (values: readonly string[]) => ({ input: { required: { name: [values] } }, output_node: false });

const classes = (count: number, own: string) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`Class ${index}`, node([own, `value ${index}`])]));

const open = async (answers: readonly unknown[]): Promise<void> => {
  servers = await Promise.all(
    answers.map((answer) =>
      startScripted((request, response) => {
        if (request.url === '/object_info') response.end(JSON.stringify(answer));
        else response.writeHead(404).end();
      }),
    ),
  );
  world = await openGatewayOver(servers.map(({ endpoint }) => endpoint));
};

const timesAsked = (): readonly number[] =>
  servers.map(({ requests }) => requests.filter((one) => one === 'GET /object_info').length);

describe('/object_info', () => {
  it('is asked of each instance once, however many ask', async () => {
    await open(Array.from({ length: 16 }, () => classes(900, 'same')));
    const first = await ask(world.gateway, '/api/object_info');
    expect(JSON.parse(first.body.toString())).toEqual(classes(900, 'same'));
    await expect.poll(() => timesAsked().every((times) => times === 1)).toBe(true);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        ask(world.gateway, index % 2 === 0 ? '/object_info' : '/api/object_info'),
      ),
    );
    expect(answers.every(({ status, body }) => status === 200 && body.equals(first.body))).toBe(true);
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(1);
    expect(Math.max(...timesAsked())).toBe(1);
  });

  it('waits for the nodes of an instance that has just started', async () => {
    servers = [
      await startScripted((_request, response) => {
        setTimeout(() => response.end('{"Late":{}}'), 300);
      }),
    ];
    world = await openGatewayOver(servers.map(({ endpoint }) => endpoint));
    expect(JSON.parse((await ask(world.gateway, '/object_info')).body.toString())).toEqual({ Late: {} });
    expect(timesAsked()).toEqual([1]);
  });

  it('is not sent again to whoever has it, and compressed to whoever takes that', async () => {
    await open([classes(300, 'a'), classes(300, 'b')]);
    await expect.poll(async () => String((await ask(world.gateway, '/object_info/Class%200')).body)).toContain('"b"');
    const plain = await ask(world.gateway, '/object_info');
    expect(plain.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(plain.body.byteLength),
      vary: 'accept-encoding',
    });
    const etag = String(plain.headers.etag);
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await ask(world.gateway, '/object_info', { headers: { 'if-none-match': given } });
      expect([again.status, again.body.byteLength, again.headers.etag]).toEqual([304, 0, etag]);
    }
    expect((await ask(world.gateway, '/object_info', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    for (const [encoding, unpack] of [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const) {
      const read = () => ask(world.gateway, '/object_info', { headers: { 'accept-encoding': encoding } });
      await expect.poll(async () => (await read()).headers['content-encoding']).toBe(encoding);
      const packed = await read();
      expect(packed.body.byteLength).toBeLessThan(plain.body.byteLength / 3);
      expect(unpack(packed.body).equals(plain.body)).toBe(true);
      expect(packed.headers.etag).not.toBe(etag);
      const headers = { 'if-none-match': String(packed.headers.etag), 'accept-encoding': encoding };
      expect((await ask(world.gateway, '/object_info', { headers })).status).toBe(304);
    }
    const head = await ask(world.gateway, '/object_info', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, headers: { etag, 'content-length': String(plain.body.byteLength) } });
  });

  it('is that of one class under its name, and empty for one that nobody has', async () => {
    await open([{ 'Primitive boolean [Crystools]': node(['x']), 'a/b %2F ü': node(['y']) }]);
    const read = async (target: string) => {
      const { status, body } = await ask(world.gateway, target);
      return [status, JSON.parse(body.toString())];
    };
    expect(await read('/object_info/Primitive%20boolean%20%5BCrystools%5D')).toEqual([
      200,
      { 'Primitive boolean [Crystools]': node(['x']) },
    ]);
    expect(await read('/api/object_info/a%2Fb%20%252F%20%C3%BC')).toEqual([200, { 'a/b %2F ü': node(['y']) }]);
    for (const name of ['Unknown', '__proto__', 'constructor', '%00', '%', 'x'.repeat(5000)])
      expect(await read(`/object_info/${name}`)).toEqual([200, {}]);
    expect(timesAsked()).toEqual([1]);
  });

  it('shows at once what another instance adds, and the rule of the settings', async () => {
    await open([{ A: node(['a', 'x']) }, { A: node(['b', 'x']), B: node([]) }]);
    const read = async () => JSON.parse((await ask(world.gateway, '/object_info')).body.toString());
    await expect.poll(read).toEqual({ A: node(['a', 'x', 'b']), B: node([]) });
    world.settings.current = { ...world.settings.current, gatewayComboRule: 'intersection' };
    expect(await read()).toEqual({ A: node(['x']), B: node([]) });
  });

  it('names what a client has uploaded', async () => {
    await open([{ LoadImage: { input: { required: { image: [['example.png'], { image_upload: true }] } } } }]);
    await ask(world.gateway, '/object_info');
    const form = new FormData();
    form.set('image', new Blob([new Uint8Array([1, 2, 3])]), 'mine.png');
    const uploaded = await fetch(`${world.gateway.address}/upload/image`, { method: 'POST', body: form });
    expect(uploaded.status).toBe(200);
    const info = JSON.parse((await ask(world.gateway, '/object_info')).body.toString());
    expect(info.LoadImage.input.required.image[0]).toEqual(['example.png', 'mine.png']);
  });

  it('comes from an instance that cannot describe itself in full as that instance has it', async () => {
    servers = [
      await startScripted((_request, response) => {
        response.writeHead(500, { 'content-type': 'text/plain' }).end('500 Internal Server Error');
      }),
    ];
    world = await openGatewayOver(servers.map(({ endpoint }) => endpoint));
    const answer = await ask(world.gateway, '/object_info');
    expect([answer.status, answer.body.toString()]).toEqual([500, '500 Internal Server Error']);
    // Once for the gateway itself, and once for the client: the next one has to wait a minute.
    expect((await ask(world.gateway, '/object_info')).status).toBe(503);
    expect(timesAsked()).toEqual([2]);
  });
});
