import { one, planOf, send, wait } from '../../test/support/plans.ts';
import { refuses } from '../../test/support/refusals.ts';

refuses('ways through the plan that nobody can take, or that never end', [
  [
    'unreachable node',
    planOf([send('a'), send('b')]),
    'nodes[1].id',
    'unreachable_node',
    '"b": expected a way to it from "a"',
  ],
  [
    'endless cycle',
    planOf([send('a', [{ on: 'no_open', to: 'b' }]), send('b', [{ on: 'no_open', to: 'a' }])]),
    'nodes[0]',
    'unbounded_cycle',
    'a → b → a can go round for ever: expected maxVisits on a node of it',
  ],
  [
    'cycle in no time',
    planOf([send('a', [{ on: 'no_open', to: 'a', after: 'PT0S' }], { maxVisits: 3 })]),
    'nodes[0]',
    'zero_time_cycle',
    'a → a can go round in no time: expected a delay, or an "after" above zero, on it',
  ],
  [
    'cycle by deliveries',
    planOf([send('a', [{ on: 'delivered', to: 'a' }], { maxVisits: 3 })]),
    'nodes[0]',
    'zero_time_cycle',
    'a → a can go round in no time: expected a delay, or an "after" above zero, on it',
  ],
  [
    'no_open without tracking',
    one({ openTracking: false }, [{ on: 'no_open', to: 'stop' }]),
    'nodes[0].transitions[0].on',
    'tracking_off',
    '"no_open" listens to the message of "a", whose opens are not tracked: expected openTracking true',
  ],
  [
    'clicks without tracking, in the plan',
    planOf([send('a', [{ on: 'clicked', to: 'stop' }])], { clickTracking: false }),
    'nodes[0].transitions[0].on',
    'tracking_off',
    '"clicked" listens to the message of "a", whose clicks are not tracked: expected clickTracking true',
  ],
  [
    'a wait entered from an untracked message',
    planOf([
      send('a', [{ on: 'no_reply', to: 'v' }], { clickTracking: false }),
      wait('v', [{ on: 'no_open', to: 'w' }]),
      wait('w', [{ on: 'no_click', to: 'stop' }]),
    ]),
    'nodes[2].transitions[0].on',
    'tracking_off',
    '"no_click" listens to the message of "a", whose clicks are not tracked: expected clickTracking true',
  ],
]);
