// Why a task of a Pipeline is skipped.

/** The reasons of a skip, in Tekton's words (https://tekton.dev/docs/pipelines/pipelineruns/#monitoring-execution-status). */
export const SKIP = {
  when: 'When Expressions evaluated to false',
  parents: 'Parent Tasks were skipped',
  stopping: 'PipelineRun was stopping',
  cancelled: 'PipelineRun was gracefully cancelled',
  stopped: 'PipelineRun was gracefully stopped',
  results: 'Results were missing',
  pipelineTimeout: 'PipelineRun timeout has been reached',
  tasksTimeout: 'PipelineRun Tasks timeout has been reached',
  finallyTimeout: 'PipelineRun Finally timeout has been reached',
} as const
