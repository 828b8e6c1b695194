/**
 * The campaign's plan. Six minutes of silence are six seconds of the run: each person is
 * written to two or three times, and follow-ups race with events that are late.
 */
export const PLAN = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'first',
  nodes: [
    {
      id: 'first',
      channel: 'email',
      action: 'send',
      subject: 'First',
      body: '<p>Hello {{contact.firstName}}, <a href="https://www.example.com/a">read this</a></p>',
      transitions: [
        { on: 'opened', to: 'read', within: 'PT6M' },
        { on: 'no_open', to: 'second', after: 'PT6M' },
      ],
    },
    {
      id: 'read',
      channel: 'email',
      action: 'wait',
      transitions: [
        { on: 'clicked', to: 'third', within: 'PT3M' },
        { on: 'no_click', to: 'second', after: 'PT3M' },
      ],
    },
    {
      id: 'second',
      channel: 'email',
      action: 'send',
      subject: 'Second',
      body: '<p>Again</p>',
      schedule: { delay: 'PT1M' },
      transitions: [
        { on: 'opened', to: 'third' },
        { on: 'no_open', to: 'third', after: 'PT4M' },
      ],
    },
    {
      id: 'third',
      channel: 'email',
      action: 'send',
      subject: 'Third',
      body: '<p>Thanks</p>',
      transitions: [],
    },
  ],
};

/** Messages that come of a person, at least, on average; what ends early is allowed for. */
export const MESSAGES_PER_PERSON = 2.4;
