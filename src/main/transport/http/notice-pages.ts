/** The few pages that the server writes itself, for when the studio's own cannot be shown. No scripts, no forms. */
const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="dark light">
<title>${title}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 36em; margin: 15vh auto; padding: 0 24px; }
h1 { font-size: 24px; }
code { font-family: ui-monospace, monospace; }
</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`;

export const pageNotBuilt = page(
  'The screens are not built yet',
  `<p>The studio runs, and its calls answer below <code>/api/</code>. Only the screens are missing.</p>
<p>Run <code>npm run build</code> in the folder of Atelier, then load this page again.</p>`,
);

export const pageNoAccess = page(
  'This studio asks for its access link',
  `<p>Open the link that the studio printed when it started, or add its access token to this address:
<code>/?key=TOKEN</code>. A link works once; this browser then stays logged in for 30 days.</p>
<p>Came here from a link on another page? <a href="/">Open the studio</a>.</p>`,
);

export const pageLimited = page(
  'Too many wrong tokens',
  '<p>This address tried too many wrong access tokens. Wait a minute, then try again.</p>',
);
