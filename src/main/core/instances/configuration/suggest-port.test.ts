import { describe, expect, it } from 'vitest';
import { configurationOf, createFakeMachine } from './fake-machine.fixture.ts';
import { suggestPort } from './suggest-port.ts';

const at = (port: number, changes = {}) => configurationOf({ id: `p${port}`, port, ...changes });

describe('suggesting a port', () => {
  it('takes the first that neither an instance nor a program has', async () => {
    const { machine } = createFakeMachine({ listeners: { 8190: null } });
    expect(await suggestPort(8188, [], machine.ports)).toBe(8188);
    expect(await suggestPort(8188, [at(8188), at(8189, { enabled: false })], machine.ports)).toBe(8191);
  });

  it('does not mind instances on other machines', async () => {
    const { machine } = createFakeMachine();
    expect(await suggestPort(8188, [at(8188, { kind: 'remote', host: 'gpu-box' })], machine.ports)).toBe(8188);
    expect(await suggestPort(8188, [at(8188, { kind: 'remote', host: 'localhost' })], machine.ports)).toBe(8189);
  });

  it('fails when none is left', async () => {
    const { machine } = createFakeMachine({ listeners: { 65535: null } });
    expect(await suggestPort(65_534, [], machine.ports)).toBe(65_534);
    await expect(suggestPort(65_535, [], machine.ports)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });
});
