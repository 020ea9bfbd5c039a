/** 在工作室里显示 ComfyUI 自己的页面。 */
export const viewer = {
  title: 'ComfyUI',
  choose: '显示谁的页面',
  gateway: '全部合一（网关）',
  gatewayPage: '网关的 ComfyUI 页面',
  pageOf: '{{name}} 的 ComfyUI 页面',
  embedded: 'ComfyUI 页面',
  copyAddress: '复制地址',
  reload: '重新加载页面',
  openOutside: '在浏览器中打开',
  loading: '页面正在加载',
  gone: {
    title: '该实例已不存在',
    means: '它已被删除，或者这是一个旧地址。',
    action: '显示网关页面',
  },
  nobody: {
    title: '没有正在运行的实例',
    means: '网关显示某个运行中实例的页面。一旦有实例运行，页面会自动出现。',
    start: '启动全部实例',
    create: '新建实例',
  },
  starting: { title: '{{name}} 正在启动', means: '它一有响应，页面就会自动出现。' },
  stopping: { title: '{{name}} 正在停止', means: '再次启动之前没有页面。' },
  stopped: {
    title: '{{name}}：{{status}}',
    means: '只有运行时才有页面。等待它的任务会留在队列里。',
    start: '启动实例',
    log: '查看日志',
  },
  unreachable: {
    title: '页面没有响应',
    means: '每隔几秒会再试一次，恢复后自动出现。实例日志里可能有更多信息。',
  },
  noFrames: {
    title: '此窗口无法显示网页',
    means: '请在浏览器中打开该页面。',
  },
  notIsolated: {
    title: '此浏览器无法在这里显示该页面',
    means: '它无法把 Cookie 挡在框架之外，会把工作室的访问凭据一并发给 ComfyUI。Chrome 和 Edge 可以做到。',
  },
  refused: {
    title: '该 ComfyUI 不允许在这里显示',
    means: '它的响应包含“{{rule}}”，禁止其他页面嵌入。请在浏览器中打开。',
  },
  elsewhere: {
    title: '该页面只能在工作室所在的机器上访问',
    means: '它的地址只对那台机器有效。请为网关设置一个网络地址，然后在这里使用网关。',
  },
} as const;
