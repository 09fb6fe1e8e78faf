// One thing that must be right, and how it is found out.

import { KubernetesError } from '../../shared/kubernetes/errors.ts'
import type { KubernetesObject } from '../../shared/kubernetes/resources.ts'
import type { Cluster } from '../cluster.ts'

export interface Finding {
  /** What was looked at: `tekton`, `triggers/validate`. */
  readonly check: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly message: string
  /** The command that puts it right. */
  readonly fix?: string
}

/** What is looked at, and where. */
export interface Patient {
  readonly cluster: Cluster
  readonly systemNamespace: string
  /** Undefined for all. */
  readonly namespace: string | undefined
}

export interface Check {
  readonly name: string
  readonly look: (patient: Patient) => Promise<readonly Finding[]>
}

export function ok(check: string, message: string): Finding {
  return { check, status: 'ok', message }
}

export function warn(check: string, message: string, fix?: string): Finding {
  return { check, status: 'warn', message, ...(fix === undefined ? {} : { fix }) }
}

export function fail(check: string, message: string, fix: string): Finding {
  return { check, status: 'fail', message, fix }
}

/** An object that has conditions. */
export interface Conditioned extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly reason?: string
      readonly message?: string
    }[]
  }
}

/** Why it is not ready, in words; undefined where it is. */
export function unready({ status }: Conditioned, type = 'Ready'): string | undefined {
  const condition = status?.conditions?.find(each => each.type === type)
  if (condition?.status === 'True') return undefined
  const { reason, message } = condition ?? {}
  const words = [reason, message].filter(each => each !== undefined && each !== '').join(': ')
  return words === '' ? 'nobody says that it is ready' : words
}

/** One that breaks is a finding too: what may not be read is not known to be right. */
export async function look({ name, look: run }: Check, patient: Patient): Promise<readonly Finding[]> {
  try {
    return await run(patient)
  } catch (error) {
    if (error instanceof KubernetesError && error.status === 403)
      return [warn(name, `It may not be read: ${error.message}`)]
    if (error instanceof KubernetesError) return [warn(name, `It cannot be read: ${error.message}`)]
    throw error
  }
}
