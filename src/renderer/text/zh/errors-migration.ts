import type { migrationErrors as english } from '../en/errors-migration.ts';
import type { Translated } from '../translated.ts';

export const migrationErrors: Translated<typeof english> = {
  MIGRATION_FINDING_GONE: {
    happened: '之前找到的内容已不存在。',
    means: '计划只根据最近一次扫描的结果制定。',
    do: '请重新扫描，再查看计划。',
  },
  MIGRATION_PLAN_OUTDATED: {
    happened: '该计划已不符合这台机器的现状。',
    means: '在你查看之后，端口、文件夹、GPU 或实例发生了变化。没有执行任何操作。',
    do: '请查看并应用新的计划。',
  },
  MIGRATION_BUSY: {
    happened: '另一项迁移正在进行。',
    means: '同时进行两项会改动相同的实例。',
    do: '请等它结束，或取消它。',
  },
  MIGRATION_RUN_NOT_FOUND: {
    happened: '找不到这次迁移。',
    means: '它的日志已不存在，或属于其他数据文件夹。',
    do: '请查看以往迁移的列表。',
  },
};
