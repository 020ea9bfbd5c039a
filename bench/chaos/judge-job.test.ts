import { describe, expect, it } from 'vitest';
import { type InstanceKill, type JobEventRow, type JobFile, judgeJob } from './judge-job.ts';

const event = (at: number, type: string, instanceId: string | null = null): JobEventRow => ({ at, type, instanceId });
const file = (writtenAt: number, instanceId: string): JobFile => ({ writtenAt, instanceId });
const kill = (at: number, instanceId: string): InstanceKill => ({ at, pid: 1, instanceId });

/** Given to `a`, lost by the studio's word, run again on `b`. */
const lostOnce = [
  event(100, 'assigned', 'a'),
  event(300, 'lost', 'a'),
  event(300, 'requeued'),
  event(400, 'assigned', 'b'),
  event(900, 'succeeded', 'b'),
];
const bothFiles = [file(200, 'a'), file(800, 'b')];

describe('judgeJob', () => {
  it('takes one file for one run', () => {
    const events = [event(100, 'assigned', 'a'), event(900, 'succeeded', 'a')];
    expect(judgeJob({ events, files: [file(800, 'a')], kills: [] }).kind).toBe('once');
  });

  it('excuses a second file after a kill between the sending and the end', () => {
    expect(judgeJob({ events: lostOnce, files: bothFiles, kills: [kill(250, 'a')] }).kind).toBe('repeated');
  });

  it.each([
    ['nothing was killed, whatever the studio says', []],
    ['another instance was killed', [kill(250, 'b')]],
    ['it was killed before it had the job', [kill(50, 'a')]],
    ['it was killed after the job had been given to another', [kill(500, 'a')]],
  ])('finds a job run twice when %s', (_, kills) => {
    expect(judgeJob({ events: lostOnce, files: bothFiles, kills }).kind).toBe('doubled');
  });

  it('finds a job run again after its end was collected', () => {
    const events = [
      event(100, 'assigned', 'a'),
      event(300, 'collected', 'a'),
      event(400, 'assigned', 'b'),
      event(900, 'succeeded', 'b'),
    ];
    expect(judgeJob({ events, files: bothFiles, kills: [kill(350, 'a')] }).kind).toBe('doubled');
  });

  it('finds a first run that goes on beside the second', () => {
    const files = [file(800, 'b'), file(950, 'a')];
    expect(judgeJob({ events: lostOnce, files, kills: [] }).kind).toBe('doubled');
  });

  it('finds a file of an instance that never had the job', () => {
    const events = [event(100, 'assigned', 'a'), event(900, 'succeeded', 'a')];
    expect(judgeJob({ events, files: [file(500, 'c')], kills: [] }).kind).toBe('doubled');
  });

  it('finds two files of one run', () => {
    const events = [event(100, 'assigned', 'a'), event(900, 'succeeded', 'a')];
    const files = [file(500, 'a'), file(600, 'a')];
    expect(judgeJob({ events, files, kills: [kill(550, 'a')] }).kind).toBe('doubled');
  });

  it('finds two successes without a second file', () => {
    const events = [event(1, 'assigned', 'a'), event(2, 'succeeded', 'a'), event(3, 'succeeded', 'a')];
    expect(judgeJob({ events, files: [file(2, 'a')], kills: [] }).kind).toBe('doubled');
  });

  it('lets the owner cancel a run and ask for it again', () => {
    const events = [
      event(100, 'assigned', 'a'),
      event(300, 'cancelled'),
      event(350, 'retried'),
      event(400, 'assigned', 'b'),
      event(900, 'succeeded', 'b'),
    ];
    expect(judgeJob({ events, files: bothFiles, kills: [] }).kind).toBe('repeated');
  });
});
