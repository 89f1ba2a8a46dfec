import type { Express } from 'express';

interface Layer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** The methods that some route takes at this path, in capitals; none where there is no such path. */
export function methodsAt(express: Express, path: string): readonly string[] {
  const methods = new Set<string>();
  for (const layer of (express as unknown as { readonly router: { readonly stack: readonly Layer[] } }).router.stack) {
    if (!layer.route || !layer.match(path)) continue;
    for (const [method, taken] of Object.entries(layer.route.methods)) if (taken) methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  methods.delete('_ALL');
  return [...methods].sort();
}
