/** Variables that ComfyUI, PyTorch or their libraries read, the guide's own first (002-C10), each with a usual value. */
export const knownVariables = [
  { name: 'PYTORCH_CUDA_ALLOC_CONF', example: 'max_split_size_mb:512' },
  { name: 'CUDA_VISIBLE_DEVICES', example: '0' },
  { name: 'COMFYUI_CUSTOM_NODES', example: '' },
  { name: 'HF_HOME', example: '' },
  { name: 'HF_HUB_OFFLINE', example: '1' },
  { name: 'TORCH_HOME', example: '' },
  { name: 'HTTPS_PROXY', example: '' },
  { name: 'NO_PROXY', example: 'localhost,127.0.0.1' },
  { name: 'CUDA_LAUNCH_BLOCKING', example: '1' },
  { name: 'HSA_OVERRIDE_GFX_VERSION', example: '' },
  { name: 'OMP_NUM_THREADS', example: '8' },
] as const;

export type KnownVariable = (typeof knownVariables)[number]['name'];

const names: readonly string[] = knownVariables.map(({ name }) => name);
export const isKnownVariable = (name: string): name is KnownVariable => names.includes(name);
