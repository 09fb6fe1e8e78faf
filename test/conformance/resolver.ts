// What every resolver must do, whatever it fetches from: the cases of Tekton's framework and of its resolvers, for any of them.

import { describe, expect, test } from 'vitest'
import { ResolutionError } from '../../shared/resolution/error.ts'
import { checkResolved } from '../../shared/resolution/gate.ts'
import type { ParamValue } from '../../shared/resolution/params.ts'
import type {
  Resolved,
  Resolver,
  ResolverRequest,
  Secrets,
  Settings,
} from '../../shared/resolution/resolver.ts'
import { until } from './until.ts'

type Given = Readonly<Record<string, ParamValue>>

/** A resolver under test, and a remote that holds one object. */
export interface ResolverWorld {
  readonly resolver: Resolver
  readonly settings?: Settings
  readonly secrets?: Secrets
  /** Leads to the object. */
  readonly params: Given
  /** What must be given; each is left out once. */
  readonly required: readonly string[]
  /** Leads to nothing, and why. */
  readonly missing: { readonly params: Given; readonly message: RegExp }
  /** Each is refused without asking anyone, with a message like this. */
  readonly invalid: readonly { readonly params: Given; readonly message: RegExp }[]
  /** The source that provenance is to name. */
  readonly refSource: { readonly uri: RegExp; readonly entryPoint?: string }
  /** Every text that must never be seen: passwords, tokens. */
  readonly secretTexts?: readonly string[]
  /** Puts another object under the same parameters; left out where nothing can. */
  readonly change?: () => Promise<void>
  /** From now on the remote takes questions and answers none; left out where nothing is waited for. */
  readonly silence?: () => void
  /** From now on the remote breaks off in the middle of its answer; left out where nothing is sent. */
  readonly breakOff?: () => void
  /** From now on the remote's answer has no end; left out where nothing is sent. */
  readonly flood?: () => void
  /** How often the remote was asked so far. */
  readonly asked: () => number
}

const NO_SECRETS: Secrets = {
  read: async ({ name }) => {
    throw new ResolutionError(`cannot read the secret "${name}"`)
  },
  pullConfigs: async () => [],
}

function requestFor(world: ResolverWorld, params: Given = world.params): ResolverRequest {
  const { settings = {}, secrets = NO_SECRETS } = world
  const identity = { namespace: 'remediation', name: 'conformance-1', uid: 'uid-1', timeLeft: 60_000 }
  return { ...identity, settings, secrets, params: new Map(Object.entries(params)) }
}

const unhurried = (): AbortSignal => new AbortController().signal

async function failureOf(work: () => unknown): Promise<ResolutionError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof ResolutionError) return error
    throw error
  }
  throw new Error('it was not refused')
}

