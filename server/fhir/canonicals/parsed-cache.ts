import type { JsonObject } from '../../kernel/json.ts';

/** Keeps resources that were parsed lately, as long as their texts have no more than `limit` characters together. */
export interface ParsedCache {
  /** The resource of `key`, which becomes the one used last. */
  keep(key: object, resource: JsonObject, characters: number): void;
  forget(key: object): void;
}

export function createParsedCache(limit: number): ParsedCache {
  const kept = new Map<object, { readonly resource: JsonObject; readonly characters: number }>();
  let total = 0;

  function forget(key: object): void {
    total -= kept.get(key)?.characters ?? 0;
    kept.delete(key);
  }

  return {
    forget,
    keep(key, resource, characters) {
      forget(key);
      kept.set(key, { resource, characters });
      total += characters;
      for (const oldest of kept.keys()) {
        if (total <= limit) return;
        forget(oldest);
      }
    },
  };
}
