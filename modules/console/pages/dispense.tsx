import type { MedicationRequest } from '@medplum/fhirtypes';
import { DispensePanel } from '../app/dispense/dispense-panel.tsx';
import { Worklist } from '../app/dispense/worklist.tsx';
import { idOf } from '../app/fhir/text.ts';
import { findProducts, productOf } from '../app/medication/products.ts';
import { Asked } from '../app/parts/asked.tsx';
import { Heading } from '../app/parts/heading.tsx';
import { Problem } from '../app/parts/problem.tsx';
import { Banner } from '../app/patient/banner.tsx';
import { useClinic } from '../app/shell/clinic.ts';
import { useLoaded } from '../app/shell/loaded.ts';
import type { PageProps } from '../app/shell/pages.ts';
import { findStockPlaces } from '../app/stock/places.ts';

/** Hands out what was prescribed. */
export function Page({ rest: [order] }: PageProps) {
  if (order !== undefined) return <Prescription id={order} />;
  return (
    <>
      <Heading>Dispense</Heading>
      <Worklist />
    </>
  );
}

function Prescription({ id }: { readonly id: string }) {
  const { server } = useClinic();
  const answer = useLoaded(id, () =>
    Promise.all([
      server.get<MedicationRequest>(`MedicationRequest/${id}`),
      findProducts(server),
      findStockPlaces(server),
    ]),
  );
  return (
    <Asked answer={answer}>
      {([order, products, places]) => {
        const product = productOf(products, order.medicationCodeableConcept);
        return (
          <>
            <Banner id={idOf(order.subject) ?? ''} title="Dispense" />
            {product === undefined ? (
              <Problem texts={['The order names no product of the formulary, so that no stock of it is kept.']} />
            ) : (
              <DispensePanel order={{ ...order, id }} product={product} places={places} />
            )}
          </>
        );
      }}
    </Asked>
  );
}
