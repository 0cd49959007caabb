import type { ImagingStudy } from '@medplum/fhirtypes';
import { dateText } from '../fhir/dates.ts';
import { Asked } from '../parts/asked.tsx';
import { Table } from '../parts/table.tsx';
import { useClinic } from '../shell/clinic.ts';
import { useLoaded } from '../shell/loaded.ts';
import { studyLines } from './studies.ts';

/** What was examined by images, newest first, each with a way to see them. */
export function ImagePanel({ id }: { readonly id: string }) {
  const { server } = useClinic();
  const answer = useLoaded(id, async () => {
    const { matches, included } = await server.search<ImagingStudy>('ImagingStudy', {
      patient: `Patient/${id}`,
      status: 'available',
      _include: 'ImagingStudy:endpoint',
      _sort: '-started',
      _count: '50',
    });
    return studyLines(matches, included);
  });
  return (
    <section className="panel" aria-labelledby="images">
      <h2 id="images">Images</h2>
      <Asked answer={answer}>
        {(lines) => (
          <Table
            caption="Newest examinations"
            rows={lines}
            keyOf={({ key }) => key}
            empty="None that you may see."
            columns={[
              { title: 'Examination', cell: ({ description, modalities }) => description || modalities || 'Images' },
              { title: 'When', cell: ({ started }) => dateText(started) },
              { title: 'Modality', cell: ({ modalities }) => modalities },
              { title: 'Images', cell: ({ counts }) => counts },
              {
                title: 'View',
                cell: ({ viewer, description }) =>
                  viewer === undefined ? (
                    ''
                  ) : (
                    <a href={viewer} target="_blank" rel="noopener noreferrer">
                      View images<span className="quiet"> of {description || 'this examination'} (new window)</span>
                    </a>
                  ),
              },
            ]}
          />
        )}
      </Asked>
    </section>
  );
}
