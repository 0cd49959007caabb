import { Heading } from '../parts/heading.tsx';
import { Problem } from '../parts/problem.tsx';
import { Link } from './link.tsx';
import type { Page } from './pages.ts';

export interface StartPageProps {
  readonly pages: readonly Page[];
  /** Whether it was asked for; otherwise there is nothing at the address. */
  readonly isRoot: boolean;
}

/** Where everybody begins: what they may open. */
export function StartPage({ pages, isRoot }: StartPageProps) {
  const main = pages.filter(({ slot }) => slot === 'main');
  return (
    <>
      <Heading>{isRoot ? 'Console' : 'Nothing here'}</Heading>
      {!isRoot && <Problem texts={['There is no page at this address that you may open.']} />}
      {main.length === 0 ? (
        <p>Your roles open no page of the console.</p>
      ) : (
        <ul className="tiles">
          {main.map(({ path, title }) => (
            <li key={path}>
              <Link to={path}>{title}</Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
