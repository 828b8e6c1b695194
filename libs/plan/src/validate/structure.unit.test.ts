import { one, plain, planOf, send, wait } from '../../test/support/plans.ts';
import { refuses } from '../../test/support/refusals.ts';

const stop = { on: 'bounced', to: 'stop' };

refuses('ids, targets and threads that do not fit together', [
  [
    'missing start',
    plain({ startNodeId: 'z' }),
    'startNodeId',
    'missing_start_node',
    '"z": expected the id of a node',
  ],
  [
    'a wait to start with',
    planOf([wait('a', [stop])]),
    'startNodeId',
    'start_is_wait',
    '"a" is a wait node, with no message to wait for: expected a send node',
  ],
  [
    'one id twice',
    planOf([send('a'), send('a')]),
    'nodes[1].id',
    'duplicate_node_id',
    '"a" is the id of nodes[0] already: expected an id of its own',
  ],
  [
    'stop for an id',
    planOf([send('a', [{ on: 'no_open', to: 'stop' }]), send('stop')]),
    'nodes[1].id',
    'reserved_id',
    '"stop" ends an enrollment: expected another id',
  ],
  [
    'missing target',
    one({}, [{ on: 'no_open', to: 'b' }]),
    'nodes[0].transitions[0].to',
    'missing_target',
    '"b": expected the id of a node, or "stop"',
  ],
  [
    'a target of Object.prototype',
    one({}, [{ on: 'no_open', to: 'constructor' }]),
    'nodes[0].transitions[0].to',
    'missing_target',
    '"constructor": expected the id of a node, or "stop"',
  ],
  [
    'two matches for one input',
    one({}, [stop, stop]),
    'nodes[0].transitions[1].on',
    'duplicate_transition',
    '"bounced" has a transition in "a" already: expected one',
  ],
  [
    'missing thread',
    one({ threadWith: 'b' }),
    'nodes[0].threadWith',
    'missing_target',
    '"b": expected the id of a send node',
  ],
  [
    'thread with a wait',
    planOf([
      send('a', [{ on: 'no_open', to: 'w' }]),
      wait('w', [{ on: 'no_click', to: 'b' }]),
      send('b', [], { threadWith: 'w' }),
    ]),
    'nodes[2].threadWith',
    'thread_with_wait',
    '"w" is a wait node: expected the id of a send node',
  ],
  [
    'threads in a circle without a subject',
    planOf([
      send('a', [{ on: 'no_open', to: 'b' }], { threadWith: 'b', subject: undefined }),
      send('b', [], { threadWith: 'a' }),
      send('c', [], { threadWith: 'c', subject: undefined }),
    ]),
    'nodes[2].subject',
    'thread_without_subject',
    'no message that "c" continues has a subject: expected one',
  ],
]);
