import { loadRecording } from '#sandbox/conformance/recording.ts';

/** The class whose node sends previews. */
export const previewClass: Readonly<Record<string, unknown>> = {
  BenchPreviews: {
    input: {
      required: {
        rate: ['FLOAT', { default: 30, min: 1, max: 1000 }],
        seconds: ['FLOAT', { default: 1, min: 0, max: 3600 }],
        lane: ['INT', { default: 0, min: 0, max: 10_000 }],
      },
    },
    input_order: { required: ['rate', 'seconds', 'lane'] },
    is_input_list: false,
    output: [],
    output_is_list: [],
    output_name: [],
    name: 'BenchPreviews',
    display_name: 'BenchPreviews',
    description: '',
    python_module: 'custom_nodes.bench',
    category: 'bench',
    output_node: true,
  },
};

/** Makes 900 classes as large as they are in ComfyUI: 1.61 MB with their texts (comfyui-protocol.md 2.2), which the recording is without. */
const descriptionLength = 1300;

/** As many classes as asked for, each a copy of a recorded one under a name of its own. */
export const manyClasses = (count: number): Readonly<Record<string, unknown>> => {
  const recorded = Object.entries(loadRecording('object-info') as Readonly<Record<string, object>>);
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const [name, info] = recorded[index % recorded.length] ?? ['', {}];
      const own = index < recorded.length ? name : `${name}${Math.floor(index / recorded.length)}`;
      return [
        own,
        { ...info, name: own, display_name: own, description: own.padEnd(descriptionLength, ' what it does') },
      ];
    }),
  );
};
