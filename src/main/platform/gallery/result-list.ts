/** Results in the order of their list: newest first, and of those of the same moment the later found first. */
export interface ResultList {
  readonly ids: Float64Array;
  /** Epoch milliseconds, one for each id. */
  readonly createdAt: Float64Array;
}

const [comma, minus, zero] = [0x2c, 0x2d, 0x30];

/** Whole numbers that SQLite put together into one text, which is read many times faster than a row for each. */
export const numbersOf = (text: string): Float64Array => {
  if (text === '') return new Float64Array();
  const numbers = new Float64Array(Math.ceil(text.length / 2));
  let [length, value, sign] = [0, 0, 1];
  for (let at = 0; at <= text.length; at += 1) {
    const letter = at === text.length ? comma : text.charCodeAt(at);
    if (letter === minus) sign = -1;
    else if (letter !== comma) value = value * 10 + letter - zero;
    else {
      numbers[length] = sign * value;
      length += 1;
      [value, sign] = [0, 1];
    }
  }
  return numbers.slice(0, length);
};

/** Whether the first stands before the second. */
const isBefore = (one: readonly [at: number, id: number], other: readonly [at: number, id: number]): boolean =>
  one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);

const entryAt = ({ ids, createdAt }: ResultList, position: number): readonly [number, number] => [
  createdAt[position] ?? Number.NEGATIVE_INFINITY,
  ids[position] ?? Number.NEGATIVE_INFINITY,
];

/** Where an entry stands, or would stand. */
const placeOf = (list: ResultList, entry: readonly [number, number]): number => {
  let [low, high] = [0, list.ids.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(entryAt(list, middle), entry)) low = middle + 1;
    else high = middle;
  }
  return low;
};

const rangeOf = (ids: Float64Array): { readonly least: number; readonly most: number } => {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const id of ids) {
    if (id < least) least = id;
    if (id > most) most = id;
  }
  return { least, most };
};

/** What is picked from a list: what is in all of the sets, in each of which an id stands once, and of that time, `before` not included. */
export interface Picked {
  readonly sets: readonly Float64Array[];
  readonly since: number;
  readonly before: number;
}

/** What is picked from a list, in its order. */
export const pickFrom = (list: ResultList, { sets, since, before }: Picked): ResultList => {
  if (list.ids.length === 0) return list;
  const { least, most } = rangeOf(list.ids);
  const setsWithId = new Uint8Array(most - least + 1);
  for (const set of sets)
    for (const id of set) if (id >= least && id <= most) setsWithId[id - least] = (setsWithId[id - least] ?? 0) + 1;
  const ids = new Float64Array(list.ids.length);
  const createdAt = new Float64Array(list.ids.length);
  let length = 0;
  for (let position = 0; position < list.ids.length; position += 1) {
    const [at, id] = entryAt(list, position);
    if (at < since || at >= before || setsWithId[id - least] !== sets.length) continue;
    ids[length] = id;
    createdAt[length] = at;
    length += 1;
  }
  return { ids: ids.slice(0, length), createdAt: createdAt.slice(0, length) };
};

const allStand = (list: ResultList, now: ResultList): boolean => {
  for (let position = 0; position < now.ids.length; position += 1) {
    const entry = entryAt(now, position);
    const place = placeOf(list, entry);
    if (list.createdAt[place] !== entry[0] || list.ids[place] !== entry[1]) return false;
  }
  return true;
};

/** The list after some results changed; `now` holds those of them that belong into it, in its order. The same list where nothing moved. */
export const withChanged = (list: ResultList, touched: ReadonlySet<number>, now: ResultList): ResultList => {
  let stillThere = 0;
  for (const id of list.ids) if (touched.has(id)) stillThere += 1;
  if (stillThere === now.ids.length && allStand(list, now)) return list;
  // Of the right size at once: lists are large, and many small changes would leave as many copies to be cleaned up.
  const ids = new Float64Array(list.ids.length - stillThere + now.ids.length);
  const createdAt = new Float64Array(ids.length);
  let length = 0;
  const take = (from: ResultList, position: number): void => {
    ids[length] = from.ids[position] ?? 0;
    createdAt[length] = from.createdAt[position] ?? 0;
    length += 1;
  };
  let next = 0;
  for (let position = 0; position < list.ids.length; position += 1) {
    if (touched.has(list.ids[position] ?? 0)) continue;
    while (next < now.ids.length && isBefore(entryAt(now, next), entryAt(list, position))) {
      take(now, next);
      next += 1;
    }
    take(list, position);
  }
  for (; next < now.ids.length; next += 1) take(now, next);
  return { ids, createdAt };
};

/** Counts by quarters of an hour, newest first. */
export const countQuarters = ({ createdAt }: ResultList): readonly (readonly [quarter: number, count: number])[] => {
  const quarterMs = 900_000;
  const counts: (readonly [number, number])[] = [];
  let [quarter, count] = [Number.NaN, 0];
  for (const at of createdAt) {
    const own = Math.trunc(at / quarterMs);
    if (own !== quarter) {
      if (count > 0) counts.push([quarter, count]);
      quarter = own;
      count = 0;
    }
    count += 1;
  }
  if (count > 0) counts.push([quarter, count]);
  return counts;
};
