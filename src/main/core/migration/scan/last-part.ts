/** The last name of a path of any system. */
export const lastPart = (path: string): string => path.split(/[\\/]/u).findLast((part) => part !== '') ?? path;
