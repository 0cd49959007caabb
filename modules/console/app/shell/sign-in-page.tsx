import { Problem } from '../parts/problem.tsx';
import type { Ending } from '../sign-in/session.ts';

export interface SignInPageProps {
  readonly ending: Ending | undefined;
  readonly problem: string | undefined;
  onSignIn(): void;
}

const ENDINGS: Readonly<Record<Ending, string>> = {
  'signed-out': 'You are signed out of the console. Nothing of it is left in this browser.',
  idle: 'Nobody used the console for a quarter of an hour, so it was closed.',
  'ended-by-server': 'Your session has ended. Sign in again to go on.',
};

/** What somebody sees who is not signed in. */
export function SignInPage({ ending, problem, onSignIn }: SignInPageProps) {
  return (
    <main className="alone">
      <title>Sign in – Athanor</title>
      <p className="brand">Athanor</p>
      <h1>Console</h1>
      {ending !== undefined && <p role="status">{ENDINGS[ending]}</p>}
      {problem !== undefined && <Problem texts={[problem]} />}
      <p>For the staff of the clinic: charts, prescriptions, the pharmacy and the ward.</p>
      <button type="button" className="main" onClick={onSignIn}>
        Sign in
      </button>
      {ending === 'signed-out' && (
        <p className="hint">
          On a computer that others use, <a href="/auth/account">sign out of the server</a> as well.
        </p>
      )}
    </main>
  );
}
