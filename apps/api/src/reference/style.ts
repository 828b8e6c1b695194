/**
 * The viewer's own colours, those of numbers in examples too, are too pale for many people to read
 * (WCAG 2.2, 1.4.3), and its list of servers, which is of one here, has no name for those who cannot see it.
 */
export const STYLE = `
body { margin: 0; background: #fff; }
.swagger-ui .servers-title, .swagger-ui .servers { display: none; }
.swagger-ui .info .title small, .swagger-ui .info .title small.version-stamp { background: #4a5160; }
.swagger-ui .info a, .swagger-ui a.nostyle { color: #1f4fbf; }
.swagger-ui .parameter__in, .swagger-ui .parameter__type, .swagger-ui .prop-format { color: #555e6e; }
.swagger-ui .btn.authorize, .swagger-ui .btn.authorize span { color: #14713f; }
.swagger-ui .btn.authorize svg { fill: #14713f; }
.swagger-ui .btn.cancel { color: #b3261e; border-color: #b3261e; }
.swagger-ui .btn.execute { background: #1f4fbf; border-color: #1f4fbf; }
.swagger-ui .highlight-code span[style*="rgb(211, 99, 99)"] { color: #ff9d9d !important; }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #14713f; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1f4fbf; }
.swagger-ui .opblock.opblock-put .opblock-summary-method { background: #8a4b00; }
.swagger-ui .opblock.opblock-patch .opblock-summary-method { background: #0b6b5a; }
.swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #b3261e; }
`;
