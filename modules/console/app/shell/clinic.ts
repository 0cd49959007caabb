import { createContext, useContext } from 'react';
import type { FhirServer } from '../fhir/server.ts';
import type { Page } from './pages.ts';

/** What every page can use. */
export interface Clinic {
  readonly server: FhirServer;
  /** Who is signed in: `Practitioner/1`; undefined on a server without sign-in. */
  readonly user: string | undefined;
  /** Those that the user may open. */
  readonly pages: readonly Page[];
  /** Leaves for the sign-in pages, to come back to this page with a second factor. Undefined without sign-in. */
  readonly proveAgain: (() => void) | undefined;
}

export const ClinicContext = createContext<Clinic | undefined>(undefined);

export function useClinic(): Clinic {
  const clinic = useContext(ClinicContext);
  if (clinic === undefined) throw new Error('a page is shown within the shell only');
  return clinic;
}
