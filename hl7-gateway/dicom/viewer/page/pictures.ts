import type { Frame, Images, Window } from './images.ts';

/** Pictures as addresses of this page, the last ones kept. */
export interface Pictures {
  /** @throws what the images refuse */
  addressOf(frame: Frame, window: Window | undefined): Promise<string>;
  /** Lets all go. */
  clear(): void;
}

const MOST = 60;

export function openPictures(images: Images): Pictures {
  const kept = new Map<string, Promise<string>>();
  let left = new AbortController();
  const drop = (key: string): void => {
    void kept.get(key)?.then(URL.revokeObjectURL, () => undefined);
    kept.delete(key);
  };
  return {
    addressOf(frame, window) {
      const key = `${frame.path} ${window?.centre ?? ''} ${window?.width ?? ''}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const made = images.picture(frame, window, left.signal).then(URL.createObjectURL);
      kept.set(key, made);
      made.catch(() => kept.delete(key));
      const [oldest] = kept.keys();
      if (kept.size > MOST && oldest !== undefined) drop(oldest);
      return made;
    },
    clear() {
      left.abort();
      left = new AbortController();
      for (const key of [...kept.keys()]) drop(key);
    },
  };
}
