import type { accessErrors as english } from '../en/errors-access.ts';
import type { Translated } from '../translated.ts';

/** Errors of access, connection, storage and the program itself. */
export const accessErrors: Translated<typeof english> = {
  INPUT_INVALID: {
    happened: '请求中有内容不符合要求。',
    means: '没有任何更改。',
    do: '请检查输入后重试。',
  },
  INPUT_TOO_LARGE: {
    happened: '内容过大。',
    detailed: ['内容超过上限 {{maxBytes}}。'],
    means: '内容没有被读取，因此没有任何更改。',
    do: '请选择更小的文件。',
  },
  INPUT_PATH_OUTSIDE: {
    happened: '该路径超出了规定的文件夹。',
    means: '为保护其他文件，没有使用它。',
    do: '请提供该文件夹内的路径，不要包含“..”。',
  },
  AUTH_REQUIRED: {
    happened: 'Atelier 要求登录。',
    means: '此浏览器还没有访问权限。',
    do: '请打开 Atelier 启动时显示的链接。',
  },
  AUTH_FORBIDDEN: {
    happened: '你没有权限执行此操作。',
    means: '你的访问权限不包含它。',
    do: '请联系这台机器的所有者，或使用拥有完整权限的链接。',
  },
  AUTH_ORIGIN: {
    happened: '请求来自另一个地址的网页。',
    means: '请求已被拒绝，以免其他网页控制你的 Atelier。',
    do: '请用 Atelier 自己的地址打开后重试。',
  },
  METHOD_UNKNOWN: {
    happened: 'Atelier 不认识这个操作。',
    means: '此页面与 Atelier 的版本可能不一致。',
    do: '请重新加载页面。',
  },
  CALL_CANCELLED: {
    happened: '操作已取消。',
    means: '它可能只完成了一部分，卡片显示的是真实状态。',
    do: '如果仍有需要，请重新执行。',
  },
  CONNECTION_LOST: {
    happened: '与 Atelier 的连接已断开。',
    means: '实例继续工作，但暂时无法在这里做任何更改。',
    do: '请等待页面重新连接，或检查 Atelier 是否在运行。',
  },
  STORE_CORRUPT: {
    happened: '一个存储文件已损坏。',
    detailed: ['{{file}} 已损坏。'],
    means: '它已被移到一旁，改用最近的完好副本。此后的更改已丢失。',
    do: '请检查实例和设置。',
  },
  STORE_NEWER_VERSION: {
    happened: '一个存储文件由更新版本的 Atelier 写入。',
    detailed: ['{{file}} 由更新版本的 Atelier 写入。'],
    means: '它保持原样，未被使用。',
    do: '请更新 Atelier，或选择其他数据文件夹。',
  },
  STORE_WRITE_FAILED: {
    happened: '文件无法写入。',
    detailed: ['{{file}} 无法写入。'],
    means: '这次要保存的内容没有存下来，之前保存的内容不受影响。',
    do: '请检查数据文件夹的剩余空间和权限，然后重试。',
  },
  STORE_READ_FAILED: {
    happened: '存储文件无法读取。',
    detailed: ['{{file}} 无法读取。'],
    means: '在它恢复可读之前，其中的内容不可用。',
    do: '请检查数据文件夹的权限及其磁盘，然后重新启动 Atelier。',
  },
  STORE_LOCKED: {
    happened: '另一个 Atelier 正在使用此数据文件夹。',
    detailed: ['另一个 Atelier（进程 {{pid}}）正在使用此数据文件夹。'],
    means: '两者同时使用会互相覆盖。',
    do: '请使用那一个，或先将它关闭。',
  },
  SERVER_PORT_TAKEN: {
    happened: 'Atelier 或网关的地址已被占用。',
    detailed: ['端口 {{port}} 已被占用。'],
    means: '有其他程序正在监听该地址。',
    do: '请用其他端口启动 Atelier。',
  },
  GATEWAY_PORT_BUSY: {
    happened: '该端口上的 ComfyUI 还有任务。',
    detailed: ['端口 {{port}} 上的 ComfyUI 还有任务，或没有结束。'],
    means: '现在移动它会丢失这些任务。',
    do: '请等它的队列清空后再试。',
  },
  GATEWAY_PORT_FOREIGN: {
    happened: '该端口属于另一个程序。',
    detailed: ['端口 {{port}} 属于另一个程序。'],
    means: 'Atelier 不知道它是如何启动的，无法把它恢复。',
    do: '请自行结束它，或选择其他端口。',
  },
  SERVER_ADDRESS_UNUSABLE: {
    happened: '这台机器无法使用该地址。',
    detailed: ['这台机器无法使用地址 {{host}}。'],
    means: '这台机器没有网卡使用它，或者不允许使用。',
    do: '请用其他地址启动 Atelier，例如 127.0.0.1。',
  },
  SERVER_TOKEN_NEEDED: {
    happened: '本机之外的地址需要访问令牌。',
    means: '否则网络中的任何人都能控制 Atelier。',
    do: '请设置令牌后启动 Atelier，或监听 127.0.0.1。',
  },
  HOST_UNSUPPORTED: {
    happened: '此处无法执行该操作。',
    means: '桌面程序可以做到，浏览器不行。',
    do: '请手动完成，或使用桌面程序。',
  },
  INTERNAL: {
    happened: 'Atelier 内部出错了。',
    means: '这是程序的故障，你的实例不受影响。',
    do: '请重试；如果依旧如此，请附上复制的详情进行反馈。',
  },
  AUTH_HOST: {
    happened: 'Atelier 不认识请求所用的名称。',
    means: '它只响应自己的地址，以免外部网页访问到它。',
    do: '请用它显示的地址打开，或把该主机名加入启动选项。',
  },
  AUTH_LIMITED: {
    happened: '登录尝试次数过多。',
    detailed: ['登录尝试次数过多，{{retryAfterSeconds}} 秒后可再次尝试。'],
    means: 'Atelier 让此地址等待一段时间。',
    do: '请等待一分钟后重试。',
  },
  CALL_TOO_MANY: {
    happened: '同时进行的操作过多。',
    means: '此操作没有开始。',
    do: '请稍候重试。',
  },
  METHOD_NOT_ALLOWED: {
    happened: '此地址不接受这种请求。',
    means: '没有任何更改。',
    do: '请重新加载页面。',
  },
};
