import type { TestProject } from 'vitest/node';
import { createTestDatabase } from './databases.ts';
import type {} from './global-setup.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Name of the run's template, for `createTestDatabase`. */
    templateDatabase: string;
  }
}

/**
 * A `globalSetup` of vitest, to be listed after `@cadenza/testing/global-setup`: one database that is
 * prepared once for the whole run. Test files copy it, which takes a fraction of preparing another:
 * `createTestDatabase(inject('postgresAdminUrl'), { template: inject('templateDatabase') })`.
 *
 * @param prepare fills the database at this URL, and closes its connections.
 */
export function templateSetup(prepare: (url: string) => Promise<unknown>) {
  return async (project: TestProject): Promise<() => Promise<void>> => {
    const database = await createTestDatabase(project.getProvidedContext().postgresAdminUrl);
    await prepare(database.url);
    project.provide('templateDatabase', database.name);
    return () => database.drop();
  };
}
