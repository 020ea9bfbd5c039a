import { acceptedLanguage, type PageLanguage } from '#contract/accepted-language.ts';

interface NoticeText {
  readonly title: string;
  readonly body: string;
}

const tags = { en: 'en', zh: 'zh-CN' } as const satisfies Record<PageLanguage, string>;

/** The few pages that the server writes itself, for when the studio's own cannot be shown. No scripts, no forms. */
const pageOf = (language: PageLanguage, { title, body }: NoticeText): string => `<!doctype html>
<html lang="${tags[language]}">
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

const english = {
  notBuilt: {
    title: 'The screens are not built yet',
    body: `<p>The studio runs, and its calls answer below <code>/api/</code>. Only the screens are missing.</p>
<p>Run <code>npm run build</code> in the folder of Atelier, then load this page again.</p>`,
  },
  noAccess: {
    title: 'This studio asks for its access link',
    body: `<p>Open the link that the studio printed when it started, or add its access token to this address:
<code>/?key=TOKEN</code>. A link works once; this browser then stays logged in for 30 days.</p>
<p>Came here from a link on another page? <a href="/">Open the studio</a>.</p>`,
  },
  limited: {
    title: 'Too many wrong tokens',
    body: '<p>This address tried too many wrong access tokens. Wait a minute, then try again.</p>',
  },
} as const satisfies Record<string, NoticeText>;

const chinese: Readonly<Record<keyof typeof english, NoticeText>> = {
  notBuilt: {
    title: '界面尚未构建',
    body: `<p>Atelier 正在运行，它的接口可在 <code>/api/</code> 下访问，只是缺少界面。</p>
<p>请在 Atelier 的文件夹中运行 <code>npm run build</code>，然后重新加载此页面。</p>`,
  },
  noAccess: {
    title: '需要访问链接',
    body: `<p>请打开 Atelier 启动时输出的链接，或在此地址后加上访问令牌：<code>/?key=TOKEN</code>。
每个链接只能使用一次；之后此浏览器会保持登录 30 天。</p>
<p>是从其他页面上的链接来到这里的吗？<a href="/">打开 Atelier</a>。</p>`,
  },
  limited: {
    title: '错误的令牌过多',
    body: '<p>此地址尝试了过多错误的访问令牌。请等待一分钟后再试。</p>',
  },
};

/** One of these pages, in the language that the browser asks for. */
export const noticePage = (name: keyof typeof english, acceptLanguage: string | undefined): string => {
  const language = acceptedLanguage(acceptLanguage);
  return pageOf(language, (language === 'zh' ? chinese : english)[name]);
};
