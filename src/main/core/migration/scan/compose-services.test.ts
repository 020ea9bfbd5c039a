import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { composeServices } from './compose-services.ts';
import { lookAtDockerMulti, lookAtDockerSingle } from './look-docker.ts';
import { memoryContext } from './memory-places.fixture.ts';

const multi = `
x-shared: &shared
  image: comfy
  deploy:
    resources:
      reservations:
        devices: [{ driver: nvidia, device_ids: ['0'], capabilities: [gpu] }]
services:
  core:
    <<: *shared
    environment:
      - COMFY_INSTANCE_ID=instance-01
      - COMFY_PORT=8188
      - CLI_ARGS=--lowvram --output-directory /instance/output
    ports: ['127.0.0.1:\${FIRST_PORT:-9188}:8188/tcp']
  complete:
    environment: { COMFY_INSTANCE_ID: instance-02, NVIDIA_VISIBLE_DEVICES: 1 }
    ports: [{ target: 8188, published: 9189 }]
  plain:
    environment: { NVIDIA_VISIBLE_DEVICES: all }
    ports: ['8188']
  broken: 3
`;

/** As compose reads it, merge keys included. */
const parsed: unknown = parse(multi, { version: '1.1', merge: true });

describe('a compose file', () => {
  it('tells ports of the host, arguments and GPUs of its services (001-C2)', () => {
    const services = composeServices(parsed, new Map());
    expect(services.map(({ name, instanceId, port, gpuDevice }) => [name, instanceId, port, gpuDevice])).toEqual([
      ['core', 'instance-01', 9188, 'cuda:0'],
      ['complete', 'instance-02', 9189, 'cuda:1'],
      ['plain', 'plain', null, ''],
    ]);
    expect(composeServices(parsed, new Map([['FIRST_PORT', '9500']]))[0]?.port).toBe(9500);
  });

  it.each([
    null,
    [],
    'text',
    { services: [] },
    { services: { a: null } },
    { services: { a: { ports: 3, environment: 4, deploy: [] } } },
  ])('of the shape %j breaks nothing', (document) => {
    expect(composeServices(document, new Map()).every(({ port }) => port === null)).toBe(true);
  });

  it('gives each instance of the multi layout its port, and no folder of the container', async () => {
    const context = memoryContext({
      '/srv/c/docker-compose.yml': multi.replace('<<: *shared', 'x-merged: true'),
      '/srv/c/storage/shared/models/loras/a.safetensors': '',
      '/srv/c/storage/instances/instance-01/user/x': '',
      '/srv/c/storage/instances/instance-02/user/x': '',
    });
    const seen = await lookAtDockerMulti('/srv/c', context);
    expect(seen?.candidates.map(({ key, port, arguments: given, gpuDevice }) => [key, port, given, gpuDevice])).toEqual(
      [
        ['instance-01', 9188, ['--lowvram'], 'auto'],
        ['instance-02', 9189, [], 'cuda:1'],
      ],
    );
    const output = seen?.candidates[0]?.folders.find(({ role }) => role === 'output');
    expect(output?.path).toBe('/srv/c/storage/instances/instance-01/output');
  });

  it('that moves folders of the flat layout is followed', async () => {
    const context = memoryContext({
      '/srv/f/.env': 'COMFY_MODEL_PATH=/mnt/models\nCOMFY_CUSTOM_NODE_PATH=./nodes\nCOMFY_PORT=8288\n',
      '/srv/f/data/models/x/y': '',
      '/srv/f/data/user/x': '',
      '/srv/f/nodes/Pack/__init__.py': '',
      '/mnt/models/loras/z': '',
    });
    const [candidate] = (await lookAtDockerSingle('/srv/f', context))?.candidates ?? [];
    expect(candidate).toMatchObject({ port: 8288, modelFolders: ['/mnt/models'], customNodes: ['Pack'] });
  });
});
