import { describe, expect, it } from 'vitest';
import { canonicalPlanJson, parsePlan, planHash } from '../index.ts';
import { compiled, planOf, send } from '../../test/support/plans.ts';

describe('canonicalPlanJson and planHash', () => {
  it('do not depend on the order of keys', () => {
    const a = compiled([send('a')], { name: 'x' });
    const b = parsePlan(
      Object.fromEntries(Object.entries(planOf([send('a')], { name: 'x' })).reverse()),
    );
    expect(b.ok && planHash(b.plan)).toBe(planHash(a));
    expect(canonicalPlanJson(a)).toBe(
      '{"name":"x","nodes":[{"action":"send","body":"b","channel":"email","id":"a","subject":"s","transitions":[]}],"startNodeId":"a","timezone":"UTC","version":"1.0"}',
    );
  });

  it('depend on the content', () => {
    expect(planHash(compiled([send('a')]))).not.toBe(planHash(compiled([send('b')])));
  });

  it('come of a plan that nobody can change', () => {
    const plan = compiled([send('a', [{ on: 'no_open', to: 'stop' }])]);
    expect(Object.isFrozen(plan.nodes['a']?.transitions.no_open)).toBe(true);
    expect(Object.isFrozen(plan.source.nodes)).toBe(true);
  });
});
