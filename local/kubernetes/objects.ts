// What every object of the API has, and the few operations on plain JSON that all the verbs share.

import { isDeepStrictEqual } from 'node:util'

export type Fields = Readonly<Record<string, unknown>>

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export interface Metadata {
  readonly name?: string
  readonly generateName?: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly deletionGracePeriodSeconds?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly OwnerReference[]
  readonly finalizers?: readonly string[]
}

export interface Resource {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
  readonly [field: string]: unknown
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** The value as an object, or an empty one: for reading optional parts of what a client sent. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** The value under a path of field names, or undefined where the path ends early. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const step of path) current = isFields(current) ? current[step] : undefined
  return current
}

export function without(value: Fields, ...names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
}

/** A copy with `change` laid over it; fields set to undefined are left out, as JSON would. */
export function withMetadata(object: Resource, change: Readonly<Record<string, unknown>>): Resource {
  const merged = { ...object.metadata, ...change }
  const metadata = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined))
  return { ...object, metadata }
}

export function isSame(left: unknown, right: unknown): boolean {
  return isDeepStrictEqual(left, right)
}

export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) freeze(part)
  return Object.freeze(value)
}

/** Seconds precision, as metav1.Time is written. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}
