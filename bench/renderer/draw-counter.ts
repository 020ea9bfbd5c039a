/**
 * Runs in the page, before React: counts how often components of a name are drawn, the way React's own tools do. A component that ran in a
 * commit has the flag PerformedWork (1); below an element whose children are the same objects as before nothing ran.
 */
export const installDrawCounter = (names: readonly string[]): void => {
  interface Fiber {
    readonly type: unknown;
    readonly flags: number;
    readonly alternate: Fiber | null;
    readonly child: Fiber | null;
    readonly sibling: Fiber | null;
  }
  const performedWork = 1;
  const counts: Record<string, number> = {};
  const nameOf = (type: unknown): string => {
    if (typeof type === 'function') return type.name;
    if (typeof type !== 'object' || type === null) return '';
    if ('displayName' in type && typeof type.displayName === 'string') return type.displayName;
    return 'type' in type ? nameOf(type.type) : '';
  };
  const visit = (fiber: Fiber, before: Fiber | null): void => {
    const name = nameOf(fiber.type);
    if (names.includes(name) && (before === null || (fiber.flags & performedWork) !== 0)) {
      counts[name] = (counts[name] ?? 0) + 1;
    }
    if (before !== null && fiber.child === before.child) return;
    for (let child = fiber.child; child !== null; child = child.sibling) visit(child, child.alternate);
  };
  Object.assign(globalThis, {
    // The name that React looks for.
    __REACT_DEVTOOLS_GLOBAL_HOOK__: {
      supportsFiber: true,
      inject: () => 1,
      onCommitFiberRoot: (_id: number, { current }: { readonly current: Fiber }) => visit(current, current.alternate),
      onCommitFiberUnmount: () => undefined,
      onPostCommitFiberRoot: () => undefined,
    },
    takeDrawCounts: () => {
      const taken = { ...counts };
      for (const name of Object.keys(counts)) counts[name] = 0;
      return taken;
    },
  });
};
