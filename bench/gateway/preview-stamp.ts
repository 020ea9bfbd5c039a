/** What a preview of the benchmark says about itself, at the end of its picture: whose it is, its number, and when it was sent. */
export interface PreviewStamp {
  readonly lane: number;
  readonly number: number;
  /** Epoch milliseconds, with fractions. */
  readonly sentAt: number;
}

const stampBytes = 16;

/** Writes the stamp over the last bytes of a frame. */
export const writePreviewStamp = (frame: Buffer, { lane, number, sentAt }: PreviewStamp): void => {
  const at = frame.length - stampBytes;
  frame.writeUInt32BE(lane, at);
  frame.writeUInt32BE(number, at + 4);
  frame.writeDoubleBE(sentAt, at + 8);
};

export const readPreviewStamp = (frame: Buffer): PreviewStamp => {
  const at = frame.length - stampBytes;
  return { lane: frame.readUInt32BE(at), number: frame.readUInt32BE(at + 4), sentAt: frame.readDoubleBE(at + 8) };
};
