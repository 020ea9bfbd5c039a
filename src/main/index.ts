import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runDesktop } from './desktop/desktop.ts';

// Built to out/main/index.js; preload and renderer lie beside `main`. Not awaited: Electron becomes ready only after its entry
// module has been evaluated, so a wait for that moment here would never end.
void runDesktop(dirname(dirname(fileURLToPath(import.meta.url))));
