import type { GatewayContext } from '../context.ts';

/** Whether any instance has the nodes of image editors, as far as it is known. */
export const knowsEditorNodes = ({ jobs }: Pick<GatewayContext, 'jobs'>): boolean => {
  const catalogs = [...jobs.catalogs.entries()];
  return (
    catalogs.length === 0 ||
    catalogs.some(({ catalog }) => [...catalog.classes].some((name) => name.startsWith('ETN_')))
  );
};
