const REPLACEMENTS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
};

const CHARACTERS = new Map(
  Object.entries(REPLACEMENTS).map(([plain, escaped]) => [escaped, plain]),
);

/** Takes back what `escapeHtml` has done. */
export function unescapeHtml(escaped: string): string {
  return escaped.replace(/&(?:\w+|#x\w+);/g, (entity) => CHARACTERS.get(entity) ?? entity);
}

/** Escapes a value for HTML text and quoted attributes, with the characters Handlebars escapes. */
export function escapeHtml(value: string): string {
  return value.replace(/[&<>"'`=]/g, (character) => REPLACEMENTS[character] ?? character);
}
