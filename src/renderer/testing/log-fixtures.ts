import type { LogChunk } from '#contract/topics.ts';

const escape = '\u001b';
const head = [
  `${escape}[34m[INFO]${escape}[0m Checkpoint files will always be loaded safely.`,
  'Total VRAM 24217 MB, total RAM 64211 MB',
  'pytorch version: 2.9.1+cu128',
  'Set vram state to: NORMAL_VRAM',
  'Device: cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync',
  `${escape}[33mWARNING: You need pytorch with cu130 or higher to use optimized CUDA operations.${escape}[0m`,
  'Using pytorch attention',
  'Python version: 3.12.4 (main, Jun  6 2024, 18:26:44) [GCC 11.4.0]',
  'ComfyUI version: 0.33.0',
  '[Prompt Server] web root: /home/mara/ComfyUI/.venv/lib/python3.12/site-packages/comfyui_frontend_package/static',
  `${escape}[1;31mTraceback (most recent call last):${escape}[0m`,
  `  File "/home/mara/ComfyUI/nodes.py", line 2216, in load_custom_node`,
  `${escape}[31mModuleNotFoundError: No module named 'insightface'${escape}[0m`,
  'Import times for custom nodes:',
  `   0.0 seconds: /home/mara/ComfyUI/custom_nodes/websocket_image_save.py`,
  `   ${escape}[38;5;208m1.4 seconds (IMPORT FAILED)${escape}[0m: /home/mara/ComfyUI/custom_nodes/reactor`,
  'Starting server',
  '',
  `To see the GUI go to: ${escape}[4mhttp://127.0.0.1:8189${escape}[0m`,
];

const jobLines = (index: number): string[] => [
  'got prompt',
  `${Math.round(index * 4.7) % 100}%|${'█'.repeat(index % 20)}${' '.repeat(20 - (index % 20))}| ${index % 20}/20 [00:0${index % 9}<00:04,  4.91it/s]`,
  `${escape}[32mPrompt executed in ${(3 + (index % 7) * 0.31).toFixed(2)} seconds${escape}[0m`,
];

/** A start and many jobs, in chunks as the topic carries them. */
export const longLog = (jobCount = 400): LogChunk[] => {
  const texts = [head.join('\n'), ...Array.from({ length: jobCount }, (_, index) => jobLines(index).join('\n'))];
  let startByte = 0;
  return texts.map((lines) => {
    const text = `${lines}\n`;
    const endByte = startByte + new TextEncoder().encode(text).byteLength;
    const chunk = { startByte, endByte, text };
    startByte = endByte;
    return chunk;
  });
};
