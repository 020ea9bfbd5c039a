import type { workErrors as english } from '../en/errors-work.ts';
import type { Translated } from '../translated.ts';

/** Errors of workflows and jobs. */
export const workErrors: Translated<typeof english> = {
  WORKFLOW_NOT_JSON: {
    happened: '该文件不是 JSON。',
    detailed: ['该文件不是 JSON：{{reason}}。'],
    means: '它已损坏或属于其他类型，其中没有工作流。',
    do: '请选择由 ComfyUI 导出的工作流。',
  },
  WORKFLOW_UI_FORMAT: {
    happened: '该工作流是为编辑器保存的。',
    means: '它描述的是图的外观，而不是如何运行。',
    do: '请在 ComfyUI 中选择“导出 (API)”，再拖入导出的文件。',
  },
  WORKFLOW_INVALID: {
    happened: '该文件中没有 API 格式的工作流。',
    detailed: ['该文件中没有 API 格式的工作流：{{reason}}。'],
    means: '无法读取其中的节点。',
    do: '请在 ComfyUI 中选择“导出 (API)”，再拖入该文件。',
  },
  WORKFLOW_NO_OUTPUTS: {
    happened: '该工作流没有输出。',
    means: '它运行后不会留下任何结果。',
    do: '请添加保存或显示结果的节点，例如 Save Image，然后重新导出。',
  },
  WORKFLOW_NODE_UNKNOWN: {
    happened: '没有实例认识该工作流中的某个节点。',
    detailed: ['没有实例认识 {{classTypes}}。'],
    means: '它属于尚未安装的自定义节点。',
    do: '请安装该自定义节点，或选择已有它的实例。',
  },
  WORKFLOW_REJECTED: {
    happened: 'ComfyUI 拒绝了该工作流。',
    means: '某个输入缺失，或其值不被允许。',
    do: '请修正下面列出的节点，然后重新导出。',
  },
  WORKFLOW_NOT_FOUND: {
    happened: '该已保存的工作流已不存在。',
    means: '它已被删除，可能是在另一个窗口中。',
    do: '请选择其他工作流；删除的工作流 30 天内可在工作流库中恢复。',
  },
  WORKFLOW_CHANGED: {
    happened: '该工作流在此期间已被更改。',
    means: '有人在另一个窗口中保存了它。没有任何内容被覆盖。',
    do: '请将你的版本另存为新工作流，或重新打开已保存的版本。',
  },
  WORKFLOW_LIBRARY_FULL: {
    happened: '工作流库已满。',
    detailed: ['工作流库已满：最多可保存 {{maxWorkflows}} 个工作流。'],
    means: '没有保存任何内容。',
    do: '请导出不再需要的工作流并将其删除。',
  },
  JOB_NOT_FOUND: {
    happened: '该任务已不存在。',
    means: '它已被清除。',
    do: '如有需要，请重新运行工作流。',
  },
  JOB_FINISHED: {
    happened: '该任务已经结束。',
    means: '没有可以取消的内容。',
    do: '请查看它的结果。',
  },
  JOB_NODE_FAILED: {
    happened: '工作流中的一个节点失败了。',
    detailed: ['节点 {{classType}} 失败了。'],
    means: '任务到此结束，之前节点的结果已保留。',
    do: '请阅读下面的信息，修改工作流后重新运行。',
  },
  JOB_LOST: {
    happened: '实例丢失了这个任务。',
    means: '任务运行期间，实例退出或被重启。',
    do: '请重新运行。',
  },
  JOB_TIMEOUT: {
    happened: '任务长时间没有进展。',
    means: '它已被结束，以便其他任务运行。',
    do: '请重新运行，或调大实例的超时时间。',
  },
  JOB_NOT_REPEATED: {
    happened: '实例在运行该任务时失联。',
    means: '该工作流会影响 ComfyUI 之外，可能已经生效，因此不会自动重新运行。',
    do: '请查看它在外部做了什么；如需再次运行，请重试该任务。',
  },
  JOB_SECRET_LOST: {
    happened: '该任务的 API 节点密钥已无法读取。',
    means: '密钥由数据文件夹中的 jobs.key 保护，该文件已丢失或被替换。任务已被搁置。',
    do: '请放回该文件后重试，或在已登录的地方重新运行工作流。',
  },
  JOB_QUEUE_FULL: {
    happened: '队列已满。',
    detailed: ['队列已满：已有 {{maxQueuedJobs}} 个任务在等待。'],
    means: '没有接收该任务。',
    do: '请等一些任务完成，或取消一些任务。',
  },
  JOB_QUEUE_CLOSED: {
    happened: '队列现在不接收新任务。',
    means: '正在收尾：先完成等待中的任务。',
    do: '请在队列页面恢复队列，然后重试。',
  },
  JOB_NOT_WAITING: {
    happened: '该任务已不在等待。',
    means: '它已开始或已结束，位置和优先级不能再更改。',
    do: '请重新查看列表；如需以其他方式运行，请先取消它。',
  },
  JOB_NOT_FINISHED: {
    happened: '该任务尚未结束。',
    means: '只有已结束或已搁置的任务才能重试或移除。',
    do: '请先取消它，或等它完成。',
  },
  BATCH_NOT_FOUND: {
    happened: '该批次已不存在。',
    means: '它的任务已从列表中移除。',
    do: '如有需要，请重新运行。',
  },
  BATCH_TOO_LARGE: {
    happened: '该批次的任务过多。',
    detailed: [
      '该批次将有 {{total}} 个任务，上限为 {{batchMaxJobs}} 个。',
      '该批次将有 {{total}} 个任务，上限为 {{max}} 个。',
    ],
    means: '没有任何任务进入队列。',
    do: '请缩短取值列表，或分几次运行。',
  },
  BATCH_PARAMETER_INVALID: {
    happened: '取值列表所指的输入在该工作流中不存在。',
    detailed: ['该工作流的节点 {{nodeId}} 没有输入 {{inputName}}。'],
    means: '没有任何任务进入队列。',
    do: '请选择该工作流具有的输入。',
  },
};
