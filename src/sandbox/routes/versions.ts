/** The ComfyUI that this server behaves like. */
export const comfyuiVersion = '0.33.0';

export const pythonVersion = '3.11.7 (Atelier sandbox)';

export const torchVersion = (device: 'cpu' | 'cuda'): string => (device === 'cpu' ? '2.13.0+cpu' : '2.13.0+cu130');

/** Python packages as GET /system_stats lists them: required ones, none of which is there. */
export const packageVersions = [
  { name: 'comfyui-frontend-package', installed: null, required: '1.49.6' },
  { name: 'comfyui-workflow-templates', installed: null, required: '0.11.44' },
  { name: 'comfyui-embedded-docs', installed: null, required: '0.5.10' },
  { name: 'comfy-kitchen', installed: null, required: '0.2.31' },
  { name: 'comfy-aimdo', installed: null, required: '0.4.13' },
] as const;
