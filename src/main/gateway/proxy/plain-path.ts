/**
 * A path with the letters that need no escape written plainly, as ComfyUI's server reads it: `/%71ueue` is its `/queue`, and must not
 * pass by what the gateway has to say about that. Other escapes, slashes above all, stay.
 */
export const plainPath = (path: string): string =>
  path.replaceAll(/%(?:2[de]|3\d|[46][1-9a-f]|[57][0-9a]|5f|7e)/giu, (escape) => decodeURIComponent(escape));
