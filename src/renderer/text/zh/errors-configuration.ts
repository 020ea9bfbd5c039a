import type { configurationErrors as english } from '../en/errors-configuration.ts';
import type { Translated } from '../translated.ts';

/** Errors of bringing configurations in, and of earlier states. */
export const configurationErrors: Translated<typeof english> = {
  CONFIGURATION_UNREADABLE: {
    happened: '该文件中没有 Atelier 可以读取的配置。',
    detailed: ['该文件中没有 Atelier 可以读取的配置：{{reason}}。'],
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
