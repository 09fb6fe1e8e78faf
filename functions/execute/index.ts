// The one function that starts anything: takes the target's lock, creates the PipelineRun, starts the next in line.

import { FLOWS, TYPE } from '../../shared/events/contract.ts'
import type { PlaybookFunction } from '../../shared/runtime/function.ts'
import { hearWish } from './approval.ts'
import { beginRemediation } from './begin.ts'
import { endRun } from './end.ts'
import { resumeRun } from './resume.ts'

export const execute: PlaybookFunction = {
  name: 'execute',
  accepts: FLOWS.execute.takes,
  create: services => async event => {
    switch (event.type) {
      case TYPE.validated:
        return beginRemediation(services, event)
      case TYPE.runSuccessful:
      case TYPE.runFailed:
        return endRun(services, event)
      case TYPE.approvalGranted:
      case TYPE.approvalRefused:
        return hearWish(services, event)
      default:
        return resumeRun(services, event)
    }
  },
}
