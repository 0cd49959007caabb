import { Suspense, useEffect } from 'react';
import type { Practitioner } from '@medplum/fhirtypes';
import { createFhirServer, type FhirServer } from '../fhir/server.ts';
import { nameText } from '../fhir/text.ts';
import { textsOf } from '../fhir/refusal.ts';
import { Problem } from '../parts/problem.tsx';
import { Waiting } from '../parts/waiting.tsx';
import { FHIR_BASE } from '../sign-in/client.ts';
import { IDLE, type Session } from '../sign-in/session.ts';
import { ClinicContext } from './clinic.ts';
import { Link } from './link.tsx';
import { useLoaded } from './loaded.ts';
import { usePath } from './location.ts';
import { pageAt, pagesFor, type Page } from './pages.ts';
import { PageBoundary } from './page-boundary.tsx';
import { StartPage } from './start-page.tsx';

export interface FrameProps {
  readonly session: Session;
  readonly proveAgain: (() => void) | undefined;
}

interface Opened {
  readonly server: FhirServer;
  readonly pages: readonly Page[];
  readonly who: string | undefined;
}

/** What stands around every page: who is signed in, where to go, and how to leave. */
export function Frame({ session, proveAgain }: FrameProps) {
  useIdleEnd(session);
  const opened = useLoaded('opened', () => open(session));
  if (opened.state === 'loading') return <Waiting>Looking up what you may use …</Waiting>;
  if (opened.state === 'failed') {
    return (
      <main className="alone">
        <h1>The console cannot start</h1>
        <Problem texts={textsOf(opened.error)} />
      </main>
    );
  }
  const { server, pages, who } = opened.value;
  return (
    <ClinicContext value={{ server, user: session.user, pages, proveAgain }}>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="frame">
        <p className="brand">Athanor</p>
        <Navigation pages={pages} />
        <p className="who">
          {session.isSignedIn ? who : 'Without sign-in'}
          {session.isSignedIn && (
            <button type="button" onClick={() => void session.end('signed-out')}>
              Sign out
            </button>
          )}
        </p>
      </header>
      <main id="main" tabIndex={-1}>
        <Current pages={pages} />
      </main>
    </ClinicContext>
  );
}

function Navigation({ pages }: { readonly pages: readonly Page[] }) {
  const path = usePath();
  const current = pageAt(pages, path)?.page;
  return (
    <nav aria-label="Main">
      <ul>
        {pages
          .filter(({ slot }) => slot === 'main')
          .map((page) => (
            <li key={page.path}>
              <Link to={page.path} isCurrent={page === current}>
                {page.title}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}

function Current({ pages }: { readonly pages: readonly Page[] }) {
  const path = usePath();
  const found = pageAt(pages, path);
  if (found === undefined) return <StartPage pages={pages} isRoot={path === '/'} />;
  const { page, rest } = found;
  return (
    <PageBoundary key={path}>
      <Suspense fallback={<Waiting>{`${page.title} …`}</Waiting>}>
        <page.show rest={rest} />
      </Suspense>
    </PageBoundary>
  );
}

async function open(session: Session): Promise<Opened> {
  const server = createFhirServer(FHIR_BASE, session.send);
  const [pages, who] = await Promise.all([pagesFor(server), nameOf(server, session.user)]);
  return { server, pages, who };
}

/** By name where it can be read; the sign-in is good without. */
async function nameOf(server: FhirServer, user: string | undefined): Promise<string | undefined> {
  if (user === undefined) return undefined;
  try {
    return nameText((await server.get<Practitioner>(user)).name);
  } catch {
    return user;
  }
}

function useIdleEnd(session: Session): void {
  useEffect(() => {
    if (!session.isSignedIn) return undefined;
    let timer = setTimeout(() => undefined, 0);
    const touch = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void session.end('idle'), IDLE);
    };
    touch();
    const touches = ['pointerdown', 'keydown'] as const;
    for (const name of touches) window.addEventListener(name, touch, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const name of touches) window.removeEventListener(name, touch);
    };
  }, [session]);
}
