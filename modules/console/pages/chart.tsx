import { Problem } from '../app/parts/problem.tsx';
import { Banner } from '../app/patient/banner.tsx';
import { AllergyPanel } from '../app/chart/allergy-panel.tsx';
import { ImagePanel } from '../app/chart/image-panel.tsx';
import { MedicationPanel } from '../app/chart/medication-panel.tsx';
import { PersonPanel } from '../app/chart/person-panel.tsx';
import { ProblemPanel } from '../app/chart/problem-panel.tsx';
import { VitalsPanel } from '../app/chart/vitals-panel.tsx';
import type { PageProps } from '../app/shell/pages.ts';

/** One patient at a glance. */
export function Page({ rest: [id] }: PageProps) {
  if (id === undefined) return <Problem texts={['The address names no patient; find one first.']} />;
  return (
    <>
      <Banner id={id} title="Chart" />
      <div className="panels">
        <PersonPanel id={id} />
        <ProblemPanel id={id} />
        <AllergyPanel id={id} />
        <MedicationPanel id={id} />
        <VitalsPanel id={id} />
        <ImagePanel id={id} />
      </div>
    </>
  );
}
