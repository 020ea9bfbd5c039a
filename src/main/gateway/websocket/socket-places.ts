/** Whose a socket is. */
export interface SocketOwner {
  /** Network address. */
  readonly address: string;
  /** Program at that address. */
  readonly key: string;
}

/** What is open, of all, of one address and of one program there. */
export interface HeldPlaces {
  readonly all: number;
  readonly address: number;
  readonly key: number;
}

/**
 * Who may have one more of a limited number of places. A program may hold as many as are free, an address twice as many: whoever is
 * alone gets half of them, or two thirds, and always leaves some for others.
 */
export const judgePlace = (most: number, { all, address, key }: HeldPlaces): 'free' | 'share' | 'full' => {
  const free = most - all;
  if (free <= 0) return 'full';
  return key < free && address < 2 * free ? 'free' : 'share';
};

/** Places for websockets. */
export interface SocketPlaces {
  /** What gives the place back, once; or why there is none: the owner has its share, or all are taken. */
  take(owner: SocketOwner): (() => void) | 'share' | 'full';
}

const createCounts = () => {
  const counts = new Map<string, number>();
  return {
    of: (name: string): number => counts.get(name) ?? 0,
    add: (name: string, change: 1 | -1): void => {
      const count = (counts.get(name) ?? 0) + change;
      if (count === 0) counts.delete(name);
      else counts.set(name, count);
    },
  };
};

export const createSocketPlaces = (most: number): SocketPlaces => {
  const [addresses, keys] = [createCounts(), createCounts()];
  let all = 0;
  const change = ({ address, key }: SocketOwner, by: 1 | -1): void => {
    all += by;
    addresses.add(address, by);
    keys.add(key, by);
  };
  return {
    take: (owner) => {
      const verdict = judgePlace(most, { all, address: addresses.of(owner.address), key: keys.of(owner.key) });
      if (verdict !== 'free') return verdict;
      change(owner, 1);
      let isHeld = true;
      return () => {
        if (isHeld) change(owner, -1);
        isHeld = false;
      };
    },
  };
};
