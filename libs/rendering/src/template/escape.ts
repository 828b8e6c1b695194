const REPLACEMENTS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
};

/** Escapes a value for HTML text and quoted attributes, with the characters Handlebars escapes. */
export function escapeHtml(value: string): string {
  return value.replace(/[&<>"'`=]/g, (character) => REPLACEMENTS[character] ?? character);
}
