import { randomUUID } from 'node:crypto';
import type { MakeId } from '#core/ports/clock.ts';

/** Random UUIDs of version 4, in the canonical lower-case form that ComfyUI takes as a prompt id. */
export const createMakeId = (): MakeId => () => randomUUID();
