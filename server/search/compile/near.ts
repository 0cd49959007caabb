import type { SearchParam } from '../registry-types.ts';
import type { NearTest } from '../tree.ts';
import type { Condition } from './condition.ts';
import { RANK } from './rank.ts';
import type { Scope } from './scope.ts';

/** Mean radius of the earth, metres. */
const EARTH = 6_371_008.8;
const METRES_PER_DEGREE = (EARTH * Math.PI) / 180;

/** Within the distance on a sphere (haversine). https://hl7.org/fhir/R4/location.html#positional */
export function nearConditions(scope: Scope, param: SearchParam, tests: readonly NearTest[]): Condition[] {
  const { sql, hasher } = scope;
  return param.slots.flatMap(({ slot }) =>
    tests.map(({ latitude, longitude, metres }): Condition => {
      const bind = (value: number): string => sql.bind(value, 'double precision');
      const band = (alias: string): string => {
        const reach = metres / METRES_PER_DEGREE;
        const key = `${alias}.key = ${sql.bind(hasher.slotKey(slot.id), 'bigint')}`;
        return `${key} and ${alias}.latitude between ${bind(latitude - reach)} and ${bind(latitude + reach)}`;
      };
      const where = (alias: string): string =>
        `${band(alias)} and 2 * ${EARTH} * asin(least(1, sqrt(` +
        `sin(radians(${alias}.latitude - ${bind(latitude)}) / 2) ^ 2 + cos(radians(${alias}.latitude)) * cos(radians(${bind(latitude)})) * ` +
        `sin(radians(${alias}.longitude - ${bind(longitude)}) / 2) ^ 2))) <= ${bind(metres)}`;
      return { kind: 'rows', table: 'ix_position', where, access: [band], natural: undefined, rank: RANK.position };
    }),
  );
}
