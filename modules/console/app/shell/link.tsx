import type { MouseEvent, ReactNode } from 'react';
import { go, hrefOf } from './location.ts';

export interface LinkProps {
  /** From the console's root. */
  readonly to: string;
  readonly isCurrent?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A link within the console, which does not load it anew. */
export function Link({ to, isCurrent = false, className, children }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    // Another tab or window is the browser's to open.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={hrefOf(to)} onClick={follow} className={className} aria-current={isCurrent ? 'page' : undefined}>
      {children}
    </a>
  );
}
