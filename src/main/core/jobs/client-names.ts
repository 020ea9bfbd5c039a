/** Whose a job is, as far as it tells. */
export interface JobOwner {
  readonly clientId: string | null;
  /** The program that asked, as the gateway tells programs apart. */
  readonly caller: string | null;
}

/** Client ids of one program that take turns of their own at a time: a script may make up another one for each of its prompts. */
const maxIdsOfCaller = 16;

/**
 * Under which name the jobs of a client take turns: its client id, since several programs may share an address, and the program where
 * there is none or where it has made up too many. A client keeps its name for as long as jobs of it wait.
 */
export interface ClientNames {
  nameOf(owner: JobOwner): string;
  /** A job of that owner waits. */
  came(owner: JobOwner): void;
  left(owner: JobOwner): void;
}

interface Known {
  readonly name: string;
  readonly caller: string | null;
  jobs: number;
}

export const createClientNames = (): ClientNames => {
  const known = new Map<string, Known>();
  /** How many client ids of a program have a name of their own. */
  const own = new Map<string, number>();

  const countOwn = ({ name, caller }: Known, clientId: string, by: 1 | -1): void => {
    if (caller === null || name !== `id ${clientId}`) return;
    const count = (own.get(caller) ?? 0) + by;
    if (count === 0) own.delete(caller);
    else own.set(caller, count);
  };

  const nameOf = ({ clientId, caller }: JobOwner): string => {
    const program = caller === null ? '' : `caller ${caller}`;
    if (clientId === null) return program;
    const name = known.get(clientId)?.name;
    if (name !== undefined) return name;
    return caller !== null && (own.get(caller) ?? 0) >= maxIdsOfCaller ? program : `id ${clientId}`;
  };

  return {
    nameOf,
    came: (owner) => {
      const { clientId, caller } = owner;
      if (clientId === null) return;
      const client = known.get(clientId) ?? { name: nameOf(owner), caller, jobs: 0 };
      if (client.jobs === 0) countOwn(client, clientId, 1);
      client.jobs += 1;
      known.set(clientId, client);
    },
    left: ({ clientId }) => {
      const client = clientId === null ? undefined : known.get(clientId);
      if (clientId === null || client === undefined) return;
      client.jobs -= 1;
      if (client.jobs > 0) return;
      countOwn(client, clientId, -1);
      known.delete(clientId);
    },
  };
};
