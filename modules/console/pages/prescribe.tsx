import { Problem } from '../app/parts/problem.tsx';
import { Banner } from '../app/patient/banner.tsx';
import { OrderFormPanel } from '../app/prescribe/order-form.tsx';
import { SignPanel } from '../app/prescribe/sign-panel.tsx';
import type { PageProps } from '../app/shell/pages.ts';

/** Writes an order for a patient, shows what is known against it, and signs it. */
export function Page({ rest: [patient, order] }: PageProps) {
  if (patient === undefined) return <Problem texts={['The address names no patient; find one first.']} />;
  return (
    <>
      <Banner id={patient} title={order === undefined ? 'Prescribe' : 'Review and sign'} />
      {order === undefined ? <OrderFormPanel patient={patient} /> : <SignPanel patient={patient} id={order} />}
    </>
  );
}
