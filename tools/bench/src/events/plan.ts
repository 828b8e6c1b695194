import { SUBJECT_AND_BODY } from '../send/template.ts';

/** A mail, a wait that an open leads to, and a follow-up far enough away to stay out of the way. */
export const EVENTS_PLAN = {
  version: '1.0',
  timezone: 'UTC',
  startNodeId: 'intro',
  nodes: [
    {
      id: 'intro',
      channel: 'email',
      action: 'send',
      ...SUBJECT_AND_BODY,
      transitions: [
        { on: 'opened', to: 'read' },
        { on: 'no_open', to: 'bump', after: 'P3D' },
      ],
    },
    {
      id: 'read',
      channel: 'email',
      action: 'wait',
      transitions: [
        { on: 'clicked', to: 'stop' },
        { on: 'no_click', to: 'bump', after: 'P3D' },
      ],
    },
    {
      id: 'bump',
      channel: 'email',
      action: 'send',
      subject: 'Did you see this?',
      body: '<p>I wrote to you a few days ago.</p>',
      schedule: { delay: 'P30D' },
      transitions: [],
    },
  ],
};
