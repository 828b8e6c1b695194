/**
 * Starts the viewer. Requests go to where the page came from, whatever address it is reached by: any other
 * would be refused by its policy. The scheme of sessions is left out, since no page can set their cookie;
 * who has signed in sends it anyway. What is typed in is kept nowhere but in memory.
 */
export const START = `
const answer = await fetch('openapi.json');
if (!answer.ok) throw new Error('openapi.json: ' + answer.status);
const described = await answer.json();
delete described.components.securitySchemes.session;
SwaggerUIBundle({
  domNode: document.getElementById('reference'),
  spec: { ...described, servers: [{ url: new URL('.', location.href).href.replace(/[/]$/, '') }] },
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'none',
  filter: true,
  persistAuthorization: false,
  queryConfigEnabled: false,
  validatorUrl: null,
});
`;
