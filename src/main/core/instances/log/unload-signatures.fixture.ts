/** Lines as ComfyUI 0.33.0 writes them (since 0.33 with colours, before without). */
const escape = String.fromCodePoint(27);
const info = `${escape}[32m[INFO]${escape}[0m `;
const error = `${escape}[1m${escape}[31m[ERROR]${escape}[0m `;

/** Everything is unloaded. */
export const unloading: readonly string[] = [
  `${error}Got an OOM, unloading all loaded models.`,
  'Got an OOM, unloading all loaded models.',
  `${info}Using RAM pressure cache.`,
  `${info}Using LRU cache`,
  `${info}Disabling intermediate node cache.`,
];

/** Something is unloaded, or nothing is. */
export const keeping: readonly string[] = [
  `${info}0 models unloaded.`,
  `${info}1 models unloaded.`,
  `${info}Unloaded partially: 2048.00 MB freed, 4096.00 MB remains loaded, 37.50 MB buffer reserved, lowvram patches: 0`,
  `${info}Requested to load SDXL`,
  `${info}loaded completely; 9976.80 MB usable, 4897.05 MB loaded, full load: True`,
  `${info}got prompt`,
  `${info}Prompt executed in 0.52 seconds`,
  'a node that says: Using LRU cache',
];
