import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { StudioError } from '#contract/errors.ts';
import { judge, renderAims } from './scheduling/aims.ts';
import { compare } from './scheduling/compare.ts';
import { allPolicies } from './scheduling/policies/all-policies.ts';
import { legend, renderComparison } from './scheduling/report.ts';
import { builtInTraces } from './scheduling/traces/built-in-traces.ts';
import { changeTraces, chooseByName, readTraces } from './scheduling/traces/change-traces.ts';

/**
 * Plays traces of work through the studio's scheduler and through the rules of other balancers, on a virtual clock: how long until all
 * is done, how long jobs wait, how often models are loaded, and how far that is from what no scheduler could beat.
 */
const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    json: { type: 'boolean' },
    seeds: { type: 'string', default: '1,2,3' },
    policies: { type: 'string' },
    traces: { type: 'string' },
    trace: { type: 'string' },
    set: { type: 'string', multiple: true },
    'disk-streams': { type: 'string' },
    residency: { type: 'string' },
    'print-traces': { type: 'boolean' },
    'max-loads': { type: 'string', default: '2' },
    'starvation-seconds': { type: 'string', default: '600' },
  },
});

const help = `npm run bench -- scheduling [options]
  --seeds 1,2,3           averages over these seeds
  --policies a,b          only policies whose name begins with one of these
  --traces 1,3-poisson    only traces whose name begins with one of these
  --trace FILE            traces from a JSON file instead: one object or a list, as --print-traces shows them
  --set KEY=JSON          changes every trace that is chosen, e.g. --set runSpread=0.3 --set models.count=10 --set streams.0.load=0.9;
                          a trace that has nothing of the kind is named and left out
  --disk-streams N        loads that one host's disk feeds at full speed (default 2), or "unlimited"
  --residency RULE        last-set: a card holds the models of its last graph; memory: the most recently used that fit
  --max-loads N           the studio's load token: loads that it allows at once on a host (default 2)
  --starvation-seconds N  the studio's limit after which a job is next for a load (default 600)
  --print-traces          the parameters of the traces as JSON
  --json                  results as JSON
`;

const list = (text: string | undefined): readonly string[] | null =>
  text?.split(',').filter((name) => name !== '') ?? null;
const run = (): void => {
  const given: unknown = values.trace === undefined ? builtInTraces() : JSON.parse(readFileSync(values.trace, 'utf8'));
  const changes = [
    ...(values.set ?? []),
    ...(values.residency === undefined ? [] : [`residency=${JSON.stringify(values.residency)}`]),
    ...(values['disk-streams'] === undefined
      ? []
      : [`diskStreams=${values['disk-streams'] === 'unlimited' ? 'null' : values['disk-streams']}`]),
  ];
  const { traces, refusals } = changeTraces(chooseByName(readTraces(given), list(values.traces)), changes);
  for (const refusal of refusals) process.stderr.write(`LEFT OUT  ${refusal}\n`);
  if (traces.length === 0) {
    process.exitCode = 2;
    return;
  }
  if (values['print-traces'] === true) {
    process.stdout.write(`${JSON.stringify(traces, null, 2)}\n`);
    return;
  }
  const starvationLimitMs = Number(values['starvation-seconds']) * 1000;
  const policies = chooseByName(
    allPolicies({ maxConcurrentLoads: Number(values['max-loads']), starvationLimitMs }),
    list(values.policies),
  );
  const seeds = values.seeds.split(',').map(Number);
  const comparisons = traces.map((parameters) => {
    const comparison = compare(parameters, policies, { seeds, stopwatch: () => performance.now(), starvationLimitMs });
    if (values.json !== true) process.stdout.write(`${renderComparison(comparison)}\n\n`);
    return comparison;
  });
  const aims = judge(comparisons, 'atelier');
  if (aims.some(({ verdict }) => verdict === 'fail')) process.exitCode = 1;
  if (values.json === true)
    process.stdout.write(`${JSON.stringify({ seeds, comparisons, aims, leftOut: refusals })}\n`);
  else
    process.stdout.write(
      `${legend}\n\n${[renderAims(aims), ...refusals.map((text) => `LEFT OUT  ${text}`)].join('\n')}\n`,
    );
};

try {
  if (values.help === true) process.stdout.write(help);
  else run();
} catch (error) {
  if (!(error instanceof StudioError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
