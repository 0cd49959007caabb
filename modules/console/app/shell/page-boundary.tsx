import { Component, type ReactNode } from 'react';
import { textsOf } from '../fhir/refusal.ts';
import { Problem } from '../parts/problem.tsx';

interface Props {
  readonly children: ReactNode;
}

interface State {
  readonly error: unknown;
}

/** A page that fails leaves the rest of the console as it is; React knows this by a class alone. */
export class PageBoundary extends Component<Props, State> {
  override readonly state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <>
        <h1>This page failed</h1>
        <Problem texts={textsOf(error)} />
      </>
    );
  }
}
