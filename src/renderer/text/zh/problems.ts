import type { problems as english } from '../en/problems.ts';
import type { Translated } from '../translated.ts';

/** Findings of the configuration check, by the name of their rule. */
export const problems: Translated<typeof english> = {
  'name-missing': '请填写名称。',
  'name-taken': '已有名为“{{name}}”的实例。',
  'port-range': '端口必须在 1 到 65535 之间',
  'port-instance': '端口 {{port}} 已被实例“{{instanceName}}”使用',
  'port-privileged': '在大多数系统上，1024 以下的端口保留给管理员。',
  'host-invalid': '“{{host}}”不是主机名或地址。',
  'host-not-here': '这台机器没有网络接口使用地址 {{host}}。',
  'host-public': '其他机器可以访问此实例，而 ComfyUI 没有登录保护。',
  'username-missing': '请填写用户名。',
  'credentials-unencrypted': '登录信息会以未加密的方式经过网络。请使用 https 地址。',
  'argument-unknown': '此 ComfyUI 不认识 {{argument}}。你是否想输入 {{suggestion}}？',
  'argument-value-missing': '{{argument}} 需要一个值。',
  'argument-exclusive': '{{argument}} 不能与 {{other}} 同时使用。',
  'argument-quote': '有一个 {{quote}} 没有闭合。',
  'variable-name': '“{{name}}”不是有效的变量名。',
  'variable-reserved': '{{name}} 由 Atelier 设置，不能自行指定。',
  'variable-overridden': '{{name}} 由所选 GPU 决定，此处的值不起作用。',
  'variable-secret': '{{name}} 看起来是机密信息。它会以可读的形式保存；请改为在 Atelier 的环境中设置。',
};
