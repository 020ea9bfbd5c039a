import type { instanceErrors as english } from '../en/errors-instances.ts';
import type { Translated } from '../translated.ts';

/** Errors of instances: start, process, GPU. */
export const instanceErrors: Translated<typeof english> = {
  INSTANCE_NOT_FOUND: {
    happened: '该实例已不存在。',
    means: '它可能在另一个窗口中被删除了。',
    do: '请刷新列表并选择其他实例。',
  },
  INSTANCE_INVALID: {
    happened: '配置有问题。',
    means: '没有保存。',
    do: '请修正标出的字段。',
  },
  INSTANCE_CHANGED: {
    happened: '该实例在此期间已被更改，且改动了相同的字段。',
    means: '有人在另一个窗口中保存了它。没有任何内容被覆盖，你输入的内容也都还在。',
    do: '请选择要保留哪些值，然后再次保存。',
  },
  TEMPLATE_NOT_FOUND: {
    happened: '该模板已不存在。',
    means: '它可能已在另一个窗口中被删除。',
    do: '请选择另一个模板。',
  },
  TEMPLATE_NAME_TAKEN: {
    detailed: ['已有名为“{{name}}”的模板。'],
    happened: '已有同名的模板。',
    means: '没有保存任何内容。',
    do: '请换一个名称，或替换旧模板。',
  },
  INSTANCE_BUSY: {
    happened: '该实例现在无法执行此操作。',
    means: '它正在启动或停止。',
    do: '请等它完成后重试。',
  },
  INSTANCE_NOT_RUNNING: {
    happened: '该实例没有运行。',
    means: '只有运行中的实例才能执行此操作。',
    do: '请先启动该实例。',
  },
  INSTANCE_REMOTE: {
    happened: '该实例在别处运行。',
    means: 'Atelier 会给远程实例分配任务，但不会启动或停止它。',
    do: '请在它所在的机器上启动或停止。',
  },
  INSTANCE_DISABLED: {
    happened: '该实例已停用。',
    means: '它不参与启动和负载均衡。',
    do: '请编辑该实例并启用它。',
  },
  INSTANCE_NONE_AVAILABLE: {
    happened: '没有正在运行且健康的实例。',
    means: '任务没有地方可以运行。',
    do: '请启动一个实例。',
  },
  INSTANCE_UNREACHABLE: {
    happened: '该实例没有响应。',
    detailed: ['{{endpoint}} 没有响应。'],
    means: '它的服务已停止、被阻挡或非常繁忙。',
    do: '请检查它是否在运行，以及地址和端口是否正确。',
  },
  INSTANCE_HUNG: {
    happened: '该实例有任务，却没有进展。',
    means: '它会被重启，任务交给其他实例。',
    do: '如果再次发生，请查看日志；可能有自定义节点卡住。',
  },
  INSTANCE_WRONG_ANSWER: {
    happened: '该地址有响应，但不是 ComfyUI。',
    means: '可能有其他程序使用这个地址。',
    do: '请检查地址和端口。',
  },
  INSTANCE_AUTH: {
    happened: '远程实例拒绝登录。',
    means: '访问令牌、用户名或密码有误或缺失。',
    do: '请编辑该实例并重新输入。',
  },
  PROCESS_EXITED: {
    happened: 'ComfyUI 自行退出了。',
    detailed: ['ComfyUI 自行退出了，退出码 {{exitCode}}。'],
    means: '它正在运行的任务已交给其他实例。',
    do: '请查看日志的最后几行，通常会说明原因。',
  },
  PROCESS_KILLED: {
    happened: 'ComfyUI 被外部终止。',
    detailed: ['ComfyUI 被外部以 {{signal}} 终止。'],
    means: '内存不足时系统会这样做，也可能是他人或其他程序所为。',
    do: '请检查可用内存，然后再次启动。',
  },
  PROCESS_CRASH_LOOP: {
    happened: 'ComfyUI 在短时间内退出过多次。',
    means: '不再自动重启，以免掩盖原因。',
    do: '请查看日志，排除原因后重试。',
  },
  PROCESS_SURVIVED_STOP: {
    happened: '实例停止后仍有进程残留。',
    detailed: ['实例停止后仍有进程残留，端口 {{port}} 可能仍被占用。'],
    means: '它可能仍占用端口或 GPU 显存。',
    do: '请在系统监视器中手动结束它。',
  },
  LAUNCH_PORT_TAKEN: {
    happened: '该端口被不是由 Atelier 启动的程序占用。',
    detailed: [
      '端口 {{port}} 被 {{ownerName}}（进程 {{ownerPid}}）占用，它不是由本程序启动的。',
      '端口 {{port}} 被不是由 Atelier 启动的程序占用。',
    ],
    means: 'ComfyUI 无法在此监听，因此没有启动。',
    do: '请选择其他端口，或停止那个程序。',
  },
  LAUNCH_BAD_ARGUMENT: {
    happened: 'ComfyUI 拒绝了一个参数。',
    detailed: ['ComfyUI 拒绝了 {{arguments}}：{{message}}。', 'ComfyUI 拒绝了一个参数：{{message}}。'],
    means: '它会立即退出，重启没有用。',
    do: '请编辑该实例，修正附加参数。',
  },
  LAUNCH_PYTHON_MISSING: {
    happened: '无法运行 Python 解释器。',
    detailed: ['无法运行 Python 解释器 {{path}}。'],
    means: '它不存在，或没有执行权限。',
    do: '请编辑该实例，选择 ComfyUI 所用的 Python。',
  },
  LAUNCH_MODULE_MISSING: {
    happened: '缺少一个 Python 模块。',
    detailed: ['缺少 Python 模块 {{module}}。'],
    means: '环境不完整，或选错了 Python。',
    do: '请选择其他 Python，或在此环境中安装 ComfyUI 的依赖。',
  },
  LAUNCH_FOLDER_INVALID: {
    happened: 'ComfyUI 文件夹不存在，或其中没有 main.py。',
    detailed: ['{{path}} 不存在，或其中没有 main.py。'],
    means: '没有可以启动的程序。',
    do: '请编辑该实例，选择包含 main.py 的文件夹。',
  },
  LAUNCH_FRONTEND_MISSING: {
    happened: '缺少 ComfyUI 的前端软件包。',
    means: 'ComfyUI 无法提供自己的页面，因此退出。',
    do: '请在它的 Python 中重新安装 ComfyUI 的依赖。',
  },
  LAUNCH_DATABASE_LOCKED: {
    happened: '另一个 ComfyUI 占用了数据库文件。',
    means: '两个实例不能共用一个用户文件夹。',
    do: '请停止另一个，或为该实例设置单独的用户文件夹。',
  },
  LAUNCH_DISK_FULL: {
    happened: '磁盘已满。',
    means: 'ComfyUI 无法写入文件。',
    do: '请腾出空间后重试。',
  },
  LAUNCH_TIMEOUT: {
    happened: '启动过程长时间没有进展。',
    detailed: ['启动过程已有 {{limitMs}} 没有进展。'],
    means: 'ComfyUI 已被结束，以免阻塞其他实例。',
    do: '请查看日志，可能有下载或自定义节点卡住；然后重试。',
  },
  LAUNCH_CUSTOM_NODE: {
    happened: '一个自定义节点使 ComfyUI 无法启动。',
    detailed: ['自定义节点 {{name}} 使 ComfyUI 无法启动。'],
    means: 'ComfyUI 在加载该节点时退出。',
    do: '请更新、停用或删除该自定义节点，然后重试。',
  },
  LAUNCH_PERMISSION_DENIED: {
    happened: 'ComfyUI 无权写入它的某个文件夹。',
    detailed: ['ComfyUI 无权写入 {{path}}。'],
    means: '它无法保存文件，因此退出。',
    do: '请修改该文件夹的权限，或为此实例选择其他文件夹。',
  },
  LAUNCH_FAILED: {
    happened: '进程无法启动。',
    means: '系统拒绝了它。',
    do: '请查看日志，然后检查文件夹、Python 及其权限。',
  },
  GPU_UNAVAILABLE: {
    happened: 'GPU 不存在或无法使用。',
    detailed: ["GPU 设备 '{{devices}}' 在此系统上不可用。"],
    means: '该实例没有可用的设备。',
    do: '请编辑该实例并选择其他 GPU，或检查驱动程序。',
  },
  GPU_OUT_OF_MEMORY: {
    happened: 'GPU 可用显存不足。',
    means: '模型和图像无法同时放入显存。',
    do: '请缩小图像、使用更小的模型，或在更大的 GPU 上运行。',
  },
  GPU_MISMATCH: {
    happened: '实例运行在与设定不同的 GPU 上。',
    detailed: ['实例运行在 {{name}} 上，而不是 {{expected}}。'],
    means: '可能有其他实例使用同一块 GPU，两者都会变慢。',
    do: '请重启它；如果依旧如此，请重新选择 GPU。',
  },
};
