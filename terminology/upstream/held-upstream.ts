import { objectAt, objectsAt, textAt } from '../resource/elements.ts';
import type { UpstreamClient } from './upstream-client.ts';

/**
 * Versions of a code system that another server holds, newest or default first (`''`: it tells none); undefined: it does
 * not hold it, so that an unknown code there says nothing about the code.
 */
export async function heldUpstream(client: UpstreamClient, url: string): Promise<readonly string[] | undefined> {
  const capabilities = await client.get('metadata', { mode: 'terminology' });
  if ('resource' in capabilities) {
    const system = objectsAt(capabilities.resource, 'codeSystem').find(({ uri }) => uri === url);
    if (system !== undefined) {
      const versions = [...objectsAt(system, 'version')].sort(
        (left, right) => Number(right.isDefault === true) - Number(left.isDefault === true),
      );
      return versions.length === 0 ? [''] : versions.map((version) => textAt(version, 'code') ?? '');
    }
  }
  const found = await client.get('CodeSystem', { url, _elements: 'url,version,status,content', _count: '50' });
  if ('refusal' in found) return undefined;
  const versions = objectsAt(found.resource, 'entry').flatMap((entry) => {
    const resource = objectAt(entry, 'resource');
    const isHeld =
      resource?.resourceType === 'CodeSystem' && resource.url === url && resource.content !== 'not-present';
    return isHeld ? [textAt(resource, 'version') ?? ''] : [];
  });
  return versions.length === 0 ? undefined : versions;
}
