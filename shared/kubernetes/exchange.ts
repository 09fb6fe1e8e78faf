// One request and its whole answer over undici's own handlers: a stream for each small answer costs more than the answer.

import type { Dispatcher } from 'undici'
import { Fault } from '../runtime/fault.ts'

export interface WholeAnswer {
  readonly status: number
  readonly text: string
}

/** An answer that began and did not end. */
export function brokeOff(error: unknown): Fault {
  const message = `The Kubernetes API server broke off its answer: ${error}`
  return new Fault('unavailable', message, { cause: error })
}

/** Resolves with the whole answer; rejects when the server is gone, silent for too long, or breaks off. */
export function exchange(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let status = 0
    dispatcher.dispatch(options, {
      onRequestStart: () => undefined,
      onResponseStart(_, statusCode) {
        status = statusCode
      },
      onResponseData(_, chunk) {
        chunks.push(chunk)
      },
      onResponseEnd: () => resolve({ status, text: Buffer.concat(chunks).toString('utf8') }),
      onResponseError: (_, error) => reject(status === 0 ? error : brokeOff(error)),
    })
  })
}
