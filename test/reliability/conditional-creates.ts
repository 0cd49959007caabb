import { randomUUID } from 'node:crypto';
import type { Client } from './client.ts';

/** Sends equal conditional creates at the same time; answers what is wrong: nothing, when they made one resource. */
export async function raceConditionalCreates(client: Client, callers: number): Promise<readonly string[]> {
  const value = randomUUID();
  const patient = { resourceType: 'Patient', identifier: [{ system: 'urn:race', value }] };
  const headers = { 'if-none-exist': `identifier=urn:race|${value}` };
  const answers = await Promise.all(Array.from({ length: callers }, () => client('POST', 'Patient', patient, headers)));
  const problems: string[] = [];
  const created = answers.filter(({ status }) => status === 201).length;
  if (created !== 1) problems.push(`${created} callers were told that they created the resource`);
  const failed = answers.find(({ status }) => status !== 200 && status !== 201);
  if (failed !== undefined) problems.push(`a caller got ${failed.status}: ${failed.text.slice(0, 300)}`);
  const bodies = new Set(answers.map(({ text }) => text));
  if (bodies.size !== 1) problems.push(`the callers got ${bodies.size} different answers`);
  const { body } = await client('GET', `Patient?identifier=urn:race|${value}&_total=accurate`);
  if (body.total !== 1) problems.push(`there are ${body.total ?? '?'} resources`);
  return problems;
}
