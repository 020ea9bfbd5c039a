import type { Comparison, PolicyRow } from './compare.ts';

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
const ratio = (value: number, bound: number): string => (bound > 0 ? (value / bound).toFixed(3) : '-');
const perSecond = (microseconds: number): string =>
  microseconds > 0 ? Math.round(1e6 / microseconds).toString() : '-';

interface Column {
  readonly title: string;
  readonly text: (row: PolicyRow, comparison: Comparison) => string;
}

const columns: readonly Column[] = [
  { title: 'makespan s', text: ({ measures }) => seconds(measures.makespanMs) },
  { title: '/ bound', text: ({ measures }, { makespanBoundMs }) => ratio(measures.makespanMs, makespanBoundMs) },
  { title: 'mean wait s', text: ({ measures }) => seconds(measures.meanWaitMs) },
  { title: '/ bound', text: ({ measures }, { meanWaitBoundMs }) => ratio(measures.meanWaitMs, meanWaitBoundMs) },
  { title: 'p95 s', text: ({ measures }) => seconds(measures.p95WaitMs) },
  { title: 'longest s', text: ({ measures }) => seconds(measures.longestWaitMs) },
  { title: 'interactive s', text: ({ measures }) => seconds(measures.interactiveWaitMs) },
  { title: 'loads', text: ({ measures }) => measures.loads.toFixed(0) },
  { title: 'overtakes', text: ({ measures }) => String(measures.lateOvertakes) },
  { title: 'decisions/s', text: ({ measures }) => perSecond(measures.decisionMeanMicroseconds) },
  { title: 'p99 µs', text: ({ measures }) => measures.decisionP99Microseconds.toFixed(0) },
  { title: 'max µs', text: ({ measures }) => measures.decisionMaxMicroseconds.toFixed(0) },
];

/** One trace as a table, a policy a line. */
export const renderComparison = (comparison: Comparison): string => {
  const { trace, goal, jobs, cards, makespanBoundMs, meanWaitBoundMs, rows } = comparison;
  const nameWidth = Math.max(6, ...rows.map(({ policy }) => policy.length));
  const cells = rows.map((row) => columns.map(({ text }) => text(row, comparison)));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => (line[index] ?? '').length)),
  );
  const line = (name: string, texts: readonly string[]): string =>
    [name.padEnd(nameWidth), ...texts.map((text, index) => text.padStart(widths[index] ?? 0))].join('  ').trimEnd();
  return [
    `${trace}: ${jobs} jobs, ${cards} cards, compared by ${goal}; lower bounds: makespan ${seconds(makespanBoundMs)} s, mean wait ${seconds(meanWaitBoundMs)} s`,
    line(
      'policy',
      columns.map(({ title }) => title),
    ),
    ...rows.map((row, index) => line(row.policy, cells[index] ?? [])),
  ].join('\n');
};

export const legend = `wait: arrival to begin of the run, load included. longest: over all seeds. overtakes: starts that passed a job of
their kind which had waited for longer than the starvation limit, where late-starts.ts does not allow that, and turns that a batch which waited so long did not get. decisions/s: by mean real time of one decision; p99 and max: its worst seed. bound: see bounds/*.ts.`;
