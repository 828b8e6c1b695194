import { describe, expect, it } from 'vitest';
import { JOB_SCHEMAS, newId, QUEUE_NAMES, type JobDataByQueue, type QueueName } from './index.ts';

const claim = () => ({ tenantId: newId(), actionId: newId(), dispatch: 1 });
const GOOD: JobDataByQueue = {
  'outreach-send': { actions: [claim()] },
  'outreach-timeout': { actions: [claim(), claim()] },
  'webhook-process': { deliveryId: newId() },
  'inbound-process': { deliveryId: newId(), tenantId: newId() },
};

describe('the data of a job', () => {
  it.each(QUEUE_NAMES)('of %s is taken as it is', (queue) => {
    expect(JOB_SCHEMAS[queue].parse(GOOD[queue])).toEqual(GOOD[queue]);
  });

  it.each(QUEUE_NAMES)('of %s has no room for anything else, such as an address', (queue) => {
    const more = { ...GOOD[queue], email: 'ann@example.com' };
    expect(JOB_SCHEMAS[queue].safeParse(more).success).toBe(false);
  });

  it.each<[string, QueueName, unknown]>([
    ['nothing', 'webhook-process', {}],
    ['an id that is none', 'webhook-process', { deliveryId: '7' }],
    ['no tenant', 'outreach-send', { actions: [{ actionId: newId(), dispatch: 1 }] }],
    ['a dispatch of 0', 'outreach-send', { actions: [{ ...claim(), dispatch: 0 }] }],
    ['a dispatch between two', 'outreach-send', { actions: [{ ...claim(), dispatch: 1.5 }] }],
    ['a dispatch in words', 'outreach-send', { actions: [{ ...claim(), dispatch: '1' }] }],
    ['one bad action of two', 'outreach-send', { actions: [claim(), { ...claim(), dispatch: 0 }] }],
    ['no actions', 'outreach-timeout', { actions: [] }],
    ['501 actions', 'outreach-timeout', { actions: Array.from({ length: 501 }, claim) }],
    [
      'an action with an address',
      'outreach-timeout',
      { actions: [{ ...claim(), email: 'ann@example.com' }] },
    ],
  ])('with %s is refused', (_, queue, data) => {
    expect(JOB_SCHEMAS[queue].safeParse(data).success).toBe(false);
  });

  it('may hold 500 actions', () => {
    const actions = Array.from({ length: 500 }, claim);
    expect(JOB_SCHEMAS['outreach-timeout'].safeParse({ actions }).success).toBe(true);
  });
});
