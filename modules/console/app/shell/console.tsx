import { useEffect, useState } from 'react';
import { textsOf } from '../fhir/refusal.ts';
import { Problem } from '../parts/problem.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { leaveForSignIn, type Proof } from '../sign-in/authorize.ts';
import type { Endpoints } from '../sign-in/endpoints.ts';
import { openSession, openWithoutSignIn, type Ending, type Session } from '../sign-in/session.ts';
import { Frame } from './frame.tsx';
import { SignInPage } from './sign-in-page.tsx';
import { start } from './start.ts';

type Stage =
  | { readonly kind: 'starting' }
  | { readonly kind: 'broken'; readonly error: unknown }
  | { readonly kind: 'sign-in'; readonly endpoints: Endpoints; readonly problem?: string; readonly ending?: Ending }
  | { readonly kind: 'open'; readonly session: Session; readonly endpoints: Endpoints | undefined };

/** The whole console: nobody, or somebody who is signed in. */
export function Console() {
  const [stage, setStage] = useState<Stage>({ kind: 'starting' });
  useEffect(() => {
    start().then(
      (begun) => {
        if (begun.kind === 'without-sign-in') {
          setStage({ kind: 'open', session: openWithoutSignIn(), endpoints: undefined });
          return;
        }
        const { endpoints } = begun;
        if (begun.kind === 'signed-out') {
          const { problem } = begun;
          setStage({ kind: 'sign-in', endpoints, ...(problem === undefined ? {} : { problem }) });
          return;
        }
        const onEnd = (ending: Ending): void => setStage({ kind: 'sign-in', endpoints, ending });
        setStage({ kind: 'open', session: openSession(endpoints, begun.tokens, onEnd), endpoints });
      },
      (error: unknown) => setStage({ kind: 'broken', error }),
    );
  }, []);

  const signIn = (endpoints: Endpoints, proof: Proof): void => {
    const page = location.pathname + location.search;
    leaveForSignIn(endpoints, proof, page).catch((error: unknown) => setStage({ kind: 'broken', error }));
  };
  switch (stage.kind) {
    case 'starting':
      return <Waiting>The console is starting …</Waiting>;
    case 'broken':
      return (
        <main className="alone">
          <h1>The console cannot start</h1>
          <Problem texts={textsOf(stage.error)} />
        </main>
      );
    case 'sign-in': {
      const { endpoints, ending, problem } = stage;
      // Whoever left may not be who comes: a session that the browser still has is not enough.
      const proof = ending === undefined || ending === 'ended-by-server' ? {} : { again: true };
      return <SignInPage ending={ending} problem={problem} onSignIn={() => signIn(endpoints, proof)} />;
    }
    case 'open': {
      const { session, endpoints } = stage;
      const proveAgain = endpoints && ((): void => signIn(endpoints, { secondFactor: FRESH }));
      return <Frame session={session} proveAgain={proveAgain} />;
    }
  }
}

/** How old a second factor may be for acts that ask for one; seconds. */
const FRESH = 300;
