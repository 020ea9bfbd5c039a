import { describe, expect, it } from 'vitest';
import { jobSubmissionSchema } from '#contract/models/job.ts';
import { local, openWorld, prompt, setUp } from './jobs-world.fixture.ts';

const token = 'token-of-the-user';
const extraData = { api_key_comfy_org: token, auth_token_comfy_org: { deep: token }, extra_pnginfo: { x: 1 } };

describe('the secrets of a job', () => {
  it('reach the instance and nothing else', async () => {
    const { a, clock, jobs, store, submit } = setUp([local('a')]);
    const id = await submit({ extraData });
    expect(a.submissions[0]?.extraData).toEqual(extraData);
    expect(jobs.record(id)?.order.extraData).toEqual({ extra_pnginfo: { x: 1 } });
    a.start(id);
    a.succeed(id);
    await clock.advance(1000);
    const known = JSON.stringify([jobs.get(id), jobs.events(id), jobs.record(id), store.rows(), store.writes]);
    expect(known).not.toContain(token);
    expect(Object.keys(store.read(id)?.order.sealed ?? {})).toEqual(['api_key_comfy_org', 'auth_token_comfy_org']);
  });

  it('are taken out of what a failed node was given', async () => {
    const { a, clock, jobs, store, submit, view } = setUp([local('a')]);
    const id = await submit({ extraData });
    a.start(id);
    a.fail(id, {
      node_id: '2',
      node_type: 'ApiNode',
      exception_type: 'ValueError',
      exception_message: `refused: ${token}`,
      traceback: [`key=${token}`],
      current_inputs: { auth: [token], image: ['x'] },
    });
    await clock.advance(1000);
    expect(view(id)).toMatchObject({ state: 'failed', nodeErrors: [{ message: 'refused: [hidden]' }] });
    expect(JSON.stringify([jobs.get(id), jobs.record(id), store.rows(), store.writes])).not.toContain(token);
    expect(JSON.stringify(jobs.record(id)?.entry)).toContain('"image":["x"]');
  });

  it('of a batch are sealed as well', async () => {
    const { a, clock, jobs, store } = setUp([local('a')]);
    const submission = jobSubmissionSchema.parse({ prompt, extraData });
    const batch = { id: 'b', title: '', total: 2, parameters: [], priority: 0, submittedAt: 0 };
    const taken = jobs.submitMany({ batch, submission, patches: [[], []] });
    await clock.advance(0);
    await clock.advance(0);
    await taken;
    await clock.advance(0);
    expect(a.submissions[0]?.extraData).toEqual(extraData);
    expect(JSON.stringify(store.rows())).not.toContain(token);
  });

  it('outlive the studio', async () => {
    const set = setUp([local('a', { status: 'stopped', readyAt: null })]);
    await set.submit({ extraData });
    set.kill();
    openWorld(set.world);
    set.fleet.change('a', { status: 'running', readyAt: 5 });
    await set.clock.advance(0);
    expect(set.a.submissions[0]?.extraData).toEqual(extraData);
  });

  it('that cannot be read any more set the job aside before anything is sent; it goes on when the key is back', async () => {
    const set = setUp([local('a', { status: 'stopped', readyAt: null })]);
    const id = await set.submit({ extraData });
    set.world.seal.lose();
    set.fleet.change('a', { status: 'running', readyAt: 5 });
    await set.clock.advance(0);
    expect(set.view(id)).toMatchObject({
      state: 'parked',
      error: { code: 'JOB_SECRET_LOST' },
      reason: { code: 'secret-lost' },
      deaths: 0,
    });
    expect(set.a.submissions).toEqual([]);
    expect(set.fleet.told).toContainEqual(['failed', 'a', id]);
    set.world.seal.find();
    await set.jobs.retry({ jobIds: [id] });
    await set.clock.advance(0);
    expect(set.a.submissions[0]?.extraData).toEqual(extraData);
  });
});
