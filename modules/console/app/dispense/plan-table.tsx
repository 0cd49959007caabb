import { dayOf } from '../fhir/dates.ts';
import { Problem } from '../parts/problem.tsx';
import { Table } from '../parts/table.tsx';
import { warningOf } from '../stock/levels.ts';
import type { Plan } from './plan.ts';

/** Which lots would be taken, in their order. */
export function PlanTable({ plan: { lots, available, missing } }: { readonly plan: Plan }) {
  const today = dayOf(new Date());
  return (
    <>
      {missing > 0 && <Problem texts={[`${missing} are missing here: ${available} can be dispensed.`]} />}
      <Table
        caption="Lots to take, first expired first"
        rows={lots}
        keyOf={({ lot }) => lot}
        empty="There is no usable lot here."
        columns={[
          { title: 'Lot', cell: ({ lotNumber }) => lotNumber },
          { title: 'Take', isNumber: true, cell: ({ quantity }) => quantity },
          { title: 'Expiry', cell: ({ expiry }) => expiry ?? 'none' },
          {
            title: 'State',
            cell: ({ expiry }) => {
              const { look, text } = warningOf({ status: 'active', expiry }, today);
              return <span className={`tag ${look}`}>{text}</span>;
            },
          },
        ]}
      />
    </>
  );
}
