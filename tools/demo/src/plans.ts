/** A node of {@link planOf} that sends a mail which says hello. */
export function mailNode(
  id: string,
  transitions: readonly object[] = [],
  schedule: object = { delay: 'PT0S' },
) {
  return {
    id,
    channel: 'email',
    action: 'send',
    subject: 'Hello',
    body: '<p>Hello</p>',
    transitions,
    schedule,
  };
}

/** A plan of these nodes that begins with the first, for a campaign whose words do not matter. */
export function planOf(...nodes: readonly { readonly id: string }[]) {
  return { version: '1.0', timezone: 'UTC', startNodeId: nodes[0]?.id, nodes };
}
