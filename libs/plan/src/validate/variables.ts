/** Variables that templates can name, beside anything under {@link CUSTOM_ROOTS}. */
export const TEMPLATE_VARIABLES = [
  'contact.email',
  'contact.firstName',
  'contact.lastName',
  'contact.fullName',
  'contact.company',
  'contact.title',
  'contact.phone',
  'contact.timezone',
  'lead.name',
  'lead.website',
  'lead.industry',
  'lead.summary',
  'sender.email',
  'sender.name',
  'sender.signature',
  'campaign.name',
  'unsubscribeUrl',
] as const;

/** Objects whose keys each tenant chooses: `contact.custom.favouriteTea`. */
export const CUSTOM_ROOTS = ['contact.custom', 'lead.custom'] as const;

/** What has no value in a text message: people leave by answering STOP. */
export const EMAIL_ONLY_VARIABLES: readonly string[] = [
  'contact.email',
  'sender.email',
  'sender.signature',
  'unsubscribeUrl',
];

/** Whether a dotted path is a variable, or an object that holds some (for `with` and `each`). */
export function isTemplateVariable(path: string): boolean {
  return (
    TEMPLATE_VARIABLES.some((known) => known === path || known.startsWith(`${path}.`)) ||
    CUSTOM_ROOTS.some((root) => root === path || path.startsWith(`${root}.`))
  );
}

/** The variable that a mistyped one most likely means, by its last part or by case. */
export function suggestVariable(path: string): string | null {
  const wanted = path.toLowerCase();
  const last = wanted.slice(wanted.lastIndexOf('.') + 1).replaceAll('_', '');
  return (
    TEMPLATE_VARIABLES.find((known) => known.toLowerCase() === wanted) ??
    TEMPLATE_VARIABLES.find((known) => known.toLowerCase().split('.').at(-1) === last) ??
    null
  );
}
