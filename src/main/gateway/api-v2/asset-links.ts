/** Where the bytes of an asset are, as a link of the host that is asked. */
export const contentLink = (assetId: string): string => `/api/v2/assets/${assetId}/content`;
