import type { AllergyIntolerance, Patient } from '@medplum/fhirtypes';
import { ageText, dayOf } from '../fhir/dates.ts';
import { conceptText, nameText, recordNumber } from '../fhir/text.ts';
import { Asked } from '../parts/asked.tsx';
import { Heading } from '../parts/heading.tsx';
import { useClinic } from '../shell/clinic.ts';
import { Link } from '../shell/link.tsx';
import { useLoaded } from '../shell/loaded.ts';
import { usePath } from '../shell/location.ts';

export interface BannerProps {
  readonly id: string;
  /** What is done here with the patient: heads the page. */
  readonly title: string;
}

/** Whom a page is about: never mistaken, whatever is done on it. Allergies stand here because every order needs them. */
export function Banner({ id, title }: BannerProps) {
  const { server, pages } = useClinic();
  const path = usePath();
  const answer = useLoaded(id, () => server.get<Patient>(`Patient/${id}`));
  return (
    <>
      <Heading>{title}</Heading>
      <section className="banner" aria-label="Patient">
        <Asked answer={answer}>
          {(patient) => (
            <>
              <p>
                <strong>{nameText(patient.name)}</strong>{' '}
                {[
                  patient.birthDate,
                  ageText(patient, dayOf(new Date())),
                  patient.gender,
                  recordNumber(patient.identifier),
                ]
                  .filter((part) => part !== undefined && part !== '')
                  .join(' · ')}
              </p>
              {patient.deceasedDateTime !== undefined && (
                <p className="tag critical">Died {patient.deceasedDateTime}</p>
              )}
              <Allergies id={id} />
            </>
          )}
        </Asked>
        <nav aria-label="This patient">
          <ul>
            {pages
              .filter(({ slot }) => slot === 'patient')
              .map((page) => (
                <li key={page.path}>
                  <Link to={`${page.path}/${id}`} isCurrent={path.startsWith(`${page.path}/`)}>
                    {page.title}
                  </Link>
                </li>
              ))}
          </ul>
        </nav>
      </section>
    </>
  );
}

function Allergies({ id }: { readonly id: string }) {
  const { server } = useClinic();
  const answer = useLoaded(id, () =>
    server.search<AllergyIntolerance>('AllergyIntolerance', {
      patient: `Patient/${id}`,
      'clinical-status': 'active',
      'verification-status:not': 'entered-in-error,refuted',
      _count: '50',
    }),
  );
  return (
    <Asked answer={answer}>
      {({ matches }) => (
        <p>
          Allergies:{' '}
          {matches.length === 0 ? (
            'none recorded'
          ) : (
            <strong>{matches.map(({ code }) => conceptText(code)).join(', ')}</strong>
          )}
        </p>
      )}
    </Asked>
  );
}