/** Defines the tests; `open` is asked once for each of them, and what it answers is disposed of. */
export function defineResolverConformance(open: () => Promise<ResolverWorld & AsyncDisposable>): void {
  async function using<T>(work: (world: ResolverWorld) => Promise<T>): Promise<T> {
    await using world = await open()
    // Awaited here: what is disposed of must not be in use.
    return await work(world)
  }
  const resolve = (world: ResolverWorld, params?: Given): Promise<Resolved> =>
    world.resolver.resolve(requestFor(world, params), unhurried())
  const validate = (world: ResolverWorld, params: Given): void => {
    const { settings = {} } = world
    world.resolver.validate(new Map(Object.entries(params)), settings)
  }

  describe('it answers', () => {
    test('under a type that is a legal label, with room for what Tekton makes of it', () =>
      using(async ({ resolver }) => {
        expect(resolver.type).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/)
      }))

    test('with one object of Tekton’s, and where it came from', () =>
      using(async world => {
        validate(world, world.params)
        const resolved = await resolve(world)
        expect(() => checkResolved(resolved)).not.toThrow()
        const { uri, digest, entryPoint } = resolved.refSource
        expect(uri).toMatch(world.refSource.uri)
        expect(entryPoint).toBe(world.refSource.entryPoint)
        expect(Object.entries(digest).length).toBeGreaterThan(0)
        for (const [algorithm, hex] of Object.entries(digest))
          expect(`${algorithm}:${hex}`).toMatch(
            /^(sha1:[0-9a-f]{40}|sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/,
          )
      }))

    test('with annotations that a status can hold', () =>
      using(async world => {
        for (const [key, value] of Object.entries((await resolve(world)).annotations)) {
          expect(key).toMatch(/^([a-z0-9.-]+\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/)
          expect(typeof value).toBe('string')
        }
      }))

    test('the same to the same question, and leaves the question as it was', () =>
      using(async world => {
        const request = requestFor(world)
        const before = JSON.stringify([[...request.params], request.settings])
        const [first, second] = [await resolve(world), await world.resolver.resolve(request, unhurried())]
        expect([second.data, second.refSource]).toEqual([first.data, first.refSource])
        expect(JSON.stringify([[...request.params], request.settings])).toBe(before)
      }))

    test('that its answer holds, as long as it does', () =>
      using(async world => {
        const { holds } = await resolve(world)
        if (typeof holds !== 'function') return expect([undefined, 'forever']).toContain(holds)
        expect(await holds(requestFor(world), unhurried())).toBe(true)
        if (world.change === undefined) return
        await world.change()
        expect(await holds(requestFor(world), unhurried()).catch(() => false)).toBe(false)
      }))

    test('with what is there now, once that has changed', () =>
      using(async world => {
        if (world.change === undefined) return
        const before = await resolve(world)
        await world.change()
        const after = await resolve(world)
        expect(after.data).not.toBe(before.data)
        expect(after.refSource.digest).not.toEqual(before.refSource.digest)
      }))
  })

  describe('it refuses', () => {
    test('what is missing, by name, without asking anyone', () =>
      using(async world => {
        for (const name of world.required) {
          const { [name]: _, ...rest } = world.params
          expect((await failureOf(() => validate(world, rest))).message).toContain(name)
          expect((await failureOf(() => validate(world, { ...world.params, [name]: '' }))).message).toContain(
            name,
          )
        }
        expect(world.asked()).toBe(0)
      }))

    test('lists and maps in place of text', () =>
      using(async world => {
        for (const name of world.required)
          for (const value of [['a'], { a: 'b' }])
            expect((await failureOf(() => validate(world, { ...world.params, [name]: value }))).mayPass).toBe(
              false,
            )
      }))

    test('what can be seen to be wrong, in words, without asking anyone', () =>
      using(async world => {
        for (const { params, message } of world.invalid)
          expect((await failureOf(() => validate(world, params))).message).toMatch(message)
        expect(world.asked()).toBe(0)
      }))

    test('what is not there, for good, and says so', () =>
      using(async world => {
        const failure = await failureOf(() => resolve(world, world.missing.params))
        expect(failure.message).toMatch(world.missing.message)
        expect([failure.reason, failure.mayPass]).toEqual(['ResolutionFailed', false])
      }))

    test('what has no end, for good, before it has all of the memory', () =>
      using(async world => {
        if (world.flood === undefined) return
        world.flood()
        expect((await failureOf(() => resolve(world))).mayPass).toBe(false)
      }))

    test('half an answer, for now', () =>
      using(async world => {
        if (world.breakOff === undefined) return
        world.breakOff()
        expect((await failureOf(() => resolve(world))).mayPass).toBe(true)
      }))

    test('to say what is secret', () =>
      using(async world => {
        const failure = await failureOf(() => resolve(world, world.missing.params))
        const answer = JSON.stringify(await resolve(world))
        for (const text of world.secretTexts ?? []) expect(failure.message + answer).not.toContain(text)
      }))
  })

  describe('it ends', () => {
    test('at once when nobody waits from the beginning', () =>
      using(async world => {
        const asking = world.resolver.resolve(requestFor(world), AbortSignal.abort(new Error('gone')))
        // What needs no waiting may be answered all the same.
        await Promise.race([
          asking.catch(() => undefined),
          new Promise(done => setTimeout(done, 5_000, 'late')),
        ]).then(outcome => expect(outcome).not.toBe('late'))
      }))

    test('soon after nobody waits any more', () =>
      using(async world => {
        if (world.silence === undefined) return
        world.silence()
        const abort = new AbortController()
        const asking = world.resolver.resolve(requestFor(world), abort.signal).catch(() => 'ended')
        await until('the remote to be asked', async () => world.asked() > 0 || undefined)
        abort.abort(new Error('gone'))
        expect(await Promise.race([asking, new Promise(done => setTimeout(done, 5_000, 'late'))])).toBe(
          'ended',
        )
      }))
  })
}
