/** A small deterministic picture, so that previews and results have something to show. */
export const drawnPicture = (seed: number): string => {
  const hue = (seed * 67) % 360;
  const hills = [0, 1, 2].map((layer) => {
    const top = 150 + layer * 36 - ((seed * (layer + 3) * 17) % 40);
    const lightness = 42 - layer * 11;
    return `<path d="M0 ${top} Q 64 ${top - 46} 128 ${top} T 256 ${top - 12} V256 H0z" fill="hsl(${(hue + 20 * layer) % 360} 38% ${lightness}%)"/>`;
  });
  const sun = `<circle cx="${60 + ((seed * 53) % 140)}" cy="82" r="${22 + (seed % 4) * 5}" fill="hsl(${(hue + 180) % 360} 82% 72%)"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256"><rect width="256" height="256" fill="hsl(${hue} 46% 66%)"/>${sun}${hills.join('')}</svg>`;
};
