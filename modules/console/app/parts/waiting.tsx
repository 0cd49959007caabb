import type { ReactNode } from 'react';

export function Waiting({ children }: { readonly children: ReactNode }) {
  return (
    <p className="waiting" role="status">
      {children}
    </p>
  );
}
