import type { Location } from '@medplum/fhirtypes';
import type { FhirServer } from '../fhir/server.ts';
import { STOCK_KIND } from '../terms.ts';

/** A place that keeps stock. */
export interface StockPlace {
  readonly id: string;
  readonly name: string;
  /** Code of CodeSystem/stock-kind: `pharmacy`, `ward`, … */
  readonly kind: string;
}

/** The places that keep stock, by name. */
export async function findStockPlaces(server: FhirServer): Promise<readonly StockPlace[]> {
  const { matches } = await server.search<Location>('Location', { status: 'active', _count: '500' });
  return matches
    .flatMap(({ id, name = '', extension = [] }) => {
      const kind = extension.find(({ url }) => url === STOCK_KIND)?.valueCode;
      return id === undefined || kind === undefined ? [] : [{ id, name, kind }];
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}
