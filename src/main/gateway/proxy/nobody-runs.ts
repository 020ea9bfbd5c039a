import { acceptedLanguage, type PageLanguage } from '#contract/accepted-language.ts';
import { envelope } from '../error-envelope.ts';
import { type Exchange, sendJson } from '../exchange.ts';

const texts = {
  en: {
    tag: 'en',
    title: 'No ComfyUI is running',
    means: 'This is the shared address of all instances. Start one in Atelier, and its page appears here.',
  },
  zh: {
    tag: 'zh-CN',
    title: '没有正在运行的 ComfyUI',
    means: '这是所有实例共用的地址。在 Atelier 中启动一个实例，它的页面就会显示在这里。',
  },
} as const;

/** No script and nothing from elsewhere: the page stands where ComfyUI's own would. */
const pageIn = ({ tag, title, means }: (typeof texts)[PageLanguage]): string => `<!doctype html>
<html lang="${tag}">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="5">
<title>${title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;margin:20vh auto;max-width:32rem;padding:0 1rem;color-scheme:light dark}</style>
</head>
<body>
<h1>${title}</h1>
<p>${means}</p>
</body>
</html>
`;

/** An instance that starts anew takes some seconds at least. */
const retryAfterSeconds = '5';

/** The front of the page's own file names is HTML; scripts and programs that accept anything get JSON. */
const wantsPage = ({ request }: Exchange): boolean =>
  (request.method === 'GET' || request.method === 'HEAD') && (request.headers.accept ?? '').includes('text/html');

/** Says that there is nobody to ask: in words to a person, else in ComfyUI's envelope. */
export const sendNobodyRuns = (exchange: Exchange): void => {
  if (!wantsPage(exchange)) {
    exchange.response.setHeader('retry-after', retryAfterSeconds);
    sendJson(exchange, 503, envelope('instance_none_available', 'No instance is running and healthy.'));
    return;
  }
  const { request, response } = exchange;
  const page = pageIn(texts[acceptedLanguage(request.headers['accept-language'])]);
  response.writeHead(503, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(page),
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
    vary: 'accept-language',
    'retry-after': retryAfterSeconds,
  });
  response.end(request.method === 'HEAD' ? undefined : page);
};
