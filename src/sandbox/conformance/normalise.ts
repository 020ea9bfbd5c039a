/*
 * What may differ between two servers that behave alike: ids, times, folders, random names. Everything else is compared.
 */

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const randomName = /ComfyUI_temp_[a-z]{5}_/g;

const consoleTime = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}/g;

/** Keys whose values are times in milliseconds or seconds. */
const timeKeys: ReadonlySet<string> = new Set([
  'timestamp',
  'create_time',
  'execution_start_time',
  'execution_end_time',
  'modified',
  'created',
]);

/** Keys whose lists come from a Python set: their order is chance. */
const setKeys: ReadonlySet<string> = new Set(['executed', 'current_outputs', 'dependent_outputs']);

export interface Names {
  /** Replaced by /srv/inst1, the base folder of the recordings. */
  readonly base?: string;
}

/** Numbers the ids of one answer or conversation by first appearance, so that equal stays equal and different stays different. */
const idNumbering = (): ((id: string) => string) => {
  const seen = new Map<string, number>();
  return (id) => {
    const number = seen.get(id) ?? seen.size + 1;
    seen.set(id, number);
    return `<id ${number}>`;
  };
};

const timeOf = (value: unknown): unknown => (typeof value === 'number' && value > 0 ? '<time>' : value);

/** A traceback is free text; that it is a list of lines is not. */
const tracebackOf = (value: unknown): unknown =>
  Array.isArray(value) && value.every((line) => typeof line === 'string') ? '<traceback>' : value;

/**
 * Replaces what may differ by marks. Ids are numbered over the whole value, so compare a whole conversation at once to
 * have their identity compared as well.
 */
export const normalise = (value: unknown, names: Names = {}): unknown => {
  const idName = idNumbering();
  const text = (original: string): string => {
    const based = names.base === undefined ? original : original.replaceAll(names.base, '/srv/inst1');
    return based
      .replace(uuid, idName)
      .replace(randomName, 'ComfyUI_temp_<random>_')
      .replace(consoleTime, '<time>')
      .replace(/executed in \d+\.\d\d seconds/g, 'executed in <time> seconds');
  };
  const visit = (item: unknown, key: string): unknown => {
    if (timeKeys.has(key)) return timeOf(item);
    if (key === 'traceback') return tracebackOf(item);
    if (typeof item === 'string') return text(item);
    if (Array.isArray(item)) {
      const visited = item.map((each) => visit(each, ''));
      return setKeys.has(key)
        ? visited.toSorted((first, second) => (String(first) < String(second) ? -1 : 1))
        : visited;
    }
    if (typeof item !== 'object' || item === null) return item;
    // Tooltips are free texts and stand in copies of input declarations.
    const entries = Object.entries(item).filter(([name]) => name !== 'tooltip');
    return Object.fromEntries(entries.map(([name, each]) => [text(name), visit(each, name)]));
  };
  return visit(value, '');
};

/** The type of every field, for answers whose values tell about the machine: figures, versions, arguments. */
export const shapeOf = (value: unknown): unknown => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]));
};
