/** A picture on its way to clients. */
export interface PreviewPicture {
  readonly bytes: Uint8Array;
  readonly mediaType: 'image/jpeg' | 'image/png';
}

const eventTypes = { previewImage: 1, text: 3, previewImageWithMetadata: 4 } as const;

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** Frame 1: a preview without any id; the format is 1 for JPEG and 2 for PNG (comfyui-protocol.md 3.6). */
export const previewFrame = (picture: PreviewPicture): Buffer =>
  Buffer.concat([uint32(eventTypes.previewImage), uint32(picture.mediaType === 'image/png' ? 2 : 1), picture.bytes]);

/** Frame 4: a preview with its node and prompt, for clients that announced supports_preview_metadata. */
export const metadataPreviewFrame = (picture: PreviewPicture, nodeId: string, promptId: string): Buffer => {
  const metadata = Buffer.from(
    JSON.stringify({
      node_id: nodeId,
      prompt_id: promptId,
      display_node_id: nodeId,
      parent_node_id: null,
      real_node_id: nodeId,
      image_type: picture.mediaType,
    }),
  );
  return Buffer.concat([uint32(eventTypes.previewImageWithMetadata), uint32(metadata.length), metadata, picture.bytes]);
};

/** Frame 3: a line of text of a node. */
export const textFrame = (nodeId: string, text: string): Buffer => {
  const id = Buffer.from(nodeId);
  return Buffer.concat([uint32(eventTypes.text), uint32(id.length), id, Buffer.from(text)]);
};
