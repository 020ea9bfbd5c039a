/**
 * Lines with which ComfyUI says that it holds no models any more, without their colours and level. Each has its captured line in
 * unload-signatures.fixture.ts. What is left out on purpose: `1 models unloaded.` makes room for another model and leaves the rest,
 * and so does `Unloaded partially: …`.
 */
const unloadLines: readonly RegExp[] = [
  // execution.py: a node ran out of memory, so that everything was unloaded.
  /^Got an OOM, unloading all loaded models\.$/,
  // execution.py, CacheSet: written when the caches are made anew, which is at the start and after a /free with free_memory. The
  // classic cache is silent.
  /^Using RAM pressure cache\.$/,
  /^Using LRU cache$/,
  /^Disabling intermediate node cache\.$/,
];

/** Whether a plain line says so. In a start it says nothing, since there was nothing to unload. */
export const tellsOfUnload = (plainText: string): boolean => unloadLines.some((pattern) => pattern.test(plainText));
