import { createEngineStore } from '@cadenza/database';
import { verify, type Difference } from '@cadenza/engine';
import type { World } from '../world/world.ts';

/** What is stored of everybody, held against their recorded inputs. */
export interface Verified {
  readonly enrollments: number;
  readonly inputs: number;
  /** What is stored otherwise than the inputs imply. */
  readonly differences: readonly Difference[];
}

/** Runs the inputs of all tenants again, as `cadenza verify` does. */
export async function verifyAll({ sql, apiDb }: Pick<World, 'sql' | 'apiDb'>): Promise<Verified> {
  const store = createEngineStore(apiDb);
  const tenants = await sql.rows<{ id: string }>('SELECT id FROM tenants');
  const differences: Difference[] = [];
  let [enrollments, inputs] = [0, 0];
  for (const { id: tenantId } of tenants) {
    for await (const page of verify({ tenantId, campaignId: null }, { store })) {
      enrollments += page.enrollments - page.notComparable;
      inputs += page.inputs;
      differences.push(...page.differences);
    }
  }
  return { enrollments, inputs, differences };
}
