import { isObject } from '#core/shared/json-object.ts';

/**
 * Instances number their files each for itself, so that two of them make files of one name. What the gateway tells of therefore
 * carries the instance in front of the subfolder, the one part of a file's address that clients hand back as it is (with a backslash behind
 * it where they join paths as Windows does).
 */
const marked = /^@(?<instanceId>[A-Za-z0-9][A-Za-z0-9_-]{0,63})(?:[\\/](?<subfolder>.*))?$/su;

const withMark = (subfolder: string, instanceId: string): string =>
  subfolder === '' ? `@${instanceId}` : `@${instanceId}/${subfolder}`;

const markFile = (item: unknown, instanceId: string): unknown => {
  if (!isObject(item) || typeof item['filename'] !== 'string' || typeof item['type'] !== 'string') return item;
  const subfolder = typeof item['subfolder'] === 'string' ? item['subfolder'] : '';
  return { ...item, subfolder: withMark(subfolder, instanceId) };
};

/** A path within the output folder: neither from the root nor from a drive, nor one that climbs out of it. */
const model = /^(?![\\/]|[A-Za-z]:|.*\.\.).+\.(?:glb|gltf|obj|fbx|stl|ply|usdz|splat|ksplat|spz)$/isu;

/**
 * What Preview3D and its like tell: `result: ["mesh/a.glb", camera, …]`, a path in the output folder as a text. Pages take the folders in front
 * of the name for the subfolder. One that has a mark was told of before and came back as an input; the pictures behind it are `temp/…` by
 * agreement with the page.
 */
const markModel = (item: unknown, instanceId: string): unknown =>
  typeof item === 'string' && model.test(item) && !marked.test(item) ? withMark(item, instanceId) : item;

const markItem = ([key, index]: readonly [string, number], item: unknown, instanceId: string): unknown =>
  key === 'result' && index === 0 ? markModel(item, instanceId) : markFile(item, instanceId);

/** The `ui` output of one node with its files marked; unknown keys pass as they are. */
export const markOutput = (output: unknown, instanceId: string): unknown =>
  isObject(output)
    ? Object.fromEntries(
        Object.entries(output).map(([key, list]) => [
          key,
          Array.isArray(list) ? list.map((item: unknown, index) => markItem([key, index], item, instanceId)) : list,
        ]),
      )
    : output;

/** The `outputs` of a history entry, node id to output. */
export const markOutputs = (outputs: unknown, instanceId: string): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(isObject(outputs) ? outputs : {}).map(([nodeId, output]) => [
      nodeId,
      markOutput(output, instanceId),
    ]),
  );

/** Where an output is told of: the instance that made it, and the only one that there is, null where there are others. */
export interface OutputPlace {
  readonly instanceId: string | null;
  /** What it makes itself needs nothing to tell it apart, and its clients see exactly what it says; one that is gone may have had its names. */
  readonly soleInstanceId: string | null;
}

/** The only instance of a fleet, or null. */
export const soleInstanceOf = (fleet: { candidates(): readonly { readonly instanceId: string }[] }): string | null => {
  const [first, ...others] = fleet.candidates();
  return first === undefined || others.length > 0 ? null : first.instanceId;
};

const markerOf = ({ instanceId, soleInstanceId }: OutputPlace): string | null =>
  instanceId === soleInstanceId || instanceId === '' ? null : instanceId;

/** The `ui` output of one node as clients are told of it. */
export const shownOutput = (output: unknown, place: OutputPlace): unknown => {
  const marker = markerOf(place);
  return marker === null ? output : markOutput(output, marker);
};

/** The `outputs` of a history entry as clients are told of them. */
export const shownOutputs = (outputs: unknown, place: OutputPlace): Readonly<Record<string, unknown>> => {
  const marker = markerOf(place);
  if (marker !== null) return markOutputs(outputs, marker);
  return isObject(outputs) ? outputs : {};
};

/** Takes the mark off; `instanceId` is null where there is none. */
export const readMark = (subfolder: string): { readonly instanceId: string | null; readonly subfolder: string } => {
  const groups = marked.exec(subfolder)?.groups;
  return groups === undefined
    ? { instanceId: null, subfolder }
    : { instanceId: groups['instanceId'] ?? null, subfolder: groups['subfolder'] ?? '' };
};
