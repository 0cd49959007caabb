import { Refusal, textsOf } from '../fhir/refusal.ts';
import { useClinic } from '../shell/clinic.ts';
import { Problem } from './problem.tsx';

/** Why something was not done; where a second factor was missing, the way to give it. */
export function Failure({ error }: { readonly error: unknown }) {
  const { proveAgain } = useClinic();
  if (error === undefined) return null;
  return (
    <>
      <Problem texts={textsOf(error)} />
      {error instanceof Refusal && error.wantsSecondFactor && proveAgain !== undefined && (
        <button type="button" onClick={proveAgain}>
          Give the second factor and come back
        </button>
      )}
    </>
  );
}
