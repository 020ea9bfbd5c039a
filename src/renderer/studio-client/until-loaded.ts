const pauseMs = 1000;
/** After as many seconds the part is not merely late: the page has to be loaded anew. */
const mostTries = 120;

/**
 * Loads a part of the program that no page can do without, again and again while the studio is away: a page whose studio ends right after
 * its first picture must find its way back.
 */
export const untilLoaded = async <Part>(
  load: () => Promise<Part>,
  pause: () => Promise<void> = () => new Promise((resolve) => setTimeout(resolve, pauseMs)),
): Promise<Part> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await load();
    } catch (error) {
      if (tries >= mostTries) throw error;
      await pause();
    }
  }
};
