export {
  createCadenzaClient,
  csvBody,
  type CadenzaClient,
  type CadenzaClientOptions,
} from './client.ts';
export { answered, CadenzaApiError, type Outcome, type ProblemDocument } from './answered.ts';
export { everyItem, type Page } from './pages.ts';
export type { components, operations, paths } from './schema.ts';
