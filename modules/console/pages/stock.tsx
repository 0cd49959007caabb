import { useState } from 'react';
import { findProducts } from '../app/medication/products.ts';
import { Asked } from '../app/parts/asked.tsx';
import { Choice } from '../app/parts/field.tsx';
import { Heading } from '../app/parts/heading.tsx';
import { useClinic } from '../app/shell/clinic.ts';
import { useLoaded } from '../app/shell/loaded.ts';
import { LevelTable } from '../app/stock/level-table.tsx';
import { findLevels } from '../app/stock/levels.ts';
import { findStockPlaces, type StockPlace } from '../app/stock/places.ts';

/** What is there, where, and how long it is good. */
export function Page() {
  const { server } = useClinic();
  const places = useLoaded('places', () => findStockPlaces(server));
  return (
    <>
      <Heading>Stock</Heading>
      <Asked answer={places}>{(list) => <Places places={list} />}</Asked>
    </>
  );
}

function Places({ places }: { readonly places: readonly StockPlace[] }) {
  const [id, setId] = useState(places.find(({ kind }) => kind === 'pharmacy')?.id ?? places[0]?.id ?? '');
  const place = places.find((each) => each.id === id);
  if (place === undefined) return <p className="empty">No place of the clinic keeps stock.</p>;
  return (
    <>
      <Choice label="Place" value={id} onChange={({ target }) => setId(target.value)}>
        {places.map((each) => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
      </Choice>
      <Levels key={id} place={place} />
    </>
  );
}

function Levels({ place }: { readonly place: StockPlace }) {
  const { server } = useClinic();
  const answer = useLoaded(place.id, () => Promise.all([findLevels(server, place.id), findProducts(server)]));
  return (
    <Asked answer={answer}>
      {([levels, products]) => <LevelTable place={place.name} levels={levels} products={products} />}
    </Asked>
  );
}
