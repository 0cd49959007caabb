import type { JsonObject } from '../../kernel/json.ts';
import { addPatient } from './patient.ts';
import { addPractice } from './practice.ts';
import { createRandom } from './random.ts';
import { createStore } from './store.ts';
import { addVisits } from './visits.ts';

const SEED = 20260601;
const PATIENTS = 20;

/** A small clinic as one transaction Bundle of PUTs; the same on every call, so that loading it again changes nothing. */
export function generateDemoClinic(): JsonObject {
  const store = createStore();
  const random = createRandom(SEED);
  const practice = addPractice(store, random);
  for (let number = 1; number <= PATIENTS; number += 1) {
    addVisits(store, random, practice, addPatient(store, random, practice, number));
  }
  return { resourceType: 'Bundle', type: 'transaction', entry: [...store.entries] };
}
