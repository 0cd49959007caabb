/**
 * SQL: a list of numbers in a parameter, of a length that the planner does not see. A list of a few would look so much
 * cheaper to it than the ten that a plan for all lists reckons with that it would plan each statement anew.
 */
export function hiddenList(parameter: number): string {
  return `(select $${parameter}::bigint[])::bigint[]`;
}
