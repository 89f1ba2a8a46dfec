export { REGISTRY, registryProjection } from './registry.projection.js';
export { REGISTRY_IDS_LIMIT, REGISTRY_PAGE_LIMIT, byIds, listOf, oneAsJson } from './queries.js';
export type { Association, Campaign, Fund, Listable, Person, Pledge, Program, RegistryFilter, RegistryKey } from './queries.js';
