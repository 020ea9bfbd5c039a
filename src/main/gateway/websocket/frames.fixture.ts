/** Binary frames as instances send them (comfyui-protocol.md 3.6). */
const frame = (first: number, second: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(first, 0);
  head.writeUInt32BE(second, 4);
  return Buffer.concat([head, ...parts]);
};

export const legacyPicture = (picture: string, format: 1 | 2 = 1): Uint8Array => frame(1, format, Buffer.from(picture));

export const picture = (
  jobId: string,
  node: string,
  bytes: string | Uint8Array,
  imageType: 'image/jpeg' | 'image/png' = 'image/jpeg',
): Uint8Array => {
  const names = { node_id: node, prompt_id: jobId, display_node_id: node, parent_node_id: null, real_node_id: node };
  const metadata = Buffer.from(JSON.stringify({ ...names, image_type: imageType }));
  return frame(4, metadata.length, metadata, typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
};

export const progressText = (node: string, text: string): Uint8Array =>
  frame(3, Buffer.byteLength(node), Buffer.from(node), Buffer.from(text));
