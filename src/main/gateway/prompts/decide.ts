import type { NodeErrors, ValidationReason } from '#comfyui/validation/prompt-model.ts';
import { namesMediaFile } from '#core/workflows/input-files.ts';
import type { ErrorEnvelope } from '../error-envelope.ts';
import { type GroupVerdict, reasonsOf, type Verdict } from './fleet-verdict.ts';

/** What becomes of a prompt. */
export type Decision =
  | {
      readonly kind: 'taken';
      /** Why some outputs will not run, in ComfyUI's words; empty when all will. */
      readonly nodeErrors: NodeErrors;
      /** Instances that would refuse it, or run less of it, for reasons that the scheduler does not know of. */
      readonly excludedInstanceIds: readonly string[];
      /** Why even the instances that it goes to may refuse it; empty where they will not. */
      readonly doubts: readonly ValidationReason[];
    }
  | {
      readonly kind: 'refused';
      readonly body: ErrorEnvelope;
      /**
       * `values`: an instance lacks only models or files, which may have come since it told; `classes`: node classes too, which another
       * instance may have; `nothing`: the prompt is wrong wherever it runs.
       */
      readonly lack: 'values' | 'classes' | 'nothing';
    }
  /** ComfyUI's own validation would raise: the prompt is no graph at all. */
  | { readonly kind: 'raised'; readonly message: string };

type Group<Kind extends Verdict['kind']> = GroupVerdict & { readonly verdict: Extract<Verdict, { kind: Kind }> };

const ofKind =
  <Kind extends Verdict['kind']>(kind: Kind) =>
  (group: GroupVerdict): group is Group<Kind> =>
    group.verdict.kind === kind;

/** The reasons of a group for not running all of a prompt, or for perhaps not doing so. */
const allReasons = ({ verdict, doubts }: GroupVerdict): readonly ValidationReason[] => {
  if (verdict.kind === 'valid') return [...reasonsOf(verdict.nodeErrors), ...doubts];
  if (verdict.kind === 'raised') return [];
  const inside = reasonsOf(verdict.body.node_errors);
  return inside.length > 0 ? inside : [verdict.body.error];
};

/** The scheduler gives no job to an instance that lacks its classes or models, and sees when they come (core/workflows/job-needs.ts). */
const isSeenByScheduler = ({ type, extra_info: extra }: ValidationReason): boolean => {
  if (type === 'missing_node_type') return true;
  const value = extra['received_value'];
  return type === 'value_not_in_list' && typeof value === 'string' && !namesMediaFile(value);
};

const lackTypes: ReadonlySet<string> = new Set(['missing_node_type', 'value_not_in_list', 'custom_validation_failed']);

const lackOf = (groups: readonly GroupVerdict[]): Extract<Decision, { kind: 'refused' }>['lack'] => {
  const lacking = groups.filter((group) => allReasons(group).every(({ type }) => lackTypes.has(type)));
  if (lacking.length === 0) return 'nothing';
  return lacking.some(({ missing }) => missing.length === 0) ? 'values' : 'classes';
};

/** Further from running the prompt is who lacks more classes, and then who finds more wrong. */
const compareDistance = (a: GroupVerdict, b: GroupVerdict): number =>
  a.missing.length - b.missing.length || allReasons(a).length - allReasons(b).length;

/** Enough to see what is missing; one line for each of a thousand nodes helps nobody. */
const maxToldPerInstance = 20;

/** What one instance lacks, in short. */
const lacksOf = ({ verdict, missing }: Group<'invalid'>): readonly unknown[] => {
  const classes = missing.map(({ nodeId, classType }) => ({
    node_id: nodeId,
    class_type: classType,
    type: 'missing_node_type',
    message: 'The instance does not have this node class',
    details: classType,
  }));
  const values = Object.entries(verdict.body.node_errors).flatMap(([nodeId, { class_type, errors }]) =>
    errors.map(({ type, message, details }) => ({ node_id: nodeId, class_type, type, message, details })),
  );
  const told = [...classes, ...values];
  const { type, message, details } = verdict.body.error;
  return told.length === 0 ? [{ type, message, details }] : told.slice(0, maxToldPerInstance);
};

/** ComfyUI's own body where all say the same; else that of the one that comes closest, with what each of them lacks. */
const refusalBody = (groups: readonly Group<'invalid'>[]): ErrorEnvelope | null => {
  const [closest] = groups.toSorted(compareDistance);
  if (closest === undefined) return null;
  const { body } = closest.verdict;
  const text = groups.length === 1 ? '' : JSON.stringify(body);
  if (groups.every((group) => group === closest || JSON.stringify(group.verdict.body) === text)) return body;
  const perInstance = groups.flatMap((group) => group.instanceIds.map((id) => [id, lacksOf(group)] as const));
  const instances = Object.fromEntries(perInstance);
  return { ...body, error: { ...body.error, extra_info: { ...body.error.extra_info, instances } } };
};

const excludedIds = (groups: readonly GroupVerdict[], taken: readonly GroupVerdict[]): readonly string[] =>
  groups
    .filter((group) => !taken.includes(group))
    .filter((group) => !allReasons(group).every(isSeenByScheduler) || group.verdict.kind === 'raised')
    .flatMap(({ instanceIds }) => instanceIds);

/** Decides over a prompt by what the known instances would say; they must be one at least. */
export const decide = (groups: readonly GroupVerdict[]): Decision => {
  const valid = groups.filter(ofKind('valid'));
  if (valid.length > 0) {
    const most = Math.max(...valid.map(({ verdict }) => verdict.outputs.length));
    const able = valid.filter(({ verdict }) => verdict.outputs.length === most);
    const surest = Math.min(...able.map(({ doubts }) => doubts.length));
    const taken = able.filter(({ doubts }) => doubts.length === surest);
    const nodeErrors = taken[0]?.verdict.nodeErrors ?? {};
    const doubts = taken.flatMap((group) => group.doubts);
    return { kind: 'taken', nodeErrors, excludedInstanceIds: excludedIds(groups, taken), doubts };
  }
  const invalid = groups.filter(ofKind('invalid'));
  const body = refusalBody(invalid);
  if (body !== null) return { kind: 'refused', body, lack: lackOf(invalid) };
  const [raised] = groups.filter(ofKind('raised'));
  return { kind: 'raised', message: raised?.verdict.message ?? '' };
};
