import type { configurationErrors as english } from '../en/errors-configuration.ts';
import type { Translated } from '../translated.ts';

/** Errors of bringing configurations in, and of earlier states. */
export const configurationErrors: Translated<typeof english> = {
  CONFIGURATION_UNREADABLE: {
    happened: '该文件中没有 Atelier 可以读取的配置。',
    reasons: {
      empty: '该文件是空的。',
      'not-json': '该文件不是 JSON。',
      'not-an-object': '该文件中没有 Atelier 可以读取的配置：它不是 JSON 对象。',
      'no-list': '该文件中没有 Atelier 可以读取的配置：其中没有“instances”列表。',
      field: '该文件中没有 Atelier 可以读取的配置：“{{field}}”缺失或有误。',
      'instance-count': '该文件中的 COMFYUI_INSTANCES 不是 1 到 64 之间的数字。',
      'base-port': '该文件中的 COMFYUI_BASE_PORT 不是端口。',
    },
    means: '没有任何更改。',
    do: '请选择由 Atelier 导出的文件、instances.json，或创意工作室的配置文件。',
  },
  CONFIGURATION_NEWER_VERSION: {
    happened: '该文件由更新的版本写入。',
    detailed: ['该文件的版本为 {{version}}，可读取的最新版本为 {{supportedVersion}}。'],
    means: '其中可能有此版本不认识的内容，因此没有使用它。',
    do: '请更新 Atelier，或从旧版本中导出文件。',
  },
  CONFIGURATION_OUTDATED: {
    happened: '预览之后，实例或设置发生了变化。',
    means: '结果会与你看到的不同，因此没有任何更改。',
    do: '请查看新的预览并确认。',
  },
  SNAPSHOT_NOT_FOUND: {
    happened: '该快照已不存在。',
    means: '只保留一定数量的快照，它已被更新的快照取代。',
    do: '请从列表中选择其他快照。',
  },
};
