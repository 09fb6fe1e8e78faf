// The table of failures: what Tekton writes, and the class that it is for the person on call.

import type { PipelineRun } from '../../../shared/remediation/marks.ts'
import { endedAs, FAILED, type Told } from './failures.ts'

const exited = (message: string): Told => ({ message, step: { exitCode: 1, reason: 'Error' } })

export const CLASS_ROWS: [name: string, run: PipelineRun, taskRuns: readonly Told[], expected: string][] = [
  [
    'a step that ran out of memory',
    FAILED,
    [
      {
        message: '"step-run" exited with code 137: OOMKilled',
        step: { exitCode: 137, reason: 'OOMKilled' },
      },
    ],
    'OutOfMemory',
  ],
  [
    'out of memory, by the step alone',
    FAILED,
    [{ step: { exitCode: 137, reason: 'OOMKilled' } }],
    'OutOfMemory',
  ],
  [
    'the run took too long',
    endedAs('PipelineRunTimeout', 'PipelineRun "rem-1" failed to finish within "1m0s"'),
    [],
    'Timeout',
  ],
  [
    'a task took too long',
    FAILED,
    [{ reason: 'TaskRunTimeout', message: 'TaskRun "x" failed to finish within "10s"' }],
    'Timeout',
  ],
  [
    'a task was stopped because the run took too long',
    endedAs('PipelineRunTimeout', 'failed to finish'),
    [{ reason: 'TaskRunCancelled', message: 'TaskRun "x" was cancelled.' }],
    'Timeout',
  ],
  [
    'an image that cannot be pulled',
    FAILED,
    [{ reason: 'TaskRunImagePullFailed', message: 'The step "run" failed to pull the image "x"' }],
    'ImagePull',
  ],
  [
    'an image that cannot be pulled in time',
    FAILED,
    [{ reason: 'TaskRunImagePullFailed', message: 'Back-off pulling image "x": dial tcp: i/o timeout' }],
    'ImagePull',
  ],
  [
    'an image with an illegal name',
    FAILED,
    [{ message: 'InvalidImageName: couldn\'t parse "X"' }],
    'ImagePull',
  ],
  [
    'no room: a quota',
    FAILED,
    [{ reason: 'PodCreationFailed', message: 'pods "x" is forbidden: exceeded quota: small' }],
    'Quota',
  ],
  [
    'no room: the nodes are full',
    FAILED,
    [{ message: '0/3 nodes are available: 3 Insufficient cpu.' }],
    'Quota',
  ],
  [
    'a right is missing',
    FAILED,
    [exited('deployments.apps "x" is forbidden: User "s" cannot patch resource')],
    'Forbidden',
  ],
  ['the pipeline was not found', endedAs('CouldntGetPipeline', 'Error retrieving pipeline'), [], 'Playbook'],
  [
    'the pipeline did not resolve in time',
    endedAs('CouldntGetPipeline', 'resolution took longer than global timeout of 1m0s'),
    [],
    'Playbook',
  ],
  [
    'the pipeline may not be read',
    endedAs('CouldntGetPipeline', 'pipelines "x" is forbidden'),
    [],
    'Playbook',
  ],
  ['a task was not found', endedAs('CouldntGetTask', 'task "x" not found'), [], 'Playbook'],
  ['a parameter is missing', endedAs('ParameterMissing', 'missing parameters: A'), [], 'Playbook'],
  ['a parameter has the wrong type', endedAs('ParameterTypeMismatch', 'A is an array'), [], 'Playbook'],
  ['an object parameter lacks keys', endedAs('ObjectParameterMissKeys', 'url'), [], 'Playbook'],
  ['a parameter has a value it may not have', endedAs('InvalidParamValue', 'enum'), [], 'Playbook'],
  [
    'the pipeline is not valid',
    endedAs('PipelineValidationFailed', 'missing values for these params'),
    [],
    'Playbook',
  ],
  ['a workspace is missing', endedAs('InvalidWorkspaceBindings', 'shared'), [], 'Playbook'],
  ['a result is not there', endedAs('InvalidTaskResultReference', 'tasks.a.results.b'), [], 'Playbook'],
  ['tasks in a circle', endedAs('PipelineInvalidGraph', 'cycle detected'), [], 'Playbook'],
  ['a signature that does not fit', endedAs('ResourceVerificationFailed', 'signature'), [], 'Playbook'],
  [
    'a task that is not valid',
    FAILED,
    [{ reason: 'TaskRunValidationFailed', message: 'params' }],
    'Playbook',
  ],
  [
    'a step that failed for its own reasons',
    FAILED,
    [exited('"step-run" exited with code 1: Error')],
    'StepFailed',
  ],
  [
    'a step whose result only speaks of a timeout',
    FAILED,
    [{ step: { exitCode: 1, reason: 'Error', message: '[{"key":"timeout","value":"30s","type":1}]' } }],
    'StepFailed',
  ],
  ['nothing that is known', endedAs('Failed', 'something new'), [], 'Unknown'],
  [
    'tasks that did not fail',
    FAILED,
    [{ status: 'True', reason: 'Succeeded', message: 'OOMKilled' }],
    'Unknown',
  ],
]
