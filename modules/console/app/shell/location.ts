import { useSyncExternalStore } from 'react';

const BASE = import.meta.env.BASE_URL;
const MOVED = 'console-moved';

/** Path within the console, from its root: `/chart/1`. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => pathIn(location.pathname));
}

/** Goes to a page of the console. @param path from the console's root */
export function go(path: string): void {
  history.pushState(null, '', hrefOf(path));
  window.dispatchEvent(new Event(MOVED));
}

/** Address of a page, for links. */
export function hrefOf(path: string): string {
  return BASE + path.replace(/^\//, '');
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(MOVED, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(MOVED, listener);
  };
}

function pathIn(pathname: string): string {
  return `/${pathname.startsWith(BASE) ? pathname.slice(BASE.length) : ''}`;
}
