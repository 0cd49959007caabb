import { useEffect, useRef } from 'react';

/** The heading of a page: it names the document, and takes the focus, so that whoever cannot see it hears where they are. */
export function Heading({ children }: { readonly children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      <title>{`${children} – Athanor`}</title>
      <h1 ref={heading} tabIndex={-1}>
        {children}
      </h1>
    </>
  );
}
